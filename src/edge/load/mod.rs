//! Runs a load on this machine: threads, runtimes, clocks, sockets.

mod clock;
mod descriptors;
mod post;
mod timer;
mod worker;

use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

use super::wire::{
    Dial, Endpoint, EndpointError, TcpDial, TlsDial, UnsendableError, WireLimits, WireRequests,
};
use crate::engine::drive::{Aftermath, Books, Brake, Collector, Common, LoadJob, Pool};
use crate::engine::{Mailbox, Stop};
use crate::load::Share;
use crate::model::TransferError;
use crate::report::{EventSink, LoadResult};
use worker::{Gate, Worker};

/// Why a load could not begin, or not be finished.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The base URL is not one.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// A request could not be sent as it is written in the suite.
    #[error(transparent)]
    Unsendable(#[from] UnsendableError),
    /// Not one connection to the target could be opened.
    #[error("{0}")]
    Unreachable(TransferError),
    /// This machine does not allow so many connections.
    #[error(
        "{wanted} connections need more open files than the {allowed} connections' worth that this process may have; raise `ulimit -n`"
    )]
    Descriptors {
        /// Connections that were asked for.
        wanted: usize,
        /// Connections that would be allowed.
        allowed: u64,
    },
    /// A thread or its runtime could not be made.
    #[error("a thread of the load could not be started: {0}")]
    Thread(std::io::Error),
    /// A thread of the load ended before its time: a fault of this tool.
    #[error("a thread of the load ended before its time")]
    Lost,
}

/// Runs a load to its end, in threads of its own. Tells each second to the sink.
///
/// When somebody asks to stop, no more iterations begin, those under way are given a second to end,
/// and the result tells what was measured up to then.
///
/// # Errors
///
/// If the load could not begin: see [`LoadError`]. Whatever goes wrong after that is counted in the
/// result.
pub async fn run_load(
    job: LoadJob,
    sink: Arc<dyn EventSink>,
    stop: Stop,
) -> Result<LoadResult, LoadError> {
    let world = LoadWorld {
        sink,
        stop,
        mailbox: None,
        books: Books::default(),
    };
    let (result, _) = run_load_in(job, world).await?;
    Ok(result)
}

/// What a load works with besides the target.
pub struct LoadWorld<'a> {
    /// Takes each second.
    pub sink: Arc<dyn EventSink>,
    /// The wish to stop early.
    pub stop: Stop,
    /// Where mailed codes can be read, and how long one is waited for.
    pub mailbox: Option<(&'a dyn Mailbox, Duration)>,
    /// What users that the load makes are kept account of with. Its mail is put in here.
    pub books: Books,
}

/// The same for a load that may make users. What it left is to be looked into and removed.
///
/// # Errors
///
/// If the load could not begin: see [`LoadError`].
pub async fn run_load_in(
    job: LoadJob,
    world: LoadWorld<'_>,
) -> Result<(LoadResult, Aftermath), LoadError> {
    let LoadWorld {
        sink,
        stop,
        mailbox,
        mut books,
    } = world;
    let Some((mailbox, limit)) = mailbox else {
        return in_threads(job, sink, stop, books).await;
    };
    let (counter, office) = post::post();
    books.mail = Some(counter);
    let mut load = std::pin::pin!(in_threads(job, sink, stop, books));
    tokio::select! {
        ended = &mut load => return ended,
        () = office.serve(mailbox, limit) => {}
    }
    load.await
}

async fn in_threads(
    job: LoadJob,
    sink: Arc<dyn EventSink>,
    stop: Stop,
    books: Books,
) -> Result<(LoadResult, Aftermath), LoadError> {
    let endpoint = Endpoint::parse(&job.base_url)?;
    let requests = WireRequests::new(&job.scenario.operations, &endpoint)?;
    allow_descriptors(job.settings.connections)?;
    let addresses = endpoint.resolve().await.map_err(LoadError::Unreachable)?;
    let tcp = TcpDial { addresses };
    let run = move || {
        if endpoint.is_tls {
            let tls = TlsDial::new(tcp, &endpoint.host).map_err(LoadError::Unreachable)?;
            drive(&job, &tls, &requests, sink.as_ref(), (&stop, &books))
        } else {
            drive(&job, &tcp, &requests, sink.as_ref(), (&stop, &books))
        }
    };
    tokio::task::spawn_blocking(run)
        .await
        .map_err(|_| LoadError::Lost)?
}

fn allow_descriptors(connections: NonZeroUsize) -> Result<(), LoadError> {
    let wanted = connections.get();
    let number = u64::try_from(wanted).unwrap_or(u64::MAX);
    descriptors::allow_for(number).map_err(|allowed| LoadError::Descriptors { wanted, allowed })
}

/// Half of the processors: the target often runs on this machine, too, and one thread can send more
/// than most targets can answer.
fn usual_workers() -> usize {
    thread::available_parallelism().map_or(1, |processors| processors.get().div_ceil(2))
}

fn drive<D: Dial + Sync>(
    job: &LoadJob,
    dial: &D,
    requests: &WireRequests,
    sink: &dyn EventSink,
    (stop, books): (&Stop, &Books),
) -> Result<(LoadResult, Aftermath), LoadError> {
    let connections = job.settings.connections.get();
    let workers = job
        .settings
        .workers
        .map_or_else(usual_workers, NonZeroUsize::get)
        .min(connections);
    let pool = Pool::new(job.scenario.operations.len());
    let common = Common {
        job,
        pool: &pool,
        stop,
        brake: &Brake::default(),
        books,
    };
    let (sender, intervals) = mpsc::channel();
    thread::scope(|scope| {
        let (ready, gate) = Gate::new();
        let mut handles = Vec::new();
        for number in 0..workers {
            let worker = Worker {
                common,
                runtime: runtime()?,
                dial,
                requests: requests.clone(),
                limits: WireLimits::from(&job.settings),
                connections: share_of(connections, number, workers),
                share: share(number, workers),
                intervals: sender.clone(),
            };
            let pass = ready.pass();
            let handle = thread::Builder::new()
                .name(format!("load-{number}"))
                .spawn_scoped(scope, move || worker.run(pass))
                .map_err(LoadError::Thread)?;
            handles.push(handle);
        }
        drop((sender, ready));
        let beginning = gate.open(workers)?;
        let mut collector = Collector::begin(common, sink, workers, beginning.unix);
        for interval in intervals {
            collector.take(interval);
        }
        let ends: Option<Vec<_>> = handles
            .into_iter()
            .map(|handle| handle.join().ok().flatten())
            .collect();
        let mut ends = ends.ok_or(LoadError::Lost)?;
        let aftermath = Aftermath::gather(&mut ends);
        Ok((collector.finish(ends), aftermath))
    })
}

fn runtime() -> Result<Runtime, LoadError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LoadError::Thread)
}

/// How many of the connections are one worker's.
const fn share_of(connections: usize, worker: usize, workers: usize) -> usize {
    connections / workers + if worker < connections % workers { 1 } else { 0 }
}

fn share(worker: usize, workers: usize) -> Share {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Share {
        worker: number(worker),
        workers: number(workers),
    }
}
