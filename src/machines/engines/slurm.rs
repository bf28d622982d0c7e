//! A shell script that gives Slurm two jobs: the workers, and the merge that depends on them.

use super::super::plan::WorkPlan;
use super::{EngineSettings, quoted};

pub(super) fn script(plan: &WorkPlan, settings: &EngineSettings) -> String {
    let mark = settings.mark();
    let usual = format!("assize-{mark}");
    let store = settings.store.as_deref().unwrap_or(&usual);
    // Each is one word of the script, and inside of it a command line of its own.
    let work = quoted(&format!(
        "exec srun --no-kill --kill-on-bad-exit=0 --wait=0 --distribution=cyclic \"${{ASSIZE:-assize}}\" work {} --store {}",
        quoted(&settings.plan_file),
        quoted(store)
    ));
    let merge = quoted(&format!(
        "exec \"${{ASSIZE:-assize}}\" merge {}",
        quoted(store)
    ));
    format!(
        "#!/bin/sh
# {says}
# To be run where `sbatch` is, in a folder that all nodes share. Ends with the exit code of the merge. The store is
# for one run: remove it before the next. The variables of this shell reach the workers.
set -eu
work=$(sbatch --parsable --job-name=assize-work-{mark} --ntasks={workers} --cpus-per-task={threads} \\
    --no-kill --no-requeue --export=ALL --output=assize-work-{mark}.log \\
    --wrap={work})
code=0
sbatch --wait --dependency=afterany:\"${{work%%;*}}\" --job-name=assize-merge-{mark} --ntasks=1 \\
    --no-requeue --export=ALL --output=assize-merge-{mark}.log \\
    --wrap={merge} || code=$?
cat assize-merge-{mark}.log
exit \"$code\"
",
        says = plan.says,
        workers = plan.workers,
        threads = plan.threads,
    )
}
