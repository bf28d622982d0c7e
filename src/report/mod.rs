//! Reports: events folded into one value, and that value rendered.
//!
//! Nothing here writes a file or looks at a clock; secrets are masked before they arrive.

mod conclusion;
mod event;
pub mod hlog;
mod load_result;
mod record;
#[expect(
    clippy::module_inception,
    reason = "the value is the noun of the layer"
)]
mod report;
mod result;

pub use event::{Accounts, Event, EventSink, LoadSecond, Trouble};
pub use load_result::{
    Arrivals, Distribution, LoadFinding, LoadResult, OperationResult, SecondResult,
};
pub use record::{BodyRecord, ExchangeRecord};
pub use report::{Conclusion, FORMAT, Report, ReportBuilder, RequirementResult, RunInfo, Totals};
pub use result::{CaseResult, Phase, Reason, ReasonKind, StepResult};
