//! Reports: events folded into one value, and that value rendered.
//!
//! Nothing here writes a file or looks at a clock; secrets are masked before they arrive.

mod attempts;
mod conclusion;
mod curve;
mod event;
mod expected;
pub mod hlog;
mod html;
mod junit;
mod load_judgement;
mod load_result;
mod proof;
mod proof_pages;
mod quantity;
mod reading;
mod record;
#[expect(
    clippy::module_inception,
    reason = "the value is the noun of the layer"
)]
mod report;
mod result;
mod results;
mod sanitize;
mod terminal;
mod transcript;
mod violation;

pub use attempts::settle;
pub use event::{Accounts, Event, EventSink, LoadSecond, Trouble};
pub use expected::{ExpectedError, ExpectedFailures, expected_failures_of};
pub use html::html;
pub use junit::{JunitError, junit};
pub use load_judgement::{SearchResult, SearchStage, ThresholdResult, ThresholdUnit};
pub use load_result::{
    Arrivals, Distribution, LoadFinding, LoadResult, OperationResult, SecondResult,
};
pub use proof::{
    Catch, DefectResult, Found, HonestResult, Proof, ProofInfo, ProofTotals, ProofVerdict,
    RequirementProof, Stray, prove,
};
pub use proof_pages::{proof_headline, proof_json, proof_markdown, proof_summary};
pub use reading::Reading;
pub use record::{BodyRecord, ExchangeRecord};
pub use report::{Conclusion, FORMAT, Report, ReportBuilder, RequirementResult, RunInfo, Totals};
pub use result::{CaseResult, Phase, Reason, ReasonKind, StepResult};
pub use results::{results_json, results_schema};
pub use terminal::{Look, case_line, load_started_line, second_line, stage_line, summary};
