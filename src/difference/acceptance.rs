//! Differences that are known: listed with a reason and a date until which they are accepted.

use serde::Deserialize;
use time::Date;
use time::macros::format_description;

use super::difference_record::DiffRecord;
use crate::suite::Wildcard;

/// A list of differences that are known.
#[derive(Clone, Debug, Default)]
pub struct AcceptedDifferences {
    entries: Vec<AcceptedDifference>,
    today: Option<Date>,
}

#[derive(Clone, Debug)]
struct AcceptedDifference {
    name: Wildcard,
    written: String,
    reason: String,
    until: Date,
}

/// Why a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The text is not such a list.
    #[error("{0}")]
    Unreadable(String),
    /// A date that is none.
    #[error("{difference}: `until` takes a date such as 2026-12-31, not {until:?}")]
    Date {
        /// The entry.
        difference: String,
        /// What is written.
        until: String,
    },
    /// An entry that does not say why.
    #[error("{0} has no reason; say why the difference is accepted")]
    Reason(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedList {
    accepted: Vec<AcceptedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedEntry {
    difference: String,
    #[serde(default)]
    reason: String,
    until: String,
}

impl AcceptedDifferences {
    /// Reads a list, as of today.
    ///
    /// # Errors
    ///
    /// See [`AcceptError`].
    pub fn parse(text: &str, today: Date) -> Result<Self, AcceptError> {
        let written: AcceptedList = serde_saphyr::from_str(text)
            .map_err(|error| AcceptError::Unreadable(error.to_string()))?;
        let entries = written.accepted.into_iter().map(AcceptedEntry::read);
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
            today: Some(today),
        })
    }

    /// Marks what is accepted, and remarks entries that are over or meet nothing.
    pub(super) fn apply(&self, record: &mut DiffRecord) {
        for entry in &self.entries {
            if self.today.is_some_and(|today| today > entry.until) {
                let (written, until) = (&entry.written, entry.until);
                let text = format!(
                    "{written} was accepted until {until} only: {}",
                    entry.reason
                );
                record.remarks.push(text);
                continue;
            }
            let mut is_met = false;
            for difference in &mut record.differences {
                if entry.name.matches(&difference.name) {
                    difference.accepted = Some(entry.reason.clone());
                    is_met = true;
                }
            }
            if !is_met {
                let text = format!(
                    "nothing differs as {} says; take it off the list",
                    entry.written
                );
                record.remarks.push(text);
            }
        }
    }
}

impl AcceptedEntry {
    fn read(self) -> Result<AcceptedDifference, AcceptError> {
        let Self {
            difference,
            reason,
            until,
        } = self;
        if reason.trim().is_empty() {
            return Err(AcceptError::Reason(difference));
        }
        let date = Date::parse(&until, format_description!("[year]-[month]-[day]"));
        let Ok(until) = date else {
            return Err(AcceptError::Date { difference, until });
        };
        Ok(AcceptedDifference {
            name: Wildcard::new(difference.clone()),
            written: difference,
            reason,
            until,
        })
    }
}
