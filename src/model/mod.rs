//! The words that every layer speaks: exchanges, verdicts, ids, places, units and exit codes.
//!
//! Nothing here decides anything about a target, and nothing here touches a clock, a socket or a file.

mod answer_time;
mod content_coding;
mod cut_secrets;
mod decimal;
mod encoding;
mod exchange;
mod exit;
mod finding;
mod id;
mod level;
mod likeness;
mod manner;
mod mark_key;
mod masking;
mod mismatch;
mod mistake;
mod number;
mod outline;
mod pattern;
mod place;
mod protocol;
mod redaction;
mod secret_name;
mod standing_headers;
mod threshold;
mod transfer;
mod value_form;
mod verdict;
mod well_formed;

pub use answer_time::{date_of, is_of_limiter};
pub use content_coding::{ContentCoding, content_codings};
pub use decimal::Decimal;
pub use exchange::{Answer, Exchange, Request, Response, header_text, path_only};
pub use exit::Outcome;
pub use finding::Finding;
pub use id::{CaseId, RequirementId, RunId, ScenarioId, SuiteId};
pub use level::Level;
pub use likeness::{did_you_mean, nearest};
pub use manner::{Condition, Manner};
pub use mark_key::MarkKey;
pub use masking::MASK;
pub use mismatch::Mismatch;
pub use mistake::Mistake;
pub use number::{float, share, size, whole};
pub use outline::{JsonNode, JsonToken, Outline, array_index};
pub use place::Place;
pub use protocol::Protocol;
pub use redaction::Redactor;
pub(crate) use secret_name::is_secret_header;
pub use standing_headers::StandingHeaders;
pub use threshold::{Measure, Relation, Threshold};
pub use transfer::{LONGEST_HEAD, TransferError, TransferErrorKind};
pub use value_form::ValueForm;
pub use verdict::Verdict;
