//! The runs of many builds, one after the other: what of each is kept, and what they show together.
//!
//! One append-only file of NDJSON, a line a run. Each line holds histograms, not percentiles, so that any
//! percentile can be asked for later. Runs of other loads or of other machines are never compared.

mod entry;
mod flips;
mod runs;
mod trend;

pub use entry::{Build, FORMAT, HistoryEntry, StoredOperation};
pub use flips::RequirementHistory;
pub use runs::{BuildHistory, HistoryError};
pub use trend::{Figure, LevelChange, StandingSlowdown, Trend, TrendPoint, Trends};
