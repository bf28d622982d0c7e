//! The arguments of what several machines do together: a plan, its workers, their merge.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are what --help shows, and Markdown means nothing there"
)]

use clap::Args;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::arguments::ConfigPlace;
use super::load_options::LoadOptions;
use super::options::{SuiteOptions, TargetOptions};
use super::span::Span;

#[derive(Args, Debug)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pub(super) place: ConfigPlace,
    /// How many workers make the load together. Rate, connections and users are those of all of them
    #[arg(long, value_name = "NUMBER")]
    pub(super) processes: NonZeroUsize,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Print what this engine needs to work on the plan, to standard output: a script or manifests to apply.
    /// Takes --output, since its workers read the plan there
    #[arg(long = "for", value_name = "ENGINE", requires = "output")]
    pub(super) engine: Option<EngineChoice>,
    /// With --for: the folder that its workers share, in Kubernetes below the volume, or a bucket,
    /// s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX [default: a name made from the plan]
    #[arg(long, value_name = "STORE", requires = "engine")]
    pub(super) store: Option<String>,
    /// With --for kubernetes or compose: the image, whose entry point is assize [default: assize:VERSION]
    #[arg(long, value_name = "IMAGE", requires = "engine")]
    pub(super) image: Option<String>,
    /// With --for kubernetes: the claim of a volume that many nodes can write [default: assize]
    #[arg(long, value_name = "NAME", requires = "engine")]
    pub(super) claim: Option<String>,
    /// With --for kubernetes: the Secret that has the variables which the plan names [default: assize]
    #[arg(long, value_name = "NAME", requires = "engine")]
    pub(super) secret: Option<String>,
    /// How far ahead the start is set once all workers are ready [default: 5s]
    #[arg(long, value_name = "TIME")]
    pub(super) lead: Option<Span>,
    /// How often a worker gives a sign of life [default: 1s]
    #[arg(long, value_name = "TIME")]
    pub(super) beat: Option<Span>,
    /// After so long without a sign of life a worker counts as dead, and another may take its place before
    /// the start [default: 15s]
    #[arg(long, value_name = "TIME")]
    pub(super) silence: Option<Span>,
    /// How long workers wait for each other before they give up [default: 5m]
    #[arg(long, value_name = "TIME")]
    pub(super) gather: Option<Span>,
    /// How far apart workers may begin; more makes the measurement invalid [default: 100ms]
    #[arg(long, value_name = "TIME")]
    pub(super) skew_limit: Option<Span>,
    #[command(flatten)]
    pub(super) target: TargetOptions,
    #[command(flatten)]
    pub(super) suites: SuiteOptions,
    #[command(flatten)]
    pub(super) load: LoadOptions,
}

/// What starts the workers of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum EngineChoice {
    /// A shell script for this machine
    Local,
    /// A file for docker compose
    Compose,
    /// A shell script that gives Slurm two jobs
    Slurm,
    /// Manifests: the plan, an Indexed Job, and a Job that merges
    Kubernetes,
}

#[derive(Args, Debug)]
pub(super) struct WorkArguments {
    /// The plan
    #[arg(value_name = "PLAN")]
    pub(super) plan: PathBuf,
    /// Which of its workers this one is, from 0 [default: the variable JOB_COMPLETION_INDEX,
    /// SLURM_ARRAY_TASK_ID or SLURM_PROCID]
    #[arg(long, value_name = "NUMBER")]
    pub(super) index: Option<usize>,
    /// The folder that all workers share, or a bucket, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or
    /// az://CONTAINER/PREFIX, with its keys in the variables of its provider; of one plan, and of one run of it
    #[arg(long, value_name = "STORE")]
    pub(super) store: PathBuf,
    /// The folder of suites, where the plan has some of its own [default: the one that it names]
    #[arg(long, value_name = "DIR")]
    pub(super) suites: Option<PathBuf>,
    /// The folder of the ledger, which has bearers then [default: the store, without bearers]
    #[arg(long, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    /// Send the metrics of this share each second to the collector of OpenTelemetry at this URL, over HTTP
    #[arg(long, env = "ASSIZE_OTLP", hide_env_values = true, value_name = "URL")]
    pub(super) otlp: Option<String>,
    /// Show nothing but what came of it
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Args, Debug)]
pub(super) struct MergeArguments {
    /// The folder or the bucket that the workers of a plan share; or all shards of a check, each by its results.json, its
    /// folder or its id
    #[arg(value_name = "STORE|SHARD", required = true)]
    pub(super) parts: Vec<PathBuf>,
    /// How long to wait for all shares of a plan [default: 0s]
    #[arg(long, value_name = "TIME")]
    pub(super) wait: Option<Span>,
    /// How many shares or shards may be missing; the report says which are
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(super) allow_missing: usize,
    /// The folder of suites, where the plan has some of its own [default: the one that it names]
    #[arg(long, value_name = "DIR")]
    pub(super) suites: Option<PathBuf>,
    #[command(flatten)]
    pub(super) report: MergedReport,
}

/// Where the reports of what was put together go.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Reports")]
pub(super) struct MergedReport {
    /// The folder in which each run gets a folder of its own [default: reports]
    #[arg(long, env = "ASSIZE_REPORTS", value_name = "DIR")]
    pub(super) reports: Option<PathBuf>,
    /// Put a copy of the JUnit XML here
    #[arg(long, env = "ASSIZE_JUNIT", value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Put a copy of results.json here
    #[arg(long, env = "ASSIZE_JSON", value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Put a copy of the HTML report here
    #[arg(long, env = "ASSIZE_HTML", value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Show nothing but the verdict
    #[arg(long, short, env = "ASSIZE_QUIET")]
    pub(super) quiet: bool,
}
