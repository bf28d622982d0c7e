//! Reports: events folded into one value, and that value rendered.
//!
//! Nothing here writes a file or looks at a clock; secrets are masked before they arrive.

mod annotations;
mod answer_count;
mod attempts;
mod badge;
mod calibration;
mod conclusion;
mod ctrf;
mod curve;
mod digest;
mod distribution;
mod event;
mod expected;
mod generator;
mod gitlab;
pub mod hlog;
mod html;
mod junit;
mod load_case;
mod load_conclusion;
mod load_judgement;
mod load_result;
mod load_words;
mod markdown;
mod masking;
mod named_target;
mod problem;
mod proof;
mod proof_pages;
mod proof_totals;
mod quantity;
mod reading;
mod record;
#[expect(
    clippy::module_inception,
    reason = "the value is the noun of the layer"
)]
mod report;
mod rerun;
mod result;
mod results;
mod sanitize;
mod sarif;
mod stage_result;
mod stream;
mod suffering;
mod suites_used;
mod target_use;
mod terminal;
mod transcript;
mod unanswered;
mod violation;

pub use annotations::annotations;
pub use answer_count::{AnswerCount, StatusCount};
pub use attempts::{Again, settle};
pub use badge::badge;
pub use calibration::{Allowed, Calibration, Comparison};
pub use ctrf::ctrf;
pub use digest::sha256;
pub use distribution::{Bounds, Confidence, Distribution};
pub use event::{Accounts, Event, EventSink, Forecast, LoadSecond, Trouble};
pub use expected::{ExpectedError, ExpectedFailures, expected_failures_of};
pub use generator::{GeneratorResult, ProcessUse, ShortageResult, Soundness};
pub use gitlab::gitlab;
pub use html::{certificate, html};
pub use junit::{JunitError, junit};
pub use load_case::{load_as_case, unmade_load_as_case};
pub use load_judgement::{Judgement, SearchResult, SearchStage, ThresholdResult, ThresholdUnit};
pub use load_result::{
    Arrivals, LoadFinding, LoadResult, LoadVerdict, MailResult, OperationResult, SecondResult,
};
pub use markdown::{STEP_SUMMARY_LIMIT, markdown};
pub use proof::{
    Catch, DefectResult, Draw, Found, HonestResult, Proof, ProofInfo, ProofVerdict,
    RequirementProof, Stray, prove,
};
pub use proof_pages::{proof_headline, proof_json, proof_markdown, proof_summary};
pub use proof_totals::ProofTotals;
pub use reading::Reading;
pub use record::{BodyRecord, ExchangeRecord};
pub use report::{Conclusion, FORMAT, Report, ReportBuilder, RequirementResult, RunInfo, Totals};
pub use result::{CaseResult, Phase, Reason, ReasonKind, StepResult};
pub use results::{ResultsError, read_results, results_json, results_schema, results_stream};
pub use sarif::sarif;
pub use stage_result::StageResult;
pub use stream::{began_line, ended_line, event_line, events_schema};
pub use suites_used::SuitesUsed;
pub use target_use::{TargetSecond, TargetUse};
pub use terminal::{Look, case_line, load_started_line, second_line, stage_line, summary};
