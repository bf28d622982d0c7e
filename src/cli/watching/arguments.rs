//! What a user can set about a watch.

use clap::Args;
use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::cli::arguments::ConfigPlace;
use crate::cli::options::{CheckOptions, SuiteOptions, TargetOptions};
use crate::cli::span::Span;

/// Check again whenever the target comes back after a rebuild, or a suite changes, and tell what changed
///
/// What failed before is tried first. A server of this machine is known to be another by the socket it listens at, one
/// elsewhere by being away for a moment. With --start assize starts the server itself, and again when its program, or
/// any other file that the command names, changes:
///
///     assize watch --start 'target/debug/server --port {port} --smtp 127.0.0.1:{smtp}'
///
/// Ctrl-C ends it, with 130; accounts and the server that was started are gone then.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(in crate::cli) struct WatchArguments {
    #[command(flatten)]
    pub(super) place: ConfigPlace,
    /// The command that starts the server, in which {port} and {smtp} stand for free ports of 127.0.0.1
    #[arg(long, value_name = "COMMAND", conflicts_with = "target")]
    pub(super) start: Option<String>,
    /// Start anew when this changes, too; of a folder, the files in it count
    #[arg(long, value_name = "FILE|DIR", requires = "start")]
    pub(super) file: Vec<PathBuf>,
    /// The path of the API on a server that is started [default: /api/auth/v2]
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/api/auth/v2",
        hide_default_value = true
    )]
    pub(super) base_path: String,
    /// How long a server may take until it answers [default: 30s]
    #[arg(
        long,
        value_name = "TIME",
        default_value = "30s",
        hide_default_value = true
    )]
    pub(super) ready_within: Span,
    /// End after so many checks, as the last of them ended [default: none but Ctrl-C ends it]
    #[arg(long, value_name = "NUMBER")]
    pub(super) rounds: Option<NonZeroU32>,
    /// The folder of the ledger [default: .assize beside assize.toml]
    #[arg(long, env = "ASSIZE_STATE", value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    #[command(flatten)]
    pub(super) suites: SuiteOptions,
    #[command(flatten)]
    pub(super) check: CheckOptions,
}
