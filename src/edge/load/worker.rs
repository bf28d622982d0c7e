//! One thread of a load, and the gate at which all threads begin together.

use std::sync::mpsc::{self, Receiver, Sender};
use tokio::runtime::Runtime;
use tokio::task::unconstrained;
use tokio::time::Instant;

use super::LoadError;
use super::agreed_start::AgreedStart;
use super::clock::{Beginning, WorkerClock};
use super::plug::TransportFactory;
use super::turns::in_turns;
use crate::edge::wire::Origin;
use crate::engine::Stop;
use crate::engine::load::{Connector, SharedByWorkers, Worker, WorkerResult, open_connections};
use crate::load::{Interval, Share};
use crate::model::TransferError;

/// One thread of a load.
pub(super) struct WorkerThread<'a, P> {
    pub(super) common: SharedByWorkers<'a>,
    pub(super) runtime: Runtime,
    pub(super) plug: &'a P,
    /// Exchanges at a time.
    pub(super) slots: usize,
    pub(super) share: Share,
    pub(super) intervals: Sender<Interval>,
}

impl<P: TransportFactory> WorkerThread<'_, P> {
    /// Opens the connections, waits for the others, and works until the load is over. None if the
    /// load does not begin.
    pub(super) fn run(self, pass: StartPass) -> Option<WorkerResult> {
        let origin = Origin::new(Instant::now());
        let connector = self.plug.connector(origin.clone());
        let opening = open_connections(&connector, self.slots);
        let opened = self.runtime.block_on(opening);
        let beginning = pass.wait(opened.none_opened)?;
        let clock = WorkerClock::new(beginning, origin);
        let shift: Worker<'_, _, P::Connector> =
            Worker::new(self.common, &clock, self.share, self.intervals);
        // The runtime has nothing else to be fair to.
        let work = unconstrained(shift.work(opened.connections));
        Some(if P::Connector::IS_DRIVEN {
            self.runtime.block_on(in_turns(&connector, work))
        } else {
            self.runtime.block_on(work)
        })
    }
}

/// What a worker found when it opened its connections: nothing, or why not one could be opened.
type OpeningFailure = Option<TransferError>;

/// Gives each worker its pass.
pub(super) struct StartPasses {
    ready: Sender<(OpeningFailure, Sender<Beginning>)>,
}

/// Where a worker waits for the others.
pub(super) struct StartPass(Sender<(OpeningFailure, Sender<Beginning>)>);

/// Where all workers begin together.
pub(super) struct StartBarrier {
    waiting: Receiver<(OpeningFailure, Sender<Beginning>)>,
}

impl StartPasses {
    pub(super) fn pass(&self) -> StartPass {
        StartPass(self.ready.clone())
    }
}

impl StartPass {
    /// Says that this worker is ready, and waits for the beginning. None if the load does not begin.
    fn wait(self, finding: OpeningFailure) -> Option<Beginning> {
        let (sender, beginning) = mpsc::channel();
        self.0.send((finding, sender)).ok()?;
        drop(self);
        beginning.recv().ok()
    }
}

impl StartBarrier {
    pub(super) fn new() -> (StartPasses, Self) {
        let (ready, waiting) = mpsc::channel();
        (StartPasses { ready }, Self { waiting })
    }

    /// Waits for all workers and lets them begin, unless not one connection could be opened: at once, or when
    /// it was agreed to.
    pub(super) fn open(
        self,
        workers: usize,
        (stop, agreed): (&Stop, Option<&AgreedStart>),
    ) -> Result<Beginning, LoadError> {
        let mut begins = Vec::with_capacity(workers);
        let mut refusals = Vec::new();
        for (finding, begin) in &self.waiting {
            refusals.extend(finding);
            begins.push(begin);
        }
        if begins.len() < workers {
            return Err(LoadError::Lost);
        }
        if refusals.len() == workers
            && let Some(first) = refusals.into_iter().next()
        {
            return Err(LoadError::Unreachable(first));
        }
        let beginning = agreed.map_or_else(Beginning::now, |agreed| agreed.wait(stop));
        for begin in begins {
            begin.send(beginning).map_err(|_| LoadError::Lost)?;
        }
        Ok(beginning)
    }
}
