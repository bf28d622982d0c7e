//! Reports: events folded into one value, and that value rendered.
//!
//! Nothing here writes a file or looks at a clock; secrets are masked before they arrive.

mod conclusion;
mod event;
mod load_result;
mod proof;
mod proof_pages;
mod record;
#[expect(
    clippy::module_inception,
    reason = "the value is the noun of the layer"
)]
mod report;
mod result;
mod stub;
pub use stub::*;

pub use event::{Accounts, Event, EventSink, Trouble};
pub use load_result::{
    Arrivals, Distribution, LoadFinding, LoadResult, OperationResult, SecondResult,
};
pub use proof::{
    Catch, DefectResult, HonestResult, Proof, ProofInfo, ProofTotals, ProofVerdict,
    RequirementProof, Stray, prove,
};
pub use proof_pages::{proof_headline, proof_json, proof_markdown, proof_summary};
pub use record::{BodyRecord, ExchangeRecord};
pub use report::{Conclusion, FORMAT, Report, ReportBuilder, RequirementResult, RunInfo, Totals};
pub use result::{CaseResult, Phase, Reason, ReasonKind, StepResult};
