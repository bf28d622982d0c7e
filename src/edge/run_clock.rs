//! The clocks of the machine.

use async_trait::async_trait;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use crate::engine::Clock;

/// The monotonic clock from the beginning of a run, and the wall clock beside it.
#[derive(Clone, Copy, Debug)]
pub struct RunClock {
    began: Instant,
    began_wall: OffsetDateTime,
}

impl RunClock {
    /// A clock of a run that begins now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            began: Instant::now(),
            began_wall: OffsetDateTime::now_utc(),
        }
    }

    /// The beginning of the run as RFC 3339 in UTC.
    #[must_use]
    pub fn began_rfc3339(&self) -> String {
        // Formatting fails only for years outside of 0 to 9999.
        self.began_wall.format(&Rfc3339).unwrap_or_default()
    }

    /// The beginning of the run as a name that sorts by time: `20260131T235959Z`.
    #[must_use]
    pub fn began_compact(&self) -> String {
        let at = self.began_wall;
        format!(
            "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// The date on which the run began, in UTC.
    #[must_use]
    pub const fn today(&self) -> Date {
        self.began_wall.date()
    }
}

#[async_trait]
impl Clock for RunClock {
    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn unix_seconds(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
