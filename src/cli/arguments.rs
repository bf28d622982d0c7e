//! The command line.

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::edge::reference_server::SmtpServer;

use super::comparing::CompareArguments;
use super::diffing::DiffArguments;
use super::history::HistoryArguments;
use super::init::InitArguments;
use super::known::KnownTarget;
use super::lint::LintArguments;
use super::load_options::LoadOptions;
use super::machine_arguments::{MergeArguments, PlanArguments, WorkArguments};
use super::options::{CheckOptions, ReportOptions, SuiteOptions, TargetOptions};
use super::prove::percent;
use super::rendering::RenderArguments;
use super::verifying::VerifyArguments;
use super::watching::WatchArguments;

/// Puts an implementation of the ThreatWinds Users API on trial.
///
/// Without a target, assize starts its own reference server and tries that: a way to see what a run
/// looks like. With one, it takes the base URL, the API's path included:
///
///     assize check http://127.0.0.1:8080/api/auth/v2 --mailbox listen:127.0.0.1:2525
///
/// Exit codes: 0 conforms; 1 contract violated; 2 bad usage, configuration or suite; 3 broken: the
/// target cannot be reached or judged, or a report cannot be written; 4 a threshold of the load was
/// missed; 5 nothing ran, or too little for a verdict; 6 measurement invalid: assize itself was the
/// bottleneck; 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "assize", version, verbatim_doc_comment, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Check the contract, then make load if nothing failed; one report of both
    Run(Box<RunArguments>),
    /// Check the contract, case by case
    Check(CheckArguments),
    /// Make load, judge every answer, measure
    Load(LoadArguments),
    /// Write the plan of a load that several workers make together, on any machines
    Plan(Box<PlanArguments>),
    /// Make one worker's share of a plan
    Work(WorkArguments),
    /// Put together what the workers of a plan delivered, or shards of a check: one record, one verdict
    Merge(MergeArguments),
    /// Tell whether one build is slower than another, and how sure that is
    Compare(Box<CompareArguments>),
    /// Tell what two servers do unlike, and which requirement of the contract that is about
    Diff(Box<DiffArguments>),
    /// Keep the runs of many builds in one file, and find the build that made it slower
    History(HistoryArguments),
    /// Prove the suites: against the reference server, and against it with each known defect
    Prove(ProveArguments),
    /// Measure servers whose times are known, and show how far the figures are from the truth here
    Calibrate(CalibrateArguments),
    /// Make a report of a finished run anew, in any format, from its results.json
    Report(RenderArguments),
    /// Tell whether a certificate is as it was signed, and by whom
    Verify(VerifyArguments),
    /// Remove the accounts that earlier runs could not remove
    Clean(CleanArguments),
    /// Write assize.toml and the file of a CI system, then look whether a run can be made
    Init(InitArguments),
    /// Look at the target, the mailbox and this machine, and say what keeps a run from being made
    Doctor(DoctorArguments),
    /// Check again whenever the target comes back after a rebuild, or a suite changes, and tell what changed
    Watch(Box<WatchArguments>),
    /// Run the reference server alone
    Serve(ServeArguments),
    /// List the cases, the scenarios or the requirements
    List(ListArguments),
    /// Explain a requirement: where it comes from, why it binds as it does, and what was considered beside it
    Explain(ExplainArguments),
    /// Check suites without sending anything
    Lint(LintArguments),
    /// Print the JSON Schema of a format, or the OpenAPI description of the API
    Schema(SchemaArguments),
    /// Print the completions for a shell
    Completions(CompletionsArguments),
    /// Print the manual page, or write those of all commands to a folder
    Man(ManArguments),
}

/// The target, the configuration.
#[derive(Args, Clone, Debug)]
pub(super) struct ConfigPlace {
    /// The base URL of the target, or the name of one in assize.toml [default: the reference server
    /// inside this binary]
    #[arg(env = "ASSIZE_TARGET", value_name = "TARGET")]
    pub(super) target: Option<String>,
    /// The configuration to read [default: assize.toml, if there is one]
    #[arg(long, env = "ASSIZE_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// Which earlier run to take cases from.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Conformance")]
pub(super) struct RerunOptions {
    /// Run only the cases that failed or broke in a finished run, with its seed and, unless others are
    /// given, its target and its suites; the run is its id, its folder or its results.json
    #[arg(long, value_name = "RUN", conflicts_with = "case")]
    pub(super) rerun_failed: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) place: ConfigPlace,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    #[command(flatten)]
    pub(super) suites: SuiteOptions,
    #[command(flatten)]
    pub(super) check: CheckOptions,
    #[command(flatten)]
    pub(super) rerun: RerunOptions,
    #[command(flatten)]
    pub(super) load: LoadOptions,
    #[command(flatten)]
    pub(super) report: ReportOptions,
}

#[derive(Args, Debug)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) place: ConfigPlace,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    #[command(flatten)]
    pub(super) suites: SuiteOptions,
    #[command(flatten)]
    pub(super) check: CheckOptions,
    #[command(flatten)]
    pub(super) rerun: RerunOptions,
    #[command(flatten)]
    pub(super) report: ReportOptions,
}

#[derive(Args, Debug)]
pub(super) struct LoadArguments {
    #[command(flatten)]
    pub(super) place: ConfigPlace,
    /// Make the load with so many processes of this machine, each a share of it; the record is one
    #[arg(long, value_name = "NUMBER", help_heading = "Load")]
    pub(super) processes: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    #[command(flatten)]
    pub(super) suites: SuiteOptions,
    #[command(flatten)]
    pub(super) load: LoadOptions,
    #[command(flatten)]
    pub(super) report: ReportOptions,
}

#[derive(Args, Debug)]
pub(super) struct CalibrateArguments {
    /// Measure half as long, which makes the figures less sure
    #[arg(long)]
    pub(super) quick: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Only serve: answer after this time, or stand still for 200 ms every 2 s, and tell in the end how
    /// long requests really took; for measuring other tools by the same server
    #[arg(long, value_name = "TIME|stalls", conflicts_with_all = ["quick", "json"])]
    pub(super) serve: Option<KnownTarget>,
}

/// Exit codes: 0 a run can be made; 2 bad usage or configuration; 3 something keeps it away.
#[derive(Args, Debug)]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    pub(super) place: ConfigPlace,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    /// The folder of the ledger; as that of the runs [default: .assize beside assize.toml]
    #[arg(long, env = "ASSIZE_STATE", value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct CleanArguments {
    /// The run whose accounts to remove, or the folder or bucket that the workers of a plan share [default: all that
    /// left some behind]
    #[arg(value_name = "RUN|STORE")]
    pub(super) run: Option<String>,
    /// The configuration to read [default: assize.toml, if there is one]
    #[arg(long, env = "ASSIZE_CONFIG", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// List the accounts, and remove none
    #[arg(long)]
    pub(super) list: bool,
    /// Forget the accounts without removing them, for those that can never be removed
    #[arg(long, conflicts_with = "list")]
    pub(super) forget: bool,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    /// The folder of the ledgers; as that of the runs [default: .assize beside assize.toml]
    #[arg(long, env = "ASSIZE_STATE", value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct ServeArguments {
    /// The address to listen at; port 0 takes any that is free
    #[arg(
        long,
        env = "ASSIZE_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    pub(super) listen: SocketAddr,
    /// The SMTP server to mail the codes to [default: none; the codes are shown at /inbox/EMAIL]
    #[arg(long, env = "ASSIZE_SMTP", value_name = "HOST:PORT")]
    pub(super) smtp: Option<SmtpServer>,
    /// Misbehave in this one way
    #[arg(long, env = "ASSIZE_DEFECT", value_name = "NAME")]
    pub(super) defect: Option<String>,
    /// List the ways in which the server can misbehave, and end
    #[arg(long)]
    pub(super) defects: bool,
    /// With --defects: as JSON
    #[arg(long, requires = "defects")]
    pub(super) json: bool,
    /// The file to keep accounts in; it is created if there is none [default: none; accounts end with
    /// the server]
    #[arg(long, env = "ASSIZE_DATA", value_name = "FILE")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct ProveArguments {
    /// Try only defects whose name is this; * stands for any text
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub(super) defect: Vec<String>,
    /// Try this many defects that are composed at random, by the seed: a behaviour behind a condition, each
    /// proved visible first
    #[arg(long, value_name = "NUMBER", conflicts_with = "defect")]
    pub(super) random: Option<NonZeroUsize>,
    /// The share of random defects that is to be killed, in percent [default: 97]
    #[arg(long, value_name = "PERCENT", requires = "random", value_parser = percent)]
    pub(super) at_least: Option<f64>,
    /// How many defects are tried at once [default: 128]
    #[arg(long, short, value_name = "NUMBER")]
    pub(super) jobs: Option<usize>,
    /// The folder in which each run gets a folder of its own [default: reports]
    #[arg(long, env = "ASSIZE_REPORTS", value_name = "DIR")]
    pub(super) reports: Option<PathBuf>,
    /// Show nothing but the verdict
    #[arg(long, short, env = "ASSIZE_QUIET")]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) suites: SuiteOptions,
}

#[derive(Args, Debug)]
pub(super) struct ListArguments {
    /// List the requirements, each with the cases that prove it
    #[arg(long)]
    pub(super) requirements: bool,
    /// List the load scenarios
    #[arg(long, conflicts_with = "requirements")]
    pub(super) scenarios: bool,
    /// A folder of suites to use in place of the built-in ones
    #[arg(long, env = "ASSIZE_SUITES", value_name = "DIR")]
    pub(super) suites: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct ExplainArguments {
    /// The requirement, such as delete.status; * stands for any text
    #[arg(value_name = "REQUIREMENT")]
    pub(super) requirement: String,
    /// A folder of suites to use in place of the built-in ones
    #[arg(long, env = "ASSIZE_SUITES", value_name = "DIR")]
    pub(super) suites: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct SchemaArguments {
    /// The format
    pub(super) format: Format,
}

#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(super) struct ManArguments {
    /// Write the pages of all commands here, such as assize-run.1
    #[arg(long, value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
}

/// A format with a published schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// The suite files
    Suite,
    /// The result file results.json
    Results,
    /// The result file comparison.json
    Comparison,
    /// The result file difference.json
    Difference,
    /// The certificate that report --to certificate-json makes
    Certificate,
    /// A line of the file of a history
    History,
    /// The plan of a load that several workers make
    Plan,
    /// A line of the event stream that --format ndjson prints
    Events,
    /// The API as the reference server serves it, as an OpenAPI description
    Openapi,
}
