//! A world without sockets and without waiting: time jumps to the next moment at which something
//! happens, and a function plays the target.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::{
    AbortFlag, Collector, Connection, Connector, Leeway, LoadClock, LoadJob, LoadServices,
    LoadTimer, Pool, SharedByWorkers, Worker, open_connections,
};
use crate::engine::{Stopper, stop_signal};
use crate::load::Share;
use crate::model::{Request, Response, TransferError};
use crate::record::{Event, EventSink, LoadResult, ProcessUse, SecondResult};
use crate::suite::{Scenario, Values};

/// The wall clock at the beginning of every simulated load, in nanoseconds since 1970.
pub(super) const BEGAN: u64 = 1_700_000_000_000_000_000;

/// With this header, a simulated answer says how many nanoseconds it had been there when it was read.
pub(super) const AGE: &str = "simulated-age";

/// Simulated time.
#[derive(Clone, Default)]
pub(super) struct SimulatedClock(Rc<Timers>);

#[derive(Default)]
struct Timers {
    now: Cell<u64>,
    number: Cell<u64>,
    waiting: RefCell<BTreeMap<(u64, u64), Waker>>,
}

impl SimulatedClock {
    fn wait(&self, at: u64) -> impl Future<Output = ()> + use<> {
        let timers = Rc::clone(&self.0);
        let mut number = None;
        poll_fn(move |context| {
            if timers.now.get() >= at {
                return Poll::Ready(());
            }
            let number = *number.get_or_insert_with(|| {
                timers.number.set(timers.number.get() + 1);
                timers.number.get()
            });
            let waker = context.waker().clone();
            timers.waiting.borrow_mut().insert((at, number), waker);
            Poll::Pending
        })
    }

    /// Runs a future to its end.
    fn run<T>(&self, future: impl Future<Output = T>) -> T {
        struct Flag(AtomicBool);
        impl Wake for Flag {
            fn wake(self: Arc<Self>) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut future = pin!(future);
        loop {
            if flag.0.swap(false, Ordering::Relaxed) {
                let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
                if let Poll::Ready(output) = polled {
                    return output;
                }
            } else {
                let next = self.0.waiting.borrow_mut().pop_first();
                let ((at, _), sleeper) = next.expect("nobody waits for anything: a deadlock");
                self.0.now.set(self.0.now.get().max(at));
                sleeper.wake();
            }
        }
    }
}

impl LoadClock for SimulatedClock {
    type Timer = Self;

    fn now(&self) -> u64 {
        self.0.now.get()
    }

    fn unix_nanos(&self, at: u64) -> u64 {
        BEGAN + at
    }

    fn thread_cpu(&self) -> u64 {
        // A quarter of the time is spent working.
        self.now() / 4
    }

    fn thread_waited(&self) -> Option<u64> {
        Some(0)
    }

    fn timer(&self) -> Self {
        self.clone()
    }

    fn sleep_until(&self, at: u64) -> impl Future<Output = ()> {
        self.wait(at)
    }
}

impl LoadTimer for SimulatedClock {
    fn wait_until(&mut self, at: u64, _leeway: Leeway) -> impl Future<Output = ()> {
        self.wait(at)
    }
}

/// What the simulated target is asked.
pub(super) struct Call {
    /// When.
    pub(super) now: u64,
    /// Which exchange of the whole load, from 0.
    pub(super) number: u64,
    pub(super) request: Request,
}

/// What the simulated target does: after how many nanoseconds, and what.
pub(super) type Act = (u64, Result<Response, TransferError>);

/// A target played by a function.
pub(super) struct SimulatedTarget<'a, F> {
    clock: SimulatedClock,
    scenario: &'a Scenario,
    act: Rc<F>,
    number: Rc<Cell<u64>>,
}

/// A connection to it.
pub(super) struct SimulatedConnection<'a, F> {
    target: SimulatedTarget<'a, F>,
    response: Option<Response>,
}

impl<F> Clone for SimulatedTarget<'_, F> {
    fn clone(&self) -> Self {
        Self {
            clock: self.clock.clone(),
            act: Rc::clone(&self.act),
            number: Rc::clone(&self.number),
            ..*self
        }
    }
}

impl<'a, F: Fn(Call) -> Act> Connector for SimulatedTarget<'a, F> {
    type Connection = SimulatedConnection<'a, F>;

    fn connection(&self) -> Self::Connection {
        SimulatedConnection {
            target: self.clone(),
            response: None,
        }
    }
}

impl<F: Fn(Call) -> Act> Connection for SimulatedConnection<'_, F> {
    type Answer<'b>
        = (&'b Response, Duration)
    where
        Self: 'b;

    async fn open(&mut self) -> Result<(), TransferError> {
        Ok(())
    }

    async fn exchange(
        &mut self,
        operation: usize,
        values: &Values,
        started: u64,
    ) -> Result<(), TransferError> {
        let target = &self.target;
        let template = &target.scenario.operations[operation].exchange.request;
        let number = target.number.replace(target.number.get() + 1);
        let (took, result) = (target.act)(Call {
            now: started,
            number,
            request: crate::engine::render::render(template, values, "http://target").unwrap(),
        });
        target.clock.wait(started + took).await;
        self.response = Some(result?);
        Ok(())
    }

    fn age(&self) -> u64 {
        let headers = self.response.iter().flat_map(|response| &response.headers);
        let age = headers
            .filter(|(name, _)| name == AGE)
            .find_map(|(_, value)| str::from_utf8(value).ok()?.parse().ok());
        age.unwrap_or_default()
    }

    fn answer(&self, elapsed: Duration) -> Self::Answer<'_> {
        (self.response.as_ref().unwrap(), elapsed)
    }

    fn response(&self) -> Response {
        self.response.clone().unwrap()
    }
}

#[derive(Default)]
struct Seconds(Mutex<Vec<SecondResult>>);

impl EventSink for Seconds {
    fn emit(&self, event: &Event) {
        if let Event::LoadSecond(second) = event {
            self.0.lock().unwrap().push(second.result.clone());
        }
    }
}

/// Runs a load with this many workers, one after the other, each in a world of its own that begins at
/// 0. `beside` is called with the stopper and the clock of each, for what happens beside the load.
pub(super) fn simulate<F, B>(
    job: &LoadJob,
    workers: u64,
    act: F,
    beside: impl Fn(Stopper, SimulatedClock) -> B,
) -> LoadResult
where
    F: Fn(Call) -> Act,
    B: Future<Output = ()>,
{
    simulate_with(job, (workers, &LoadServices::default()), act, beside)
}

/// The same with books of one's own.
pub(super) fn simulate_with<F, B>(
    job: &LoadJob,
    (workers, books): (u64, &LoadServices),
    act: F,
    beside: impl Fn(Stopper, SimulatedClock) -> B,
) -> LoadResult
where
    F: Fn(Call) -> Act,
    B: Future<Output = ()>,
{
    let pool = Pool::new(job.scenario.operations.len());
    let sink = Seconds::default();
    let act = Rc::new(act);
    let (sender, receiver) = mpsc::channel();
    let brake = AbortFlag::default();
    let (_nobody, never) = stop_signal();
    let common = SharedByWorkers {
        job,
        pool: &pool,
        stop: &never,
        brake: &brake,
        books,
    };
    let mut collector = Collector::begin(common, &sink, usize::try_from(workers).unwrap(), BEGAN);
    let mut ends = Vec::new();
    for worker in 0..workers {
        let clock = SimulatedClock::default();
        let target = SimulatedTarget {
            clock: clock.clone(),
            scenario: &job.scenario,
            act: Rc::clone(&act),
            number: Rc::default(),
        };
        let (stopper, stop) = stop_signal();
        let common = SharedByWorkers {
            stop: &stop,
            ..common
        };
        ends.push(clock.run(async {
            let opened = open_connections(&target, job.settings.connections.get()).await;
            let share = Share { worker, workers };
            let shift: Worker<'_, _, SimulatedTarget<'_, F>> =
                Worker::new(common, &clock, share, sender.clone());
            let work = shift.work(opened.connections);
            futures_util::pin_mut!(work);
            let beside = beside(stopper, clock.clone());
            futures_util::pin_mut!(beside);
            match futures_util::future::select(work, beside).await {
                futures_util::future::Either::Left((end, _)) => end,
                futures_util::future::Either::Right(((), work)) => work.await,
            }
        }));
    }
    for interval in receiver.try_iter() {
        collector.take(interval);
    }
    let result = collector.finish(ends, ProcessUse::default());
    assert_eq!(*sink.0.lock().unwrap(), result.series);
    result
}
