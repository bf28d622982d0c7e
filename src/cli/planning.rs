//! `assize plan`: settles a load for several workers, and writes down what each of them must know.

use serde::Serialize;
use serde_json::{Map, Value};
use std::time::Duration;
use toml::Table;

use super::config::Config;
use super::console;
use super::machine_arguments::{EngineChoice, PlanArguments};
use super::options::ReportOptions;
use super::settings::Settings;
use super::span::Span;
use super::trial::RunRequest;
use crate::edge::{is_named, write_whole};
use crate::machines::{Engine, EngineSettings, PLAN_FORMAT, StartRules, WorkPlan, script};
use crate::model::Outcome;
use crate::record::sha256;
use crate::session::{Failure, Loading};

/// Threads that send, in each worker, unless told otherwise.
const THREADS: usize = 1;
/// What a volume and a Secret are called unless told otherwise.
const USUAL_NAME: &str = "assize";

pub(super) fn plan(arguments: &PlanArguments) -> Result<Outcome, Failure> {
    let (plan, takes) = settled(arguments)?;
    let text = plan
        .text()
        .map_err(|error| Failure::Machine(format!("cannot write the plan: {error}")))?;
    console::note(&format!("{}\n", plan.says));
    match &arguments.output {
        Some(path) => write_whole(path, &text)?,
        None => console::print(&text),
    }
    if let Some(engine) = arguments.engine {
        let settings = engine_settings(arguments, text, takes);
        console::print(&script(engine.into(), &plan, &settings));
    }
    Ok(Outcome::Conforms)
}

fn engine_settings(arguments: &PlanArguments, text: String, takes: Duration) -> EngineSettings {
    let path = arguments.output.as_ref();
    let or_usual =
        |given: &Option<String>, usual: &str| given.as_deref().unwrap_or(usual).to_owned();
    EngineSettings {
        plan_file: path.map_or_else(String::new, |path| path.display().to_string()),
        digest: sha256(text.as_bytes()),
        text,
        store: arguments.store.clone(),
        image: or_usual(
            &arguments.image,
            concat!("assize:", env!("CARGO_PKG_VERSION")),
        ),
        claim: or_usual(&arguments.claim, USUAL_NAME),
        secret: or_usual(&arguments.secret, USUAL_NAME),
        takes,
    }
}

impl From<EngineChoice> for Engine {
    fn from(choice: EngineChoice) -> Self {
        match choice {
            EngineChoice::Local => Self::Local,
            EngineChoice::Compose => Self::Compose,
            EngineChoice::Slurm => Self::Slurm,
            EngineChoice::Kubernetes => Self::Kubernetes,
        }
    }
}

/// The plan that the options ask for, and how long its load takes. Nothing is sent.
pub(super) fn settled(arguments: &PlanArguments) -> Result<(WorkPlan, Duration), Failure> {
    let config = Config::load(
        arguments.place.config.as_deref(),
        arguments.place.target.as_deref(),
    )?;
    let groups = [
        table(&arguments.target)?,
        table(&arguments.suites)?,
        table(&arguments.load)?,
    ];
    let options = config.planned(&groups)?;
    let settings = Settings::of(config.without_secrets(), &request(arguments))?;
    let mut settings = settings;
    let Some(target) = settings.target.url().map(str::to_owned) else {
        return Err(Failure::Usage(
            "a plan is for a target that all workers reach: name it, as in `assize plan http://HOST/api/auth/v2 --processes 4`".to_owned(),
        ));
    };
    refuse_what_sees_all(&settings)?;
    let load = settings.load.clone().unwrap_or_default();
    if is_named(&target, &load.allow_load) {
        // Its workers may know a name that this machine does not.
        settings.target.addresses = Ok(Vec::new());
    }
    let planned = settings.planned()?;
    let loading = settings
        .loading(&planned.plan)?
        .ok_or_else(|| Failure::Usage(super::loading::NO_SCENARIO.to_owned()))?;
    let workers = arguments.processes.get();
    let threads = load.workers.unwrap_or(THREADS);
    let connections = loading.settings.connections.get();
    refuse_too_few_connections(connections, workers.saturating_mul(threads))?;
    let takes = loading.settings.warm_up + loading.settings.duration;
    let plan = WorkPlan {
        format: PLAN_FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        says: said(&loading, workers, &target),
        target,
        suites: planned.used,
        workers,
        threads,
        options: complete(options, &settings, (&loading, threads))?,
        start: rules(arguments),
    };
    Ok((plan, takes))
}

fn request(arguments: &PlanArguments) -> RunRequest<'_> {
    static NO_REPORT: std::sync::LazyLock<ReportOptions> =
        std::sync::LazyLock::new(ReportOptions::default);
    RunRequest {
        verb: "load",
        place: &arguments.place,
        target: &arguments.target,
        suites: &arguments.suites,
        check: None,
        rerun: None,
        load: Some(&arguments.load),
        report: &NO_REPORT,
    }
}

fn table(group: &impl Serialize) -> Result<Table, Failure> {
    Table::try_from(group).map_err(|error| Failure::Machine(error.to_string()))
}

/// What no worker can do, although a plan that was written by hand asks for it.
pub(super) fn refuse_unsuited(settings: &Settings, plan: &WorkPlan) -> Result<(), Failure> {
    refuse_what_sees_all(settings)?;
    let load = settings.load.as_ref();
    let connections = load.and_then(|load| load.connections).unwrap_or_default();
    refuse_too_few_connections(connections, plan.workers.saturating_mul(plan.threads))
}

/// What one worker cannot tell, since it sees its own share only.
fn refuse_what_sees_all(settings: &Settings) -> Result<(), Failure> {
    let Some(load) = &settings.load else {
        return Ok(());
    };
    let refused = [
        (load.find_max, "--find-max", "searches load after load"),
        (
            load.abort_on_slo,
            "--abort-on-slo",
            "judges a load while it is made",
        ),
        (
            load.pid.is_some(),
            "--pid",
            "watches a process of one machine",
        ),
        (
            load.cgroup.is_some(),
            "--cgroup",
            "watches a group of one machine",
        ),
    ];
    let Some((_, flag, why)) = refused.into_iter().find(|(is_given, ..)| *is_given) else {
        return Ok(());
    };
    Err(Failure::Usage(format!(
        "{flag} {why}, and each worker of a plan sees its own share only; leave it out"
    )))
}

fn refuse_too_few_connections(connections: usize, threads: usize) -> Result<(), Failure> {
    if connections >= threads {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--connections {connections} is for all workers together, who have {threads} threads; give at least as many"
    )))
}

fn said(loading: &Loading, workers: usize, target: &str) -> String {
    let plural = if workers == 1 { "" } else { "s" };
    format!(
        "{workers} worker{plural} together: {} of {} at {target}, over {} connections",
        loading.how_many(),
        loading.scenario().id,
        loading.settings.connections
    )
}

/// The options with everything that is settled here, so that it is the same for all workers.
fn complete(
    mut options: Table,
    settings: &Settings,
    (loading, threads): (&Loading, usize),
) -> Result<Map<String, Value>, Failure> {
    let whole = |number: usize| toml::Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let wide = |number: u64| toml::Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    for (key, value) in [
        ("seed", wide(settings.seed)),
        ("draw", wide(settings.generation.draw())),
        ("workers", whole(threads)),
        ("connections", whole(loading.settings.connections.get())),
        ("users", whole(loading.users)),
    ] {
        options.insert(key.to_owned(), value);
    }
    let json = serde_json::to_value(options);
    json.ok()
        .and_then(|value| match value {
            Value::Object(map) => Some(map),
            _ => None,
        })
        .ok_or_else(|| Failure::Machine("the options cannot be written as JSON".to_owned()))
}

fn rules(arguments: &PlanArguments) -> StartRules {
    let usual = StartRules::default();
    let millis = |span: Option<Span>, usual: u64| {
        span.map_or(usual, |span| {
            u64::try_from(span.0.as_millis()).unwrap_or(u64::MAX)
        })
    };
    StartRules {
        lead_ms: millis(arguments.lead, usual.lead_ms),
        beat_ms: millis(arguments.beat, usual.beat_ms),
        silence_ms: millis(arguments.silence, usual.silence_ms),
        gather_ms: millis(arguments.gather, usual.gather_ms),
        skew_limit_ms: millis(arguments.skew_limit, usual.skew_limit_ms),
    }
}
