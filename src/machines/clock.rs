//! How far the clock of this machine is from that of the store, which all workers see.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::names;
use super::store::{SharedStore, StoreError};

/// How often the store is asked at least.
const TRIES: u32 = 16;
/// A clock that is told to more than this, in nanoseconds, is asked on, until a step of it is met.
const COARSE: u64 = 50_000_000;
/// It is asked on for so long at most, where its clock tells no more than seconds: two of its steps.
const LONGEST: u64 = 2_500_000_000;
/// Better than this, in nanoseconds, the clock need not be known.
const GOOD: u64 = 2_000_000;
/// The same of a clock that tells seconds: a store far away costs time and money at each question.
const GOOD_OF_COARSE: u64 = 20_000_000;
/// Between two tries, so that they meet the store's clock at different places of its step.
const APART: Duration = Duration::from_micros(3_300);
/// The same of a clock that tells seconds.
const APART_OF_COARSE: Duration = Duration::from_millis(10);

/// The clocks of a machine.
#[async_trait]
pub trait MachineClock: Send + Sync {
    /// The wall clock in nanoseconds since 1970.
    fn wall(&self) -> u64;

    /// The monotonic clock in nanoseconds, from a moment of its own.
    fn monotonic(&self) -> u64;

    /// Sleeps for so long.
    async fn sleep(&self, duration: Duration);
}

/// What a worker knows of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockReading {
    /// How far the store's clock is ahead of this machine's, in nanoseconds; negative if it is behind.
    pub offset_ns: i64,
    /// How wrong that may be, in nanoseconds: half of the shortest round trip, or what several together leave
    /// open.
    pub bound_ns: u64,
}

impl ClockReading {
    /// A time of this machine's wall clock as the store's.
    #[must_use]
    pub const fn of_store(self, wall: u64) -> u64 {
        wall.saturating_add_signed(self.offset_ns)
    }
}

/// Estimates how far the clock of this machine is from the store's. Every write tells that the store's clock
/// was at a time between the moment before and the moment after; what all of them allow is the estimate.
///
/// # Errors
///
/// If the store cannot be used, or its clock jumped.
pub async fn read_clock(
    store: &dyn SharedStore,
    clock: &dyn MachineClock,
    worker: usize,
) -> Result<ClockReading, StoreError> {
    let key = names::key(names::CLOCKS, &names::of_index(worker));
    // A reading by the monotonic clock, so that a wall clock that is set meanwhile spoils nothing.
    let (wall, began) = (clock.wall(), clock.monotonic());
    let now = || i128::from(wall) + i128::from(clock.monotonic() - began);
    let (mut least, mut most) = (i128::MIN, i128::MAX);
    let mut tries = 0;
    loop {
        let before = now();
        let stamp = store.stamp(&key).await?;
        let after = now();
        let at = i128::from(stamp.nanos);
        least = least.max(at - after);
        most = most.min(at + i128::from(stamp.granularity) - before);
        tries += 1;
        let is_coarse = stamp.granularity > COARSE;
        let (good, apart) = if is_coarse {
            (GOOD_OF_COARSE, APART_OF_COARSE)
        } else {
            (GOOD, APART)
        };
        let known = most - least <= i128::from(2 * good);
        let is_late = clock.monotonic().saturating_sub(began) > LONGEST;
        if tries >= TRIES && (known || !is_coarse || is_late) {
            break;
        }
        clock.sleep(apart).await;
    }
    let (offset, bound) = (i128::midpoint(least, most), (most - least + 1) / 2);
    match (i64::try_from(offset), u64::try_from(bound)) {
        (Ok(offset_ns), Ok(bound_ns)) => Ok(ClockReading {
            offset_ns,
            bound_ns,
        }),
        _ => Err(StoreError {
            store: store.name(),
            cause: "its clock jumped while it was read; see to its time service".to_owned(),
        }),
    }
}
