//! The variables of a case or scenario: where each value comes from, and the values themselves.

use super::generator::Generator;
use crate::users_api::{Role, UserMember};

/// Which variable of its case or scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VariableId(usize);

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Made from the seed.
    Generated(Generator),
    /// Kept from an answer or a mail of an earlier step.
    Captured,
    /// Known of a user that was made before the first step.
    Fixture(Role, UserMember),
}

/// A variable: its name as written and where its value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name between `${` and `}`.
    pub name: String,
    /// Where the value comes from.
    pub source: Source,
}

/// The variables of one case or scenario.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    list: Vec<Variable>,
}

impl Variables {
    /// The id of the variable of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<VariableId> {
        self.list
            .iter()
            .position(|variable| variable.name == name)
            .map(VariableId)
    }

    /// The id of this variable, which is added if it is new.
    pub(super) fn declare(&mut self, name: &str, source: Source) -> VariableId {
        self.find(name).unwrap_or_else(|| {
            self.list.push(Variable {
                name: name.to_owned(),
                source,
            });
            VariableId(self.list.len() - 1)
        })
    }

    /// All variables with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (VariableId, &Variable)> {
        self.list
            .iter()
            .enumerate()
            .map(|(index, variable)| (VariableId(index), variable))
    }

    /// The name of a variable.
    #[must_use]
    pub fn name(&self, id: VariableId) -> &str {
        self.list.get(id.0).map_or("", |variable| &variable.name)
    }

    /// Where the value of a variable comes from.
    #[must_use]
    pub fn source(&self, id: VariableId) -> Option<Source> {
        self.list.get(id.0).map(|variable| variable.source)
    }

    /// A set of values for these variables, all missing.
    #[must_use]
    pub fn empty_values(&self) -> Values {
        Values {
            list: vec![None; self.list.len()],
        }
    }
}

/// A value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Datum {
    /// The text, or the JSON text of what is none.
    written: String,
    /// Whether it is a JSON value other than a text.
    is_json: bool,
}

/// The values of a case's variables. A value is missing until it is made, captured or filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    list: Vec<Option<Datum>>,
}

impl Values {
    /// The value, if there is one yet: a text as it is, anything else as JSON.
    #[must_use]
    pub fn get(&self, id: VariableId) -> Option<&str> {
        self.datum(id).map(|datum| datum.written.as_str())
    }

    /// Whether the value is a JSON value other than a text: a number, `true`, `null`, an array, an object.
    #[must_use]
    pub fn is_json(&self, id: VariableId) -> bool {
        self.datum(id).is_some_and(|datum| datum.is_json)
    }

    fn datum(&self, id: VariableId) -> Option<&Datum> {
        self.list.get(id.0).and_then(Option::as_ref)
    }

    /// Sets a text, in place of an earlier value.
    pub fn set(&mut self, id: VariableId, text: String) {
        self.put(id, text, false);
    }

    /// Sets a JSON value that is no text, as it is written, in place of an earlier value.
    pub fn set_json(&mut self, id: VariableId, json: String) {
        self.put(id, json, true);
    }

    fn put(&mut self, id: VariableId, written: String, is_json: bool) {
        if let Some(place) = self.list.get_mut(id.0) {
            *place = Some(Datum { written, is_json });
        }
    }
}
