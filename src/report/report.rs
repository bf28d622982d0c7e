//! The one value that decides the exit code and that every report renders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use std::collections::BTreeSet;
use time::Date;

use super::answer_count::AnswerCount;
use super::event::{Accounts, Event, Trouble};
use super::expected::ExpectedFailures;
use super::load_result::LoadResult;
use super::reading::Reading;
use super::result::{CaseResult, Phase, ReasonKind};
use super::suites_used::SuitesUsed;
use crate::contract::Requirements;
use crate::diagnosis::Diagnosis;
use crate::model::{CaseId, Condition, Level, Outcome, RequirementId, RunId, Verdict};

/// The version of the result file's format.
pub const FORMAT: &str = "assize-results/1";

/// Everything about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format: `assize-results/1`.
    pub format: String,
    /// How the run ended, and why.
    pub conclusion: Conclusion,
    /// What was run, where and how.
    pub run: RunInfo,
    /// How many cases came to each verdict.
    pub totals: Totals,
    /// What came of each requirement that a selected case or the load proves, in the order of the
    /// catalogue.
    pub requirements: Vec<RequirementResult>,
    /// What came of each case, in the order they are written.
    pub cases: Vec<CaseResult>,
    /// What came of the load, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadResult>,
    /// How the target reads what the document leaves open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    /// How often each endpoint gave each status, with 0 for those of the document that nobody saw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AnswerCount>,
    /// What the reader must know besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// What kept the run from a verdict of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub troubles: Vec<Trouble>,
    /// What a look over the whole run has found, what explains most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnoses: Vec<Diagnosis>,
    /// What became of the accounts that the run made.
    pub accounts: Accounts,
}

/// How a run ended, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// How the run ended.
    pub outcome: Outcome,
    /// The exit code of the process.
    pub exit_code: u8,
    /// The reason as a sentence.
    pub sentence: String,
}

/// What was run, where and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the run by itself"
)]
pub struct RunInfo {
    /// The name of the run and of its folder.
    pub id: RunId,
    /// The version of assize.
    pub version: String,
    /// The verb: `run`, `check`, `load`.
    pub verb: String,
    /// The base URL of the target.
    pub target: String,
    /// What the target calls itself in its `Server` headers, each value once, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// Whether the target was the reference server inside the binary.
    pub embedded: bool,
    /// The mailbox, without its password; none if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
    /// The suites; none if they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suites: Option<SuitesUsed>,
    /// What narrows the cases, as it was asked for: `--case delete.*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<String>,
    /// The seed of all generated values.
    pub seed: u64,
    /// What the manners of its requests were drawn from; 0 is the draw of every run that decides a gate.
    #[serde(default, skip_serializing_if = "is_usual_draw")]
    pub draw: u64,
    /// What makes the users of the run new: the addresses of all of them have it behind what they have in
    /// common with those of other runs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// Cases at once.
    pub jobs: usize,
    /// Whether a warning fails the run.
    pub strict: bool,
    /// Whether a run that leaves much of what it must try untried may conform.
    #[serde(default)]
    pub accept_partial: bool,
    /// Whether a run may conform although its generator was the bottleneck.
    #[serde(default)]
    pub accept_invalid: bool,
    /// The beginning, as RFC 3339 in UTC.
    pub started: String,
    /// How long the whole run took, in milliseconds.
    pub duration_ms: f64,
    /// Whether the user interrupted it.
    pub interrupted: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde calls"
)]
const fn is_usual_draw(draw: &u64) -> bool {
    *draw == 0
}

/// How many cases came to each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Everything expected came.
    pub pass: usize,
    /// Not tried.
    pub skip: usize,
    /// Something that should hold does not.
    pub warn: usize,
    /// Something that must hold does not.
    pub fail: usize,
    /// Could not be judged.
    pub broken: usize,
}

impl Totals {
    /// All cases.
    #[must_use]
    pub const fn all(self) -> usize {
        self.pass + self.skip + self.warn + self.fail + self.broken
    }

    const fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Skip => self.skip += 1,
            Verdict::Warn => self.warn += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Broken => self.broken += 1,
        }
    }
}

/// What came of one requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementResult {
    /// The stable id.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: Level,
    /// The section of the Users API document that it comes from.
    pub section: String,
    /// The demand in our own words.
    pub says: String,
    /// What came of it: the gravest of what its cases and the load found about it.
    pub verdict: Verdict,
    /// The cases that prove it.
    pub cases: Vec<CaseId>,
    /// The ways in which their requests varied a value, as suites write them: `other:50`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub variations: BTreeSet<String>,
    /// The conditions under which they were sent: `http-1.0`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub conditions: BTreeSet<String>,
    /// What the load found about it; none if the load does not prove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_load: Option<Verdict>,
}

/// Folds the events of a run into its report.
#[derive(Clone, Debug)]
pub struct ReportBuilder {
    run: RunInfo,
    cases: Vec<CaseResult>,
    load: Option<LoadResult>,
    notices: Vec<String>,
    troubles: Vec<Trouble>,
    diagnoses: Vec<Diagnosis>,
    answers: Vec<AnswerCount>,
    accounts: Accounts,
    expected: Option<(ExpectedFailures, Date)>,
}

impl ReportBuilder {
    /// A report of a run in which nothing has happened yet.
    #[must_use]
    pub const fn new(run: RunInfo) -> Self {
        Self {
            run,
            cases: Vec::new(),
            load: None,
            notices: Vec::new(),
            troubles: Vec::new(),
            diagnoses: Vec::new(),
            answers: Vec::new(),
            accounts: Accounts {
                made: 0,
                removed: 0,
            },
            expected: None,
        }
    }

    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::CaseFinished(result) => self.cases.push((**result).clone()),
            Event::LoadFinished(result) => self.load = Some((**result).clone()),
            Event::Notice(text) => self.notices.push(text.clone()),
            Event::Trouble(trouble) => self.troubles.push(trouble.clone()),
            Event::Diagnosed(found) => self.diagnoses.push((**found).clone()),
            Event::TornDown(accounts) => {
                self.accounts.made += accounts.made;
                self.accounts.removed += accounts.removed;
            }
            Event::Planned { .. }
            | Event::Forecast(_)
            | Event::CaseStarted(_)
            | Event::LoadStarted { .. }
            | Event::LoadSecond(_)
            | Event::SearchStage(_) => {}
        }
    }

    /// Judges failures in the light of a list of those that are expected, as of today.
    pub fn expect(&mut self, expected: ExpectedFailures, today: Date) {
        self.expected = Some((expected, today));
    }

    /// Names the target once it is known better than before.
    pub fn name_target(&mut self, base_url: &str) {
        base_url.clone_into(&mut self.run.target);
    }

    /// Says what the target calls itself.
    pub fn name_servers(&mut self, servers: Vec<String>) {
        self.run.servers = servers;
    }

    /// Says how often each endpoint gave each status.
    pub fn count_answers(&mut self, answers: Vec<AnswerCount>) {
        self.answers = answers;
    }

    /// Names the suites once they are read.
    pub fn name_suites(&mut self, suites: SuitesUsed) {
        self.run.suites = Some(suites);
    }

    /// Whether a case has failed or could not be judged so far.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.cases.iter().any(|case| case.verdict >= Verdict::Fail)
    }

    /// Marks the run as interrupted by the user.
    pub const fn interrupt(&mut self) {
        self.run.interrupted = true;
    }

    /// The report of a run that took this long. Cases stand in the order of `order`, whatever the
    /// order in which they ended.
    #[must_use]
    pub fn finish(
        mut self,
        duration_ms: f64,
        order: &[CaseId],
        requirements: &Requirements,
    ) -> Report {
        self.run.duration_ms = duration_ms;
        let rank = |case: &CaseResult| order.iter().position(|id| *id == case.id);
        self.cases.sort_by_key(rank);
        super::suffering::excuse(&mut self.cases, &mut self.diagnoses);
        if let Some((expected, today)) = &self.expected {
            expected.apply(&mut self.cases, *today);
        }
        super::unanswered::excuse_silence(&mut self.cases);
        let mut totals = Totals::default();
        for case in &self.cases {
            totals.count(case.verdict);
        }
        Report {
            format: FORMAT.to_owned(),
            conclusion: super::conclusion::conclude(&super::conclusion::Facts {
                run: &self.run,
                totals,
                cases: &self.cases,
                load: self.load.as_ref(),
                troubles: &self.troubles,
                diagnoses: &self.diagnoses,
                accounts: self.accounts,
            }),
            requirements: requirement_results(&self.cases, self.load.as_ref(), requirements),
            readings: super::reading::readings(&self.cases),
            answers: self.answers,
            run: self.run,
            totals,
            cases: self.cases,
            load: self.load,
            notices: self.notices,
            troubles: self.troubles,
            diagnoses: self.diagnoses,
            accounts: self.accounts,
        }
    }
}

fn requirement_results(
    cases: &[CaseResult],
    load: Option<&LoadResult>,
    requirements: &Requirements,
) -> Vec<RequirementResult> {
    requirements
        .iter()
        .filter_map(|requirement| {
            let proving: Vec<&CaseResult> = cases
                .iter()
                .filter(|case| case.speaks_of(&requirement.id))
                .collect();
            let under_load = load.and_then(|load| verdict_under_load(load, &requirement.id));
            let verdict = proving
                .iter()
                .map(|case| verdict_about(case, &requirement.id))
                .chain(under_load)
                .reduce(combine)?;
            Some(RequirementResult {
                id: requirement.id.clone(),
                level: requirement.level,
                section: requirement.section.clone(),
                says: requirement.says.clone(),
                verdict,
                cases: proving.iter().map(|case| case.id.clone()).collect(),
                variations: variations(&proving),
                conditions: conditions(&proving),
                under_load,
            })
        })
        .collect()
}

/// How the requests that cases made varied a value.
fn variations(cases: &[&CaseResult]) -> BTreeSet<String> {
    let steps = cases.iter().flat_map(|case| &case.steps);
    steps.filter_map(|step| step.variation.clone()).collect()
}

/// The conditions under which the judged requests of cases were sent.
fn conditions(cases: &[&CaseResult]) -> BTreeSet<String> {
    let steps = cases.iter().flat_map(|case| &case.steps);
    let judged = steps.filter(|step| step.phase == Phase::Judged);
    judged.flat_map(|step| step.manner.clone()).collect()
}

/// What a load says about a requirement: nothing if it does not prove it, broken if no answer came.
fn verdict_under_load(load: &LoadResult, requirement: &RequirementId) -> Option<Verdict> {
    let found = load
        .findings
        .iter()
        .filter(|found| {
            let unmet = found.finding.as_ref();
            unmet.is_some_and(|finding| finding.requirements.contains(requirement))
        })
        .map(|found| found.verdict)
        .max();
    let proves = load.requirements.contains(requirement);
    let unmarred = match load.answered {
        0 => Verdict::Broken,
        _ => Verdict::Pass,
    };
    found.or_else(|| proves.then_some(unmarred))
}

/// What a case says about one of its requirements: only its own findings count against it.
pub(super) fn verdict_about(case: &CaseResult, requirement: &RequirementId) -> Verdict {
    match case.verdict {
        Verdict::Skip | Verdict::Broken => case.verdict,
        Verdict::Pass | Verdict::Warn | Verdict::Fail => case
            .findings()
            .filter(|finding| finding.requirements.contains(requirement))
            .map(|finding| case.weight(finding))
            .max()
            // What a case did not get to, it says nothing of.
            .unwrap_or(if case.is_held_up() {
                Verdict::Skip
            } else {
                Verdict::Pass
            }),
    }
}

/// The graver of two, except that a pass speaks for a requirement although another case was skipped, and that
/// a requirement was violated whatever could not be judged besides.
fn combine(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Fail, Verdict::Broken) | (Verdict::Broken, Verdict::Fail) => Verdict::Fail,
        (Verdict::Pass, Verdict::Skip) | (Verdict::Skip, Verdict::Pass) => Verdict::Pass,
        _ => one.max(other),
    }
}

impl Report {
    /// How many pairs of a requirement and a condition were tried, and how many there are: each requirement that
    /// a case was about with each way in which a request can be sent. Not all are possible: a request without
    /// a body has no chunks.
    #[must_use]
    pub fn pairs_tried(&self) -> (usize, usize) {
        let by_cases = || self.requirements.iter().filter(|one| !one.cases.is_empty());
        let tried = by_cases().map(|one| one.conditions.len()).sum();
        (tried, by_cases().count() * Condition::ALL.len())
    }

    /// The cases that could not be judged because the target did not play along.
    pub fn blocked(&self) -> impl Iterator<Item = &CaseResult> {
        self.cases.iter().filter(|case| {
            let reason = case.reason.as_ref();
            case.verdict == Verdict::Skip
                && reason.is_some_and(|reason| reason.kind == ReasonKind::Blocked)
        })
    }
}
