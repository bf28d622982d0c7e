//! What the users of an engine apply to have a plan worked on: text, made of the plan alone.

mod compose;
mod kubernetes;
mod local;
mod slurm;

use serde_json::Value;
use std::time::Duration;

use super::bucket_provider::BucketProvider;
use super::plan::WorkPlan;

/// So much of the plan's digest tells runs apart in a name.
const DIGITS: usize = 8;
/// Beyond gathering and load, for what is slow: images, users, teardown.
const SLACK: Duration = Duration::from_mins(10);

/// What starts processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A shell on this machine.
    Local,
    /// Containers of one machine.
    Compose,
    /// A cluster for batch jobs.
    Slurm,
    /// A cluster for containers.
    Kubernetes,
}

/// What an engine must know besides the plan.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// The plan's file, as those who start workers reach it.
    pub plan_file: String,
    /// The SHA-256 of the plan.
    pub digest: String,
    /// The plan as it is written.
    pub text: String,
    /// The folder or the bucket that workers share; none for the engine's own folder.
    pub store: Option<String>,
    /// The image, where there are containers. The program is its entry point.
    pub image: String,
    /// The claim of a volume that many can write, in Kubernetes.
    pub claim: String,
    /// The Secret that has the variables of the plan, in Kubernetes.
    pub secret: String,
    /// How long the load takes, warm-up included.
    pub takes: Duration,
}

impl EngineSettings {
    /// What tells this plan's things apart.
    fn mark(&self) -> &str {
        self.digest.get(..DIGITS).unwrap_or_default()
    }

    /// The store, if it is a bucket.
    fn bucket(&self) -> Option<&str> {
        self.store.as_deref().filter(|store| store.contains("://"))
    }

    /// The variables of the bucket, if the store is one.
    fn bucket_variables(&self) -> &'static [&'static str] {
        let provider = self.bucket().and_then(BucketProvider::of);
        provider.map_or(&[], BucketProvider::variables)
    }

    /// How long a merge waits for all shares.
    fn wait(&self, plan: &WorkPlan) -> u64 {
        (plan.start.gather() + plan.start.lead() + self.takes + SLACK).as_secs()
    }
}

/// What the users of an engine apply.
#[must_use]
pub fn script(engine: Engine, plan: &WorkPlan, settings: &EngineSettings) -> String {
    match engine {
        Engine::Local => local::script(plan, settings),
        Engine::Compose => compose::file(plan, settings),
        Engine::Slurm => slurm::script(plan, settings),
        Engine::Kubernetes => kubernetes::manifests(plan, settings),
    }
}

/// The variables that workers take secrets from, each once.
fn variables(plan: &WorkPlan) -> Vec<&str> {
    let sources = plan.options.values();
    let named = sources.filter_map(|value| value.get("env").and_then(Value::as_str));
    let mut all: Vec<&str> = named.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text as a scalar of YAML.
fn scalar(text: &str) -> String {
    Value::from(text).to_string()
}
