//! JSON values with placeholders, as expectations have them.

use super::template::Template;
use super::variable::VariableId;

/// A JSON value that may have placeholders in it.
#[derive(Clone, Debug)]
pub enum JsonTemplate {
    /// Always this value.
    Fixed(serde_json::Value),
    /// A text with placeholders in it.
    Text(Template),
    /// The value of a variable, of whatever type it is.
    Whole(VariableId),
    /// An array or an object with placeholders, as JSON text.
    Parts(Template),
}
