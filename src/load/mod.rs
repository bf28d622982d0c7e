//! The arithmetic of a load: profile → schedule → samples → recorder → summary.
//!
//! All times are integer nanoseconds. Unless said otherwise they count from the beginning of the
//! load, warm-up included. Nothing here looks at a clock, sends anything or waits.

mod clustering;
mod confidence;
mod effort;
mod generator_facts;
mod judgement;
mod judging;
mod leg;
mod mails;
mod poisson;
mod profile;
mod rate;
mod recorder;
mod sample;
mod schedule;
mod search;
mod shape;
mod soundness;
mod stage_tally;
mod stages;
mod summary;
mod tally;
mod timeline;
mod times;
mod truth;
mod usage;

pub use clustering::{SecondShare, design_effect};
pub use confidence::{Ranks, ranks};
pub use effort::{Effort, Efforts, STARVED, ThreadTime};
pub use generator_facts::GeneratorFacts;
pub use judgement::{Counted, CountedOperation, Measured, is_lost, judge};
pub use judging::{Judging, JudgingError};
pub use mails::Mails;
pub use profile::{Profile, ProfileError, Spacing};
pub use rate::{Rate, RateError};
pub use recorder::{Interval, Recorder};
pub use sample::{Reply, Sample};
pub use schedule::{Schedule, Share, Slot};
pub use search::{Search, SearchStep};
pub use shape::{Shape, ShapeError, Stage};
pub use soundness::{Effect, Shortage, is_spoiled, may_be_ours, shortages};
pub use stage_tally::{StageTallies, StageTally};
pub use stages::Stages;
pub use summary::{Merged, Summary};
pub use tally::Tally;
pub use timeline::Timeline;
pub use times::{ExactTimes, Times, TimesError, recorded_in, rounded_micros};
pub use truth::{one_by_one, with_stalls};
pub use usage::{Usage, cgroup_cpu, stat_cpu, stat_group_cpu, status_number};

use std::time::Duration;

use crate::model::float;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A duration in nanoseconds; one of more than 584 years is cut.
#[must_use]
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Nanoseconds as seconds.
#[must_use]
pub const fn seconds(nanos: u64) -> f64 {
    float(nanos) / float(NANOS_PER_SECOND)
}
