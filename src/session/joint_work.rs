//! The part of a load that this process makes beside others: claimed before the run, begun with all.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::edge::{AgreedStart, SystemClock};
use crate::engine::Stop;
use crate::load::Share;
use crate::machines::{
    Claim, JointStart, NotStarted, ShareStart, SharedStore, WorkPlan, join_start,
};
use crate::record::PlanUse;

/// The store that the workers of a plan share.
pub(crate) type WorkStore = Arc<dyn SharedStore>;

/// The part of a load that this process makes beside others.
#[derive(Clone)]
pub(crate) struct JointWork {
    store: WorkStore,
    plan: Arc<WorkPlan>,
    /// The SHA-256 of the plan.
    digest: String,
    claim: Claim,
    replaced: Arc<AtomicBool>,
    agreed: Arc<AgreedStart>,
    start: Arc<Mutex<Option<JointStart>>>,
}

impl JointWork {
    /// The work on a share that is claimed.
    pub(crate) fn new(
        store: WorkStore,
        (plan, digest): (Arc<WorkPlan>, &str),
        claim: Claim,
    ) -> Self {
        Self {
            store,
            plan,
            digest: digest.to_owned(),
            claim,
            replaced: Arc::default(),
            agreed: Arc::default(),
            start: Arc::default(),
        }
    }

    /// Which of the iterations are this process's.
    pub(super) fn share(&self) -> Share {
        let wide = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Share {
            worker: wide(self.claim.index),
            workers: wide(self.plan.workers),
        }
    }

    /// How many threads send.
    pub(super) fn threads(&self) -> Option<NonZeroUsize> {
        NonZeroUsize::new(self.plan.threads)
    }

    /// What a record says of the plan.
    pub(crate) fn plan_use(&self) -> PlanUse {
        PlanUse {
            sha256: self.digest.clone(),
            workers: self.plan.workers,
            shares: vec![self.claim.index],
            missing: Vec::new(),
            allowed_missing: 0,
            skew_ms: None,
            skew_bound_ms: None,
        }
    }

    /// Whether another process took over the share, because this one gave no sign of life for too long.
    pub(crate) fn is_replaced(&self) -> bool {
        self.replaced.load(Ordering::Relaxed)
    }

    /// Waits until all workers are ready, and gives when to begin. Why there
    /// is no start is told as a sentence.
    pub(super) async fn join(&self, stop: &Stop) -> Result<Arc<AgreedStart>, String> {
        let joined = tokio::select! {
            joined = join_start((self.store.as_ref(), &SystemClock), &self.plan, self.claim) => joined,
            () = stop.wait() => return Err("stopped before the start, so nothing was sent".to_owned()),
        };
        let start = joined.map_err(|error| {
            let is_replaced = matches!(error, NotStarted::Replaced(_));
            self.replaced.store(is_replaced, Ordering::Relaxed);
            error.to_string()
        })?;
        self.agreed.agree(start.monotonic);
        *self.start.lock().unwrap_or_else(PoisonError::into_inner) = Some(start);
        Ok(self.agreed.clone())
    }

    /// Whether this process takes part in a start, so that nobody else can do its share.
    pub(crate) fn has_joined(&self) -> bool {
        let start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
        start.is_some()
    }

    /// How the work began; none if nothing was sent.
    pub(crate) fn began(&self) -> Option<ShareStart> {
        let start = *self.start.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, first) = (start?, self.agreed.first_due()?);
        Some(ShareStart {
            at_ns: start.at_ns,
            first_due_ns: start.first_due(first),
            clock: start.clock,
        })
    }
}
