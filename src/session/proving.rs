//! A proof: do the suites find what is wrong, and nothing else? Settings in, proof out.
//!
//! The suites run against the reference server as it is, and then against one with each defect that is to be tried:
//! every server on a port of its own, with a mailbox of its own.

use futures_util::future::join_all;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::defect_choice::DefectSelection;
use super::failure::Failure;
use super::planned::Planned;
use super::proof_load::ProofLoad;
use super::runtime::on_this_thread;
use crate::edge::{
    EmbeddedTarget, HttpClient, HttpLimits, RunClock, allow_connections, on_threads, processors,
};
use crate::engine::{
    Clock, EvidenceLog, Harness, Pace, Patience, RuleBook, Stop, conclude_rules, conform,
};
use crate::model::Redactor;
use crate::record::{
    CaseResult, DefectResult, Event, EventSink, EvidencePolicy, Found, Proof, ProofInfo,
    prove as judge,
};
use crate::reference::defect::Defect;
use crate::suite::Generation;
use crate::users_api::{NullLedger, SessionLog};

/// Descriptors that a defect which is tried takes: both ends of each connection, its server and its mailbox. Where
/// many calls meet it takes more, and others less.
const CONNECTIONS: u64 = 40;
/// Loads at once: more would get in each other's way.
const LOADS: usize = 2;
/// Cases at once, so that what a defect does depends on nothing but the order of the cases.
const IN_ORDER: usize = 1;
/// Cases at once where calls have to meet, or where most cases wait for what never comes.
const IN_COMPANY: usize = 16;
/// How long to wait for a mailed code. Mail inside one process takes milliseconds.
const MAIL_LIMIT: Duration = Duration::from_secs(2);
/// The limits of an exchange inside one process.
const LIMITS: HttpLimits = HttpLimits {
    connect: Duration::from_secs(5),
    exchange: Duration::from_secs(10),
    body: 1024 * 1024,
    pause: Duration::ZERO,
};

/// What a proof is made with.
pub(crate) struct ProofSettings<'a> {
    /// The name of the run and of its folder.
    pub(crate) id: String,
    pub(crate) planned: &'a Planned,
    pub(crate) selection: DefectSelection,
    pub(crate) seed: u64,
    /// Makes the values of all requests, by the seed.
    pub(crate) generation: &'a Generation,
    /// Defects at once.
    pub(crate) jobs: usize,
    /// Requests at the same moment, as many as in a run that is not told otherwise.
    pub(crate) at_once: usize,
    /// Requests at once in a case of many.
    pub(crate) burst: usize,
    /// Began with the proof.
    pub(crate) clock: &'a RunClock,
    /// The wish to stop early.
    pub(crate) stop: &'a Stop,
}

/// As many defects at once as are wanted, or as the machine allows: one at least.
pub(crate) fn bearable(jobs: usize) -> usize {
    let wanted = u64::try_from(jobs).unwrap_or(u64::MAX);
    match allow_connections(wanted.saturating_mul(CONNECTIONS)) {
        Ok(()) => jobs.max(1),
        Err(allowed) => usize::try_from(allowed / CONNECTIONS).map_or(jobs, |most| most.max(1)),
    }
}

/// Makes a proof. `tell` hears of each defect that was tried to the end.
pub(crate) fn prove(
    settings: ProofSettings<'_>,
    tell: &(dyn Fn(&DefectResult) + Sync),
) -> Result<Proof, Failure> {
    let proving = Proving {
        settings: &settings,
        tell,
    };
    let tried = proving.run()?;
    let Planned {
        plan, requirements, ..
    } = settings.planned;
    let info = ProofInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: settings.seed,
        jobs: settings.jobs,
        complete: settings.selection.is_complete,
        started: settings.clock.began_rfc3339(),
        duration_ms: settings.clock.elapsed().as_secs_f64() * 1e3,
        interrupted: settings.stop.is_set(),
        draw: settings.selection.draw,
        id: settings.id,
    };
    Ok(judge(info, &found(tried), plan, requirements))
}

fn found(tried: Vec<Tried>) -> Found {
    let mut found = Found::default();
    for one in tried {
        match one.defect {
            None => found.honest.extend(one.cases),
            Some(defect) => found.defects.push((defect, one.cases)),
        }
    }
    found
}

/// What the cases found at one server: the honest one, or one with a defect.
struct Tried {
    /// Where the defect stands in the list; the honest server stands before all.
    place: usize,
    defect: Option<&'static Defect>,
    cases: Vec<CaseResult>,
}

/// What one thread does.
type Work<'a> = dyn Fn() -> Result<Vec<Tried>, Failure> + Sync + 'a;

/// The servers that are still to be tried.
type Queue = Mutex<VecDeque<(usize, Option<&'static Defect>)>>;

/// A proof under way.
struct Proving<'a> {
    settings: &'a ProofSettings<'a>,
    tell: &'a (dyn Fn(&DefectResult) + Sync),
}

impl Proving<'_> {
    /// Tries all, the honest server first.
    fn run(&self) -> Result<Vec<Tried>, Failure> {
        let jobs = self.settings.jobs;
        let (cases, loads) = queues(&self.settings.selection.defects);
        let threads = processors().min(jobs);
        let by_cases: &Work<'_> = &|| self.work(&cases, (Way::Cases, jobs.div_ceil(threads)));
        let by_load: &Work<'_> = &|| self.work(&loads, (Way::Load, 1));
        let mut workers = vec![by_cases; threads];
        workers.extend([by_load; LOADS].iter().take(jobs));
        let mut tried = Vec::new();
        for part in on_threads(&workers) {
            let lost = || Failure::Machine("a part of the proof was lost".to_owned());
            tried.extend(part.ok_or_else(lost)??);
        }
        tried.sort_by_key(|one| one.place);
        Ok(tried)
    }

    /// Takes servers from the queue, so many at once, until there is none left.
    fn work(&self, queue: &Queue, (way, jobs): (Way, usize)) -> Result<Vec<Tried>, Failure> {
        let stop = self.settings.stop;
        let one = || async {
            let mut tried = Vec::new();
            while let Some((place, defect)) = next(queue) {
                if stop.is_set() {
                    break;
                }
                let cases = match way {
                    Way::Cases => self.try_one(defect).await?,
                    Way::Load => Box::pin(self.try_load(defect)).await?,
                };
                // What was cut off says nothing of the defect.
                if stop.is_set() {
                    break;
                }
                if let Some(defect) = defect {
                    (self.tell)(&DefectResult::of(defect, &cases));
                }
                tried.push(Tried {
                    place,
                    defect,
                    cases,
                });
            }
            Ok(tried)
        };
        let all = join_all((0..jobs).map(|_| one()));
        let tried: Result<Vec<Vec<Tried>>, Failure> = on_this_thread(all)?.into_iter().collect();
        Ok(tried?.into_iter().flatten().collect())
    }

    /// Nothing is found where the suites have no load to make.
    async fn try_load(&self, defect: Option<&'static Defect>) -> Result<Vec<CaseResult>, Failure> {
        let settings = self.settings;
        match ProofLoad::new(&settings.planned.plan, settings.generation, settings.clock) {
            Some(load) => {
                let ledger = Arc::new(NullLedger::default());
                let tried = Box::pin(load.try_one(defect, ledger, settings.stop));
                Ok(vec![tried.await?])
            }
            None => Ok(Vec::new()),
        }
    }

    async fn try_one(&self, defect: Option<&'static Defect>) -> Result<Vec<CaseResult>, Failure> {
        let settings = self.settings;
        let (clock, stop) = (settings.clock, settings.stop);
        let plan = &settings.planned.plan;
        let target = EmbeddedTarget::start_beside(defect)
            .await
            .map_err(|error| Failure::Machine(error.to_string()))?;
        let client = HttpClient::new(target.base_url(), LIMITS)?;
        let patience = Patience::new(&client, clock, stop);
        let results = Results::default();
        let harness = Harness {
            transport: &patience,
            clock,
            mailbox: Some(target.mailbox()),
            sink: &results,
            generation: settings.generation,
            redactor: &Redactor::new(),
            base_url: target.base_url(),
            lent: None,
            ledger: &NullLedger::default(),
            sessions: &SessionLog::new(),
            evidence: &EvidenceLog::watched(),
            rules: &RuleBook::new(&plan.rules),
            stop,
            mail_limit: MAIL_LIMIT,
        };
        let jobs = if defect.is_some_and(Defect::needs_company) {
            IN_COMPANY
        } else {
            IN_ORDER
        };
        conform(harness, &plan.cases, self.once(jobs)).await;
        conclude_rules(&harness);
        Ok(results
            .0
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner))
    }

    /// Each case once, and no second chance. Requests at the same moment are as many as in a run that is
    /// not told otherwise, also where cases follow one another.
    const fn once(&self, jobs: usize) -> Pace {
        Pace {
            evidence: EvidencePolicy::Failing,
            jobs,
            at_once: self.settings.at_once,
            burst: self.settings.burst,
            may_widen: false,
            repeat: 1,
            retries: 0,
            narrow: false,
            first: 0,
        }
    }
}

/// The servers that are tried by cases, and those that are tried by a load. In each queue the honest
/// server, if there is any other, then the defects; those that wait first, so that the others use the
/// processor meanwhile.
fn queues(defects: &[&'static Defect]) -> (Queue, Queue) {
    let numbered = defects.iter().enumerate();
    let mut order: Vec<(usize, &'static Defect)> = numbered
        .map(|(index, defect)| (index + 1, *defect))
        .collect();
    order.sort_by_key(|(_, defect)| !defect.needs_company());
    let (loads, cases): (Vec<_>, Vec<_>) = order
        .into_iter()
        .partition(|(_, defect)| defect.only_under_load);
    (with_honest(cases), with_honest(loads))
}

fn with_honest(defects: Vec<(usize, &'static Defect)>) -> Queue {
    let honest = (!defects.is_empty()).then_some((0, None));
    let defects = defects
        .into_iter()
        .map(|(place, defect)| (place, Some(defect)));
    Mutex::new(honest.into_iter().chain(defects).collect())
}

/// How a server is tried.
#[derive(Clone, Copy)]
enum Way {
    /// By all cases.
    Cases,
    /// By a short load.
    Load,
}

fn next(queue: &Queue) -> Option<(usize, Option<&'static Defect>)> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front()
}

/// Keeps the results of the cases and lets everything else pass.
#[derive(Default)]
struct Results(Mutex<Vec<CaseResult>>);

impl EventSink for Results {
    fn emit(&self, event: &Event) {
        if let Event::CaseFinished(result) = event {
            let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((**result).clone());
        }
    }
}
