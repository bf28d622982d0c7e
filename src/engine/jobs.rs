//! How many cases are at work at once. Who waits for a mail is not at work.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::clock::Clock;

/// A mail that comes this soon is waited for at work, so that cases keep their order where mail is quick.
const SOON: Duration = Duration::from_millis(250);

/// The places for those at work.
#[derive(Clone, Debug)]
pub(super) struct Jobs {
    places: Arc<Semaphore>,
    left: Arc<Notify>,
    /// Whether the last mail was waited for longer than `SOON`.
    slow: Arc<AtomicBool>,
}

/// A place at work, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Job {
    jobs: Jobs,
    /// Absent while it waits for something.
    place: Option<OwnedSemaphorePermit>,
}

/// The places that somebody has and leaves while it waits, in the order in which they were taken. Whoever
/// has none stays where it is.
#[derive(Debug, Default)]
pub(super) struct Places(Vec<Job>);

impl Jobs {
    /// For so many at once; 0 counts as 1.
    pub(super) fn new(at_once: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            left: Arc::new(Notify::new()),
            slow: Arc::default(),
        }
    }

    /// Makes room for so many more.
    pub(super) fn widen(&self, more: usize) {
        self.places.add_permits(more);
        self.left.notify_waiters();
    }

    /// Waits for a place that nobody who was at work before wants back. May be dropped at any time.
    pub(super) async fn begin(&self) -> Job {
        loop {
            let mut left = std::pin::pin!(self.left.notified());
            // Before the look, so that a place left right after it is not missed.
            left.as_mut().enable();
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return Job {
                    jobs: self.clone(),
                    place: Some(place),
                };
            }
            left.await;
        }
    }
}

impl Job {
    fn leave(&mut self) {
        drop(self.place.take());
        self.jobs.left.notify_one();
    }

    async fn come_back(&mut self) {
        // Fails only if the semaphore were closed, which nothing does.
        self.place = Arc::clone(&self.jobs.places).acquire_owned().await.ok();
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Places {
    /// Takes a place besides those that were taken before.
    pub(super) fn hold(&mut self, job: Job) {
        self.0.push(job);
    }

    /// Gives back the place that was taken last.
    pub(super) fn give_back(&mut self) {
        self.0.pop();
    }

    /// Gives back all places but the one that was taken first.
    pub(super) fn into_first(self) -> Option<Job> {
        self.0.into_iter().next()
    }

    /// Waits for a mail; if it does not come soon, others may be at work meanwhile.
    pub(super) async fn until_mailed<T>(
        &mut self,
        clock: &dyn Clock,
        mail: impl Future<Output = T>,
    ) -> T {
        let mut mail = std::pin::pin!(mail);
        let Some(slow) = self.0.first().map(|job| Arc::clone(&job.jobs.slow)) else {
            return mail.await;
        };
        let began = clock.elapsed();
        if !slow.load(Ordering::Relaxed) {
            tokio::select! {
                biased;
                came = &mut mail => return came,
                () = clock.sleep(SOON) => {}
            }
        }
        let came = self.away(async {
            let came = mail.await;
            let waited = clock.elapsed().saturating_sub(began);
            slow.store(waited > SOON, Ordering::Relaxed);
            came
        });
        came.await
    }

    /// Waits for what others do, who may be at work meanwhile.
    pub(super) async fn away<T>(&mut self, wait: impl Future<Output = T>) -> T {
        self.0.iter_mut().for_each(Job::leave);
        let came = wait.await;
        for job in &mut self.0 {
            job.come_back().await;
        }
        came
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn who_comes_back_goes_before_who_begins() {
        let jobs = Jobs::new(1);
        let order = Mutex::new(Vec::new());
        let (mailed, mail) = tokio::sync::oneshot::channel::<()>();
        let first = async {
            let mut places = Places::default();
            places.hold(jobs.begin().await);
            places.away(mail).await.unwrap();
            order.lock().unwrap().push("first");
        };
        let second = async {
            let job = jobs.begin().await;
            mailed.send(()).unwrap();
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            order.lock().unwrap().push("second");
            drop(job);
        };
        let third = async {
            tokio::task::yield_now().await;
            let _job = jobs.begin().await;
            order.lock().unwrap().push("third");
        };
        tokio::join!(first, second, third);
        assert_eq!(order.into_inner().unwrap(), ["second", "first", "third"]);
    }

    #[tokio::test]
    async fn all_places_are_left_while_one_waits_and_taken_again() {
        let (seats, turns) = (Jobs::new(1), Jobs::new(1));
        let free = || {
            (
                seats.places.available_permits(),
                turns.places.available_permits(),
            )
        };
        let mut places = Places::default();
        places.hold(seats.begin().await);
        places.hold(turns.begin().await);
        places.away(async { assert_eq!(free(), (1, 1)) }).await;
        assert_eq!(free(), (0, 0));
        places.give_back();
        assert_eq!(free(), (0, 1));
    }
}
