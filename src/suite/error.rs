//! What can be wrong with a suite, as a sentence with file, line, caret and a way out.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceSpan};
use std::fmt;
use std::sync::Arc;

use super::filter::Filter;
use super::mutation::Mutation;
use super::placed::Spot;
use crate::model::{Place, did_you_mean};

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is not YAML of the suite format.
    #[error("{0}")]
    Syntax(String),
    /// A key that the format does not have.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The keys that are known here.
        known: Vec<String>,
    },
    /// A word where one of a few is meant: a need, a level, a kind of body.
    #[error("unknown word `{word}`")]
    UnknownWord {
        /// The word as written.
        word: String,
        /// The words that are known here.
        known: Vec<String>,
    },
    /// A placeholder that nothing fills in.
    #[error("unknown placeholder `${{{name}}}`")]
    UnknownPlaceholder {
        /// The name as written.
        name: String,
        /// The names that are known here.
        known: Vec<String>,
    },
    /// A placeholder that a later step fills in.
    #[error("`${{{name}}}` is used before it is made: step `{step}` captures it later")]
    NotYetCaptured {
        /// The name as written.
        name: String,
        /// The step that captures it.
        step: String,
    },
    /// `${` without `}`.
    #[error("a placeholder is not closed")]
    UnclosedPlaceholder,
    /// A placeholder of a user that the case does not ask for.
    #[error("`${{{name}}}` needs `{need}`, which this case does not ask for")]
    NeedMissing {
        /// The name as written.
        name: String,
        /// What to add to `needs`.
        need: String,
    },
    /// A step that waits for mail in a case that does not ask for a mailbox.
    #[error("a `mail` step needs a mailbox, which this case does not ask for")]
    MailboxNotAsked,
    /// A name of a schema that there is none of.
    #[error("unknown schema `{name}`{}", looked_for_in(place.as_deref()))]
    UnknownSchema {
        /// The name as written.
        name: String,
        /// Where schemas of the suites' own were looked for.
        place: Option<String>,
        /// The schemas there are.
        known: Vec<String>,
    },
    /// A requirement that the catalogue does not list.
    #[error("unknown requirement `{id}`")]
    UnknownRequirement {
        /// The id as written.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// An expectation that proves what its case does not.
    #[error("`{id}` is not among the requirements that the case proves")]
    NotProvenByCase {
        /// The id as written.
        id: String,
    },
    /// A case that proves nothing.
    #[error("the case proves no requirement")]
    ProvesNothing,
    /// A level above that of every requirement proven.
    #[error("the level `{level}` is above that of the requirements proven, which is `{highest}`")]
    LevelTooHigh {
        /// The level as written.
        level: String,
        /// The highest level of the requirements.
        highest: String,
    },
    /// An id used twice.
    #[error("the id `{id}` is used twice; the first is at {first}")]
    DuplicateId {
        /// The id.
        id: String,
        /// Where it was first used.
        first: Place,
    },
    /// A step with none or several of `request`, `mail`, `together` and `distinct`.
    #[error("a step has one of `request`, `mail`, `together` and `distinct`")]
    NotOneAction,
    /// A case or scenario without steps.
    #[error("`{id}` has no steps")]
    NoSteps {
        /// The id of the case or scenario.
        id: String,
    },
    /// A scenario's step that load cannot drive.
    #[error("a scenario's step cannot have `{key}`")]
    NotUnderLoad {
        /// The key.
        key: &'static str,
    },
    /// A scenario that ends with a wait for a code.
    #[error("a scenario cannot end with `mail`: nothing follows that could use the code")]
    MailForNothing,
    /// A request with more than one of `json`, `text` and `base64`.
    #[error("a request has at most one of `json`, `text` and `base64`")]
    TwoBodies,
    /// A key whose value cannot be understood.
    #[error("`{key}` {reason}")]
    BadValue {
        /// The key.
        key: &'static str,
        /// Why not, as the rest of the sentence.
        reason: String,
    },
    /// Something behind a `|` that is no filter.
    #[error("unknown filter `{filter}`")]
    UnknownFilter {
        /// The filter as written.
        filter: String,
    },
    /// A value that the row of a table leaves out, where it cannot be left out.
    #[error("the row `{row}` has no `{name}`, which cannot be left out here")]
    RowWithout {
        /// The id of the row.
        row: String,
        /// The value.
        name: String,
    },
    /// A value of a table that its case never uses.
    #[error("the case never uses `${{row.{name}}}`")]
    UnusedInRows {
        /// The value.
        name: String,
    },
    /// A name of a request that there is no schema of.
    #[error("unknown request `{name}`")]
    UnknownRequest {
        /// The name as written.
        name: String,
        /// The requests there are.
        known: Vec<String>,
    },
    /// A plain scalar that YAML takes for another value than it looks like.
    #[error("`{written}` is {taken}")]
    Ambiguous {
        /// The scalar as written.
        written: String,
        /// What it would be taken for, as the rest of the sentence.
        taken: &'static str,
        /// What to write.
        way_out: String,
    },
    /// Something that cannot be sent as it is written.
    #[error("`{key}` cannot be sent: {reason}")]
    Unsendable {
        /// The key.
        key: &'static str,
        /// Why not.
        reason: String,
        /// What to write.
        way_out: &'static str,
    },
    /// A step that is judged, but expects nothing.
    #[error("the step `{step}` expects nothing, so it could never fail")]
    ExpectsNothing {
        /// The step.
        step: String,
    },
}

impl Problem {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownKey { key, known } => Some(suggest(key, known, "the keys here are")),
            Self::UnknownWord { word, known } => Some(suggest(word, known, "the words here are")),
            Self::UnknownPlaceholder { name, .. } if name.starts_with(ROW) => Some(format!(
                "give `{}` to a row of the case's `each`",
                name.trim_start_matches(ROW)
            )),
            Self::UnknownPlaceholder { name, known } => {
                Some(suggest(name, known, "the placeholders here are"))
            }
            Self::UnknownFilter { filter } => {
                let known = [&Filter::NAMES[..], &Mutation::NAMES].concat();
                let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
                Some(suggest(filter, &known, "the filters are"))
            }
            Self::UnknownRequest { name, known } => Some(suggest(name, known, "the requests are")),
            Self::UnknownSchema { name, known, .. } => {
                let builtin = format!("builtin:{name}");
                Some(if known.contains(&builtin) {
                    format!("the built-in schema of this name is called `{builtin}` here")
                } else {
                    suggest(name, known, "the schemas are")
                })
            }
            Self::UnknownRequirement { id, known } => {
                let otherwise = || "`assize list --requirements` shows all".to_owned();
                Some(did_you_mean(id, known).unwrap_or_else(otherwise))
            }
            Self::Ambiguous { way_out, .. } => Some(way_out.clone()),
            Self::Unsendable { way_out, .. } => Some((*way_out).to_owned()),
            Self::NotProvenByCase { id } => Some(format!("add `{id}` to the `proves` of the case")),
            Self::NeedMissing { need, .. } => Some(format!("add `{need}` to its `needs`")),
            Self::MailboxNotAsked => Some("add `mailbox` to its `needs`".to_owned()),
            Self::UnclosedPlaceholder => {
                Some("write `}` at its end, or `$${` for the characters themselves".to_owned())
            }
            Self::ExpectsNothing { .. } => {
                Some("add an `expect`, or move the step to `given`".to_owned())
            }
            _ => None,
        }
    }
}

/// What the name of a row's value begins with.
const ROW: &str = "row.";

fn looked_for_in(place: Option<&str>) -> String {
    place.map_or_else(String::new, |place| {
        format!("; it was looked for in {place}")
    })
}

fn suggest(word: &str, known: &[String], otherwise: &str) -> String {
    did_you_mean(word, known).unwrap_or_else(|| format!("{otherwise} {}", known.join(", ")))
}

/// A suite's text under the name that errors show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteText {
    /// The file as the user would name it; `builtin:create.yaml` for one inside the binary.
    pub file: String,
    /// The whole text.
    pub text: String,
}

impl SuiteText {
    /// A spot in this text as a place.
    #[must_use]
    pub fn place(&self, spot: Spot) -> Place {
        Place {
            file: self.file.clone(),
            line: spot.line,
            column: spot.column,
        }
    }

    /// The spot of a text at or after `from`, so that the caret stands under it rather than at the
    /// beginning of the value that holds it.
    pub(super) fn find(&self, wanted: &str, from: Spot) -> Spot {
        let text = &self.text;
        let Some(found) = text.get(from.offset..).and_then(|rest| rest.find(wanted)) else {
            return from;
        };
        let offset = from.offset + found;
        let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[..offset].matches('\n').count() + 1;
        let column = text[line_start..offset].chars().count() + 1;
        Spot {
            line: u64::try_from(line).unwrap_or(from.line),
            column: u64::try_from(column).unwrap_or(from.column),
            offset,
            length: wanted.len(),
        }
    }
}

/// One thing wrong with a suite, and where.
#[derive(Clone, Debug)]
pub struct SuiteError {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub place: Place,
    span: SourceSpan,
    source: Arc<NamedSource<String>>,
}

impl SuiteError {
    pub(super) fn new(problem: Problem, text: &SuiteText, spot: Spot) -> Self {
        let length = spot.length.max(1);
        Self {
            problem,
            place: text.place(spot),
            span: SourceSpan::from((spot.offset.min(text.text.len()), length)),
            source: Arc::new(NamedSource::new(&text.file, text.text.clone()).with_language("yaml")),
        }
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.problem)
    }
}

impl std::error::Error for SuiteError {}

impl Diagnostic for SuiteError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem
            .help()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}
