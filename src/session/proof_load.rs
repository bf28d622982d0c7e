//! The loads of a proof: short ones, against the honest server and against each defect that shows only
//! under load.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::failure::Failure;
use super::loading::{LoadMeans, Loading};
use crate::edge::{EmbeddedTarget, HttpClient, HttpLimits, RunClock};
use crate::engine::load::LoadSettings;
use crate::engine::{EvidenceLog, Harness, RuleBook, Stop};
use crate::load::Profile;
use crate::model::{Redactor, Verdict};
use crate::record::{CaseResult, Event, EventSink, LoadResult, load_as_case, unmade_load_as_case};
use crate::reference::defect::Defect;
use crate::suite::{Generation, Plan};
use crate::users_api::{Ledger, SessionLog};

/// Iterations a second. Two such loads at once leave a small machine time for the cases beside them.
const RATE: &str = "600/s";
/// With that rate and the usual scenarios some 420 calls of each kind, so that one in 300 is met.
const DURATION: Duration = Duration::from_millis(3_500);
const CONNECTIONS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);
/// An answer inside one process takes milliseconds.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How long to wait for a mailed code. Mail inside one process takes milliseconds, but the processor is
/// busy.
const MAIL_LIMIT: Duration = Duration::from_secs(5);
/// A load that finds nothing where there is something is made again so often at the most, longer each
/// time: a busy machine may have kept it from making its calls.
const TRIES: u32 = 3;

/// A load of a proof.
pub(super) struct ProofLoad<'a> {
    loading: Loading,
    generation: &'a Generation,
    clock: &'a RunClock,
}

impl<'a> ProofLoad<'a> {
    /// The load that is made when nothing else is said. None if the suites have no scenario for it.
    pub(super) fn new(
        plan: &Plan,
        generation: &'a Generation,
        clock: &'a RunClock,
    ) -> Option<Self> {
        let profile: Profile = RATE.parse().ok()?;
        let settings = LoadSettings {
            timeout: TIMEOUT,
            workers: Some(NonZeroUsize::MIN),
            ..LoadSettings::new(CONNECTIONS, profile, DURATION)
        };
        Some(Self {
            loading: Loading::usual(plan, settings)?,
            generation,
            clock,
        })
    }

    /// Makes the load against a server with this defect, or with none.
    pub(super) async fn try_one(
        &self,
        defect: Option<&'static Defect>,
        ledger: Arc<dyn Ledger>,
        stop: &Stop,
    ) -> Result<CaseResult, Failure> {
        let scenario = self.loading.scenario();
        let mut last = None;
        for number in 1..=TRIES {
            let loading = self.loading.lasting(DURATION * number);
            let loads = self.make(&loading, defect, (ledger.clone(), stop)).await?;
            let case = match loads.made() {
                Some(load) => load_as_case(&load, scenario),
                None => unmade_load_as_case(loads.why(), scenario),
            };
            let settled = defect.is_none() || case.verdict >= Verdict::Fail;
            last = Some(case);
            if settled || stop.is_set() {
                break;
            }
        }
        last.ok_or_else(|| Failure::Machine("no load was tried".to_owned()))
    }

    async fn make(
        &self,
        loading: &Loading,
        defect: Option<&'static Defect>,
        (ledger, stop): (Arc<dyn Ledger>, &Stop),
    ) -> Result<Arc<Loads>, Failure> {
        let target = EmbeddedTarget::start_with(defect)
            .map_err(|error| Failure::Machine(error.to_string()))?;
        let limits = HttpLimits {
            connect: TIMEOUT,
            exchange: TIMEOUT,
            body: 1024 * 1024,
            pause: Duration::ZERO,
        };
        let client = HttpClient::new(target.base_url(), limits)?;
        let loads = Arc::new(Loads::default());
        let redactor = Arc::new(Redactor::new());
        let harness = Harness {
            transport: &client,
            clock: self.clock,
            mailbox: Some(target.mailbox()),
            sink: loads.as_ref(),
            generation: self.generation,
            redactor: &redactor,
            base_url: target.base_url(),
            lent: None,
            ledger: ledger.as_ref(),
            sessions: &SessionLog::new(),
            evidence: &EvidenceLog::watched(),
            rules: &RuleBook::default(),
            stop,
            mail_limit: MAIL_LIMIT,
        };
        let means = LoadMeans {
            sink: loads.clone(),
            redactor: &redactor,
            ledger: ledger.clone(),
            alone: true,
        };
        loading.make(harness, means).await;
        Ok(loads)
    }
}

/// Keeps what came of a load, or why it was not made.
#[derive(Default)]
struct Loads {
    made: Mutex<Option<LoadResult>>,
    why: Mutex<String>,
}

impl Loads {
    fn made(&self) -> Option<LoadResult> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.take()
    }

    fn why(&self) -> String {
        let why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        why.clone()
    }
}

impl EventSink for Loads {
    fn emit(&self, event: &Event) {
        match event {
            Event::LoadFinished(result) => {
                let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
                *made = Some((**result).clone());
            }
            Event::Trouble(trouble) => {
                let mut why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
                why.clone_from(&trouble.text);
            }
            _ => {}
        }
    }
}
