//! A shell script that starts all workers on this machine.

use super::super::plan::WorkPlan;
use super::{EngineSettings, quoted};

pub(super) fn script(plan: &WorkPlan, settings: &EngineSettings) -> String {
    let mark = settings.mark();
    let usual = format!("assize-{mark}");
    let store = quoted(settings.store.as_deref().unwrap_or(&usual));
    format!(
        "#!/bin/sh
# {says}
# Ends with the exit code of the merge. The store is for one run: remove it before the next.
set -eu
assize=${{ASSIZE:-assize}}
index=0
while [ \"$index\" -lt {workers} ]; do
    \"$assize\" work {plan_file} --index \"$index\" --store {store} &
    index=$((index + 1))
done
wait
exec \"$assize\" merge {store} \"$@\"
",
        says = plan.says,
        workers = plan.workers,
        plan_file = quoted(&settings.plan_file),
    )
}
