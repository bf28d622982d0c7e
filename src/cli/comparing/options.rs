//! What a user can set about a comparison.

use clap::Args;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::cli::load_options::LoadOptions;
use crate::cli::options::{ReportOptions, SuiteOptions, TargetOptions};
use crate::cli::span::Span;
use crate::compare::Tolerance;

/// Tell whether one build is slower than another, and how sure that is
///
/// Builds are started and stopped by assize, several times each, in an order that is drawn: starts are the sample,
/// since two runs of the same build differ by more than the requests in them tell.
///
///     assize compare --a 'old/server --port {port} --smtp 127.0.0.1:{smtp}' \
///                    --b 'new/server --port {port} --smtp 127.0.0.1:{smtp}'
///
/// Exit codes: 0 the same, faster, or no telling; 1 B violates the contract; 2 bad usage; 3 a build does not
/// start, or cannot be judged; 4 B is worse by more than the tolerance; 5 no telling, with --fail-on
/// cannot-tell; 6 void: the figures compare nothing; 130 interrupted.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct CompareArguments {
    /// Stored runs to compare in place of builds: the first is A, the second B. With several of a side, those
    /// of A come before -- and those of B behind it
    #[arg(value_name = "RUN", conflicts_with_all = ["a", "b", "aa"])]
    pub(in crate::cli) runs: Vec<String>,
    /// The stored runs of B
    #[arg(value_name = "RUN_B", last = true, requires = "runs")]
    pub(in crate::cli) runs_b: Vec<String>,
    /// What is compared with: the command that starts the build, in which {port} and {smtp} stand for free ports
    /// of 127.0.0.1; or the base URL of one that runs
    #[arg(long, value_name = "COMMAND|URL")]
    pub(in crate::cli) a: Option<String>,
    /// What is compared, as --a
    #[arg(long, value_name = "COMMAND|URL", requires = "a")]
    pub(in crate::cli) b: Option<String>,
    /// Compare A with itself so many times, and tell how often that is called different on this machine
    #[arg(long, value_name = "NUMBER", requires = "a", conflicts_with = "b")]
    pub(in crate::cli) aa: Option<NonZeroUsize>,
    /// Starts of each build, 4 to 40; of processes that run, turns [default: 8]
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "8",
        hide_default_value = true
    )]
    pub(in crate::cli) starts: usize,
    /// Go on with as many starts again while nothing is shown of a judged figure, for so long at most: the number
    /// of looks is fixed after the first starts by how long they took, and each look may err less for it
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) until_clear: Option<Span>,
    /// The largest change that nobody minds [default: 3%]
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "3%",
        hide_default_value = true
    )]
    pub(in crate::cli) tolerance: Tolerance,
    /// Exit with 5 where nothing is shown of a judged figure
    #[arg(long, value_name = "cannot-tell", hide_possible_values = true)]
    pub(in crate::cli) fail_on: Option<FailOn>,
    /// The path of the API on a build that is started [default: /api/auth/v2]
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/api/auth/v2",
        hide_default_value = true
    )]
    pub(in crate::cli) base_path: String,
    /// How long a build may take until it answers [default: 30s]
    #[arg(
        long,
        value_name = "TIME",
        default_value = "30s",
        hide_default_value = true
    )]
    pub(in crate::cli) ready_within: Span,
    /// The configuration to read [default: assize.toml, if there is one]
    #[arg(long, env = "ASSIZE_CONFIG", value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) target: TargetOptions,
    #[command(flatten)]
    pub(in crate::cli) suites: SuiteOptions,
    #[command(flatten)]
    pub(in crate::cli) load: LoadOptions,
    #[command(flatten)]
    pub(in crate::cli) report: ReportOptions,
}

/// What fails a comparison besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// A judged figure of which nothing is shown
    CannotTell,
}
