//! Is one build slower than another? The statistics of a comparison, and the value that reports render.
//!
//! The sample is the *start*: a process that was started, warmed up and measured once. Requests within a start
//! share its memory layout, its seeds and its neighbours, so that a million of them are still one sample
//! (Kalibera and Jones, *Rigorous benchmarking in reasonable time*, ISMM 2013). Nothing here looks at a clock,
//! starts a process or draws at random.

mod change;
mod change_points;
#[cfg(test)]
mod change_simulation;
mod comparison;
mod conclusion;
mod controls;
mod curve;
mod estimate;
mod false_alarms;
mod figure;
mod figures;
mod holm;
mod measurement;
mod order;
mod requirements;
mod sign_flip;
#[cfg(test)]
mod simulation;
mod student;
mod tolerance;

pub use change::FigureVerdict;
pub use change_points::{ChangePoint, SHORTEST_LEVEL, change_points};
pub use comparison::{Basis, ComparedSide, ComparisonInfo, ComparisonRecord, FORMAT, compare};
pub use conclusion::{ComparisonVerdict, headline};
pub use controls::tells_of_generator;
pub use curve::{DistributionCurve, QuantileRatio};
pub use false_alarms::FalseAlarms;
pub use figure::{ChangeEstimate, FigureComparison, FigureUnit};
pub use figures::{FEWEST_STARTS, JUDGED_QUANTILES};
pub use order::{Side, beginners};
pub use requirements::{ReadingChange, RequirementChange};
pub use sign_flip::MOST_PAIRS as MOST_STARTS;
pub use tolerance::{Tolerance, ToleranceError};
