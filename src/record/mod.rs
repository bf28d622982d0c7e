//! What happened in a run: events folded into one value, and the conclusion that is drawn from it. Nothing here
//! says how it is shown.

mod answer_count;
mod attempts;
mod builder;
mod case;
mod conclusion;
mod digest;
mod distribution;
mod event;
mod evidence_policy;
mod exchange;
mod expected;
mod generator;
mod generator_effort;
mod load_case;
mod load_conclusion;
mod load_judgement;
mod load_judging;
mod load_merge;
mod load_result;
pub(crate) mod load_words;
mod masking;
mod operation_result;
mod proof;
mod proof_totals;
pub(crate) mod quantity;
mod reading;
mod requirement;
mod run;
mod second_result;
mod stage_result;
mod stored_times;
mod suffering;
mod suites_used;
mod target_use;
mod unanswered;
mod upgrade;
mod whole;

pub use answer_count::{AnswerCount, StatusCount};
pub use attempts::{Again, settle};
pub use builder::RecordBuilder;
pub use case::{CaseResult, Phase, Reason, ReasonKind, StepResult};
pub use digest::sha256;
pub use distribution::{Bounds, Distribution, Percentile};
pub use event::{Accounts, Event, EventSink, Forecast, LoadSecond, Trouble};
pub use evidence_policy::{EvidencePolicy, EvidencePolicyError};
pub(crate) use exchange::quoted;
pub use exchange::{BodyRecord, ExchangeRecord};
pub use expected::{ExpectedError, ExpectedFailures, expected_failures_of};
pub use generator::{GeneratorResult, ProcessUse, ShortageResult, Soundness};
pub use generator_effort::GeneratorEffort;
pub use load_case::{load_as_case, unmade_load_as_case};
pub use load_judgement::{Judgement, SearchResult, SearchStage, ThresholdResult, ThresholdUnit};
pub use load_judging::GivenThresholds;
pub use load_merge::MergeError;
pub use load_result::{Arrivals, LoadFinding, LoadResult, LoadVerdict, MailResult};
pub use operation_result::OperationResult;
pub use proof::{
    Catch, DefectResult, Draw, Found, HonestResult, Proof, ProofInfo, ProofVerdict,
    RequirementProof, Stray, prove,
};
pub use proof_totals::ProofTotals;
pub use reading::Reading;
pub use requirement::RequirementResult;
pub(crate) use requirement::verdict_about;
pub use run::RunInfo;
pub use second_result::SecondResult;
pub use stage_result::StageResult;
pub use stored_times::StoredTimes;
pub use suites_used::SuitesUsed;
pub(crate) use target_use::MIB;
pub use target_use::{TargetSecond, TargetUse};
pub use upgrade::{UPGRADED, upgrade};
pub use whole::{Conclusion, FORMAT, Record, Totals};
