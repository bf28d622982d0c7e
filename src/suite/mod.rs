//! Suites: from text to what was written (the document) to what is meant (the plan).
//!
//! Judges nothing and sends nothing.

mod answer_rule;
mod builtin;
mod document;
mod error;
mod filter;
mod generator;
mod json_template;
mod location;
mod lower;
mod matcher;
mod mutation;
mod one_or_many;
mod placed;
mod plain;
mod plan;
mod rule_document;
mod run_tag;
mod scenario;
mod schema;
mod selection;
mod status;
mod table;
mod template;
mod variable;
mod vary;

pub use answer_rule::{AnswerRule, RequestPattern, RuleCheck};
pub use builtin::builtin_suites;
pub use document::{BodyKind, SuiteDocument};
pub use error::{Problem, SuiteError, SuiteText};
pub use filter::Filter;
pub use generator::{Generation, Generator, PatternError};
pub use json_template::JsonTemplate;
pub use location::{PathError, Whence};
pub use lower::{Vocabulary, plan, plan_of_load};
pub use mutation::Mutation;
pub use placed::Placed;
pub use plan::{
    Action, BodyTemplate, Capture, CaptureFrom, Case, DistinctStep, ExchangeStep, Expectation,
    HeaderTest, JsonTest, MailStep, Observation, ObserveFrom, Plan, RequestTemplate, Rule, Step,
    TextTest, TogetherMember, TogetherStep, Variation, When,
};
pub use rule_document::RunCheck;
pub use run_tag::{RunTag, RunTagError};
pub use scenario::{Operation, Scenario};
pub use schema::suite_schema;
pub use selection::{Selection, Wildcard};
pub use status::{StatusDocument, StatusText};
pub use template::{Encoding, MissingValue, RESERVED, Segment, Template};
pub use variable::{Source, Values, Variable, VariableId, Variables};
