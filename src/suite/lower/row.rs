//! One row of a table, by hand or from a schema.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::suite::placed::Spot;
use crate::suite::table::RowDocument;

/// One row of a table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// What follows the id of the case.
    pub(super) id: String,
    /// What follows its title.
    pub(super) title: String,
    /// The values by name; one that is not here is absent.
    pub(super) values: BTreeMap<String, Value>,
    /// Where the row is written.
    pub(super) spot: Spot,
}

/// The names under which every row has its id and its title.
pub(super) const ID: &str = "id";
pub(super) const TITLE: &str = "title";

impl Row {
    /// A row whose id and title are values, too.
    pub(super) fn new(
        id: String,
        title: String,
        mut values: BTreeMap<String, Value>,
        spot: Spot,
    ) -> Self {
        values.insert(ID.to_owned(), Value::from(id.as_str()));
        values.insert(TITLE.to_owned(), Value::from(title.as_str()));
        Self {
            id,
            title,
            values,
            spot,
        }
    }
}

impl From<&RowDocument> for Row {
    fn from(document: &RowDocument) -> Self {
        let id = document.id.value.clone();
        let words = || id.replace(['.', '-'], " ");
        let title = document.title.clone().unwrap_or_else(words);
        let values = document.values.iter();
        let values = values.map(|(name, value)| (name.clone(), value.value.clone()));
        Self::new(id, title, values.collect(), document.id.spot)
    }
}
