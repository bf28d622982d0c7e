//! The contract as data: the requirements with their levels, and the JSON Schemas of the answers.
//!
//! Says what is demanded; never how it is tried.

mod body_shape;
mod description;
mod requirement;
mod schema;

pub use description::OPENAPI;
pub use requirement::{ContractDocument, Requirement, RequirementError, Requirements};
pub use schema::{AnswerSchema, SchemaError, Schemas};
