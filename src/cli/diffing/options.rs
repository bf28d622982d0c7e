//! What a user can set about a diff.

use clap::Args;
use std::path::PathBuf;

use crate::cli::options::{CheckOptions, ReportOptions, SuiteOptions, TargetOptions};

/// Tell what two servers do unlike, and which requirement of the contract that is about
///
/// All targets are asked the same, twice, and their answers are compared by structure: what a server makes by
/// itself need not be equal, but must look alike and be equal to the same things.
///
///     assize diff http://127.0.0.1:8080/api/auth/v2 http://127.0.0.1:8081/api/auth/v2 \
///         --mailbox-of listen:127.0.0.1:2525 --mailbox-of listen:127.0.0.1:2526
///
/// Exit codes: 0 no difference, or only such as are allowed; 1 one of them violates the contract where another
/// does not, or a difference is not allowed; 2 bad usage; 3 not comparable: a target cannot be judged, or was not
/// asked the same; 130 interrupted.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct DiffArguments {
    /// Two or more: base URLs, or names of targets in assize.toml; or stored runs with --evidence all, that had
    /// the same --seed, --draw and --run-tag
    #[arg(value_name = "TARGET|RUN", required = true)]
    pub(in crate::cli) targets: Vec<String>,
    /// Where the mails of a target can be read, as --mailbox: once for each target, in their order
    #[arg(long, value_name = "MAILBOX", help_heading = "Target")]
    pub(in crate::cli) mailbox_of: Vec<String>,
    /// What is allowed to differ: what the document leaves open, nothing, or what a list accepts besides, each with
    /// its reason and a date [default: readings]
    #[arg(
        long,
        value_name = "readings|nothing|FILE",
        default_value = "readings",
        hide_default_value = true
    )]
    pub(in crate::cli) allow: String,
    /// Ask the targets one after the other, not side by side: for those that share a database or a mailbox
    #[arg(long)]
    pub(in crate::cli) in_turn: bool,
    /// The configuration to read [default: assize.toml, if there is one]
    #[arg(long, env = "ASSIZE_CONFIG", value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) target: TargetOptions,
    #[command(flatten)]
    pub(in crate::cli) suites: SuiteOptions,
    #[command(flatten)]
    pub(in crate::cli) check: CheckOptions,
    #[command(flatten)]
    pub(in crate::cli) report: ReportOptions,
}
