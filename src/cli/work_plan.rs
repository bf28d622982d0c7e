//! A plan as a worker and whoever puts shares together read it: for this version, and for these suites.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::suites::planned_by;
use crate::machines::{PLAN, WorkPlan};
use crate::record::sha256;
use crate::session::{Failure, Planned, WorkStore};
use crate::suite::plan_of_load;

/// A plan with its digest.
pub(super) struct ReadPlan {
    pub(super) plan: Arc<WorkPlan>,
    /// The SHA-256 of its text.
    pub(super) digest: String,
    pub(super) text: String,
}

/// Reads a plan.
pub(super) fn read_plan(path: &Path) -> Result<ReadPlan, Failure> {
    let text = std::fs::read_to_string(path).map_err(|cause| Failure::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    parsed(text, path)
}

/// The plan that a store is for, once the first worker has put it there.
pub(super) async fn plan_in(store: &WorkStore) -> Result<Option<ReadPlan>, Failure> {
    let read = store.read(PLAN).await;
    let Some(bytes) = read.map_err(|error| Failure::Machine(error.to_string()))? else {
        return Ok(None);
    };
    let path = PathBuf::from(format!("{}/{PLAN}", store.name()));
    let text = String::from_utf8(bytes).map_err(|error| Failure::Configuration {
        path: path.clone(),
        reason: format!("it is no text: {error}"),
    })?;
    parsed(text, &path).map(Some)
}

fn parsed(text: String, path: &Path) -> Result<ReadPlan, Failure> {
    let plan = WorkPlan::parse(&text, env!("CARGO_PKG_VERSION")).map_err(|error| {
        Failure::Configuration {
            path: path.to_owned(),
            reason: error.to_string(),
        }
    })?;
    Ok(ReadPlan {
        plan: Arc::new(plan),
        digest: sha256(text.as_bytes()),
        text,
    })
}

/// The suites of a plan, from a folder or where the plan says; those that are others are refused.
pub(super) fn suites_of(plan: &WorkPlan, folder: Option<&Path>) -> Result<Planned, Failure> {
    let named = plan.suites.folder.as_ref().map(PathBuf::from);
    let planned = planned_by(plan_of_load, folder.or(named.as_deref()))?;
    if planned.used.sha256 == plan.suites.sha256 {
        return Ok(planned);
    }
    let place = planned.used.folder.map_or_else(
        || "the suites inside this assize".to_owned(),
        |folder| format!("the suites in {folder}"),
    );
    Err(Failure::Usage(format!(
        "{place} are not those of the plan: it was made with suites of sha256 {}, these have {}; give all workers the same with --suites, or plan anew",
        plan.suites.sha256, planned.used.sha256
    )))
}
