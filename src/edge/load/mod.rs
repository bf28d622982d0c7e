//! Runs a load on this machine: threads, runtimes, clocks, sockets.

mod agreed_start;
mod clock;
mod descriptors;
mod known_server;
mod plug;
mod post;
mod process;
mod schedstat;
mod timer;
mod turns;
mod worker;

use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

use super::guard::{NotLoopback, loopback_only};
use super::threads::processors;
use super::tls::TlsClient;
use super::wire::{
    Dial, Endpoint, EndpointError, IdleHabits, StreamRequests, TcpDial, TlsDial, UnsendableError,
    WireLimits, WireRequests,
};
use crate::engine::load::{
    AbortFlag, Collector, LoadJob, LoadServices, Pool, PostLoadChecks, SharedByWorkers,
    WorkerResult,
};
use crate::engine::{Mailbox, Stop};
use crate::model::{Protocol, TransferError};
use crate::record::{Event, EventSink, LoadResult};
pub use agreed_start::AgreedStart;
pub(super) use agreed_start::{monotonic_nanos, wall_nanos};
pub use descriptors::allow_for as allow_connections;
pub use known_server::{Behaviour, KnownServer};
use plug::{Exchanges, Multiplexed, TransportFactory};
use process::ProcessWatch;
use worker::{StartBarrier, WorkerThread};

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
    /// The host is not this machine, and the user has not named it.
    #[error(transparent)]
    NotAllowed(#[from] NotLoopback),
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
        tls: TlsClient::default(),
        sink,
        stop,
        mailbox: None,
        books: LoadServices::default(),
        start: None,
    };
    let (result, _) = run_load_in(job, world).await?;
    Ok(result)
}

/// What a load works with besides the target.
pub struct LoadWorld<'a> {
    /// How TLS is spoken with the target.
    pub tls: TlsClient,
    /// Takes each second.
    pub sink: Arc<dyn EventSink>,
    /// The wish to stop early.
    pub stop: Stop,
    /// Where mailed codes can be read, and how long one is waited for.
    pub mailbox: Option<(&'a dyn Mailbox, Duration)>,
    /// What users that the load makes are kept account of with. Its mail is put in here.
    pub books: LoadServices,
    /// When to begin, where several processes begin together; none: as soon as it can.
    pub start: Option<Arc<AgreedStart>>,
}

/// The same for a load that may make users. What it left is to be looked into and removed.
///
/// # Errors
///
/// If the load could not begin: see [`LoadError`].
pub async fn run_load_in(
    job: LoadJob,
    world: LoadWorld<'_>,
) -> Result<(LoadResult, PostLoadChecks), LoadError> {
    let LoadWorld {
        tls,
        sink,
        stop,
        mailbox,
        mut books,
        start,
    } = world;
    let Some((mailbox, limit)) = mailbox else {
        return in_threads(job, &tls, sink, (stop, books, start)).await;
    };
    let (counter, office) = post::post();
    books.mail = Some(counter);
    let mut load = std::pin::pin!(in_threads(job, &tls, sink, (stop, books, start)));
    tokio::select! {
        ended = &mut load => return ended,
        () = office.serve(mailbox, limit) => {}
    }
    load.await
}

async fn in_threads(
    mut job: LoadJob,
    client: &TlsClient,
    sink: Arc<dyn EventSink>,
    around: Surroundings,
) -> Result<(LoadResult, PostLoadChecks), LoadError> {
    let endpoint = Endpoint::parse(&job.base_url)?;
    allow_descriptors(job.settings.connections)?;
    let addresses = endpoint.resolve(job.settings.connect_timeout).await;
    let addresses = addresses.map_err(LoadError::Unreachable)?;
    if job.settings.here_only {
        // Connections are made to these addresses for as long as the load lasts, and to no others.
        loopback_only(&endpoint.host, &addresses)?;
    }
    let tcp = TcpDial {
        addresses,
        aged: job.settings.leaves_pauses(),
    };
    let wanted = job.settings.protocol;
    let tls = |protocol| {
        TlsDial::new(tcp.clone(), &endpoint.host, client, protocol).map_err(LoadError::Unreachable)
    };
    if !endpoint.is_tls {
        job.settings.protocol = wanted.or(Some(Protocol::Http1));
        return begin(job, endpoint, tcp, sink, around).await;
    }
    let agreed = match wanted {
        Some(protocol) => protocol,
        None => tls(None)?.agreed().await.map_err(LoadError::Unreachable)?,
    };
    job.settings.protocol = Some(agreed);
    let dial = tls(Some(agreed))?;
    begin(job, endpoint, dial, sink, around).await
}

/// The wish to stop early, what is kept account with, and when to begin.
type Surroundings = (Stop, LoadServices, Option<Arc<AgreedStart>>);

/// Makes the load in threads of its own, over the version of HTTP that is settled by now.
async fn begin<D: Dial>(
    job: LoadJob,
    endpoint: Endpoint,
    dial: D,
    sink: Arc<dyn EventSink>,
    around: Surroundings,
) -> Result<(LoadResult, PostLoadChecks), LoadError> {
    let operations = &job.scenario.operations;
    let limits = WireLimits::from(&job.settings);
    let habits = Arc::new(IdleHabits::default());
    let (known, notices) = (Arc::clone(&habits), Arc::clone(&sink));
    let run: Box<dyn FnOnce() -> Result<(LoadResult, PostLoadChecks), LoadError> + Send> =
        if job.settings.protocol == Some(Protocol::Http2) {
            let plug = Multiplexed {
                dial,
                requests: StreamRequests::new(operations, &endpoint)?,
                habits,
                limits,
                streams: job.settings.streams,
            };
            Box::new(move || drive(&job, &plug, sink.as_ref(), &around))
        } else {
            let plug = Exchanges {
                dial,
                requests: WireRequests::new(operations, &endpoint)?,
                habits,
                limits,
            };
            Box::new(move || drive(&job, &plug, sink.as_ref(), &around))
        };
    let made = tokio::task::spawn_blocking(run).await;
    let (mut result, aftermath) = made.map_err(|_| LoadError::Lost)??;
    result.resent = known.resent();
    if let Some(notice) = known.notice() {
        notices.emit(&Event::Notice(notice.to_owned()));
    }
    Ok((result, aftermath))
}

fn allow_descriptors(connections: NonZeroUsize) -> Result<(), LoadError> {
    let wanted = connections.get();
    let number = u64::try_from(wanted).unwrap_or(u64::MAX);
    descriptors::allow_for(number).map_err(|allowed| LoadError::Descriptors { wanted, allowed })
}

/// Half of the processors: the target often runs on this machine, too, and one thread can send more
/// than most targets can answer.
fn usual_workers() -> usize {
    processors().div_ceil(2)
}

fn drive<P: TransportFactory>(
    job: &LoadJob,
    plug: &P,
    sink: &dyn EventSink,
    (stop, books, start): &Surroundings,
) -> Result<(LoadResult, PostLoadChecks), LoadError> {
    let connections = job.settings.connections.get();
    let workers = job
        .settings
        .workers
        .map_or_else(usual_workers, NonZeroUsize::get)
        .min(connections);
    let pool = Pool::new(job.scenario.operations.len());
    let common = SharedByWorkers {
        job,
        pool: &pool,
        stop,
        brake: &AbortFlag::default(),
        books,
    };
    let (sender, intervals) = mpsc::channel();
    thread::scope(|scope| {
        let (ready, gate) = StartBarrier::new();
        let mut handles = Vec::new();
        for number in 0..workers {
            let worker = WorkerThread {
                common,
                runtime: runtime()?,
                plug,
                slots: share_of(connections, number, workers) * job.settings.streams_each(),
                share: job.settings.share.of_thread(wide(number), wide(workers)),
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
        let beginning = gate.open(workers, (stop, start.as_deref()))?;
        let process = ProcessWatch::begin();
        let mut collector = Collector::begin(common, sink, workers, beginning.unix);
        for interval in intervals {
            collector.take(interval);
            process.look();
        }
        let mut ends = join(handles)?;
        let aftermath = PostLoadChecks::gather(&mut ends);
        Ok((collector.finish(ends, process.end()), aftermath))
    })
}

/// Waits for all threads; fails if one of them has ended before its time.
fn join(
    threads: Vec<ScopedJoinHandle<'_, Option<WorkerResult>>>,
) -> Result<Vec<WorkerResult>, LoadError> {
    let ends = threads.into_iter();
    ends.map(|thread| thread.join().ok().flatten())
        .collect::<Option<_>>()
        .ok_or(LoadError::Lost)
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

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
