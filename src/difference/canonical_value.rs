//! A value of an answer without what no two runs have in common.

use serde_json::Value;
use std::collections::HashSet;

use crate::model::{MASK, ValueForm};

/// Digits of this number in the midst of words were made, not written.
const MADE_DIGITS: usize = 5;

/// The form of what is hidden.
const HIDDEN: &str = "a secret";

/// Shown of a text at most, in characters.
const LONGEST_SHOWN: usize = 60;

/// A value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CanonicalValue {
    /// The value itself; of a secret its mark.
    pub(super) literal: String,
    /// What it looks like, its type included: `a UUID of version 4`, `a number`.
    pub(super) form: String,
    /// Whether two such values are equal only if they are meant to be.
    pub(super) is_identifier: bool,
    /// Whether it may differ from answer to answer while nothing is changed.
    pub(super) varies: bool,
    /// Words with what was sent and what was made by the server taken out.
    pub(super) template: String,
}

impl CanonicalValue {
    /// A text. `sent` are the words of the request, `host` is the host of the target.
    pub(super) fn text(text: &str, sent: &HashSet<String>, host: &str) -> Self {
        let form = ValueForm::of(text);
        Self {
            literal: text.to_owned(),
            form: form.to_string(),
            is_identifier: form.is_identifier(),
            varies: form.varies(),
            template: template(text, sent, host),
        }
    }

    /// A value that is masked, by its mark.
    pub(super) fn secret(mark: &str, form: &str) -> Self {
        Self {
            literal: mark.to_owned(),
            form: form.to_owned(),
            is_identifier: true,
            varies: true,
            template: String::new(),
        }
    }

    /// A text of which a part is masked by chance, so that nobody can tell what it looks like.
    pub(super) fn hidden() -> Self {
        Self::secret(MASK, HIDDEN)
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.form == HIDDEN
    }

    /// A JSON value that is no text, object or list.
    pub(super) fn plain(value: &Value) -> Self {
        let literal = value.to_string();
        let (form, varies) = match value {
            Value::Number(_) if ValueForm::of(&literal) == ValueForm::UnixSeconds => {
                ("unix seconds as a number", true)
            }
            Value::Number(_) => ("a number", false),
            Value::Bool(_) => ("true or false", false),
            Value::Null => ("null", false),
            Value::String(_) => ("words", false),
            Value::Array(_) => ("an empty list", false),
            Value::Object(_) => ("an empty object", false),
        };
        Self {
            template: literal.clone(),
            literal,
            form: form.to_owned(),
            is_identifier: false,
            varies,
        }
    }

    /// It as a reader sees it who knows what such values usually look like.
    pub(super) fn shown_as(&self, usual: &str) -> String {
        if usual == self.form {
            self.shown()
        } else {
            usual.to_owned()
        }
    }

    /// It as a reader sees it.
    pub(super) fn shown(&self) -> String {
        if self.varies {
            return self.form.clone();
        }
        if self.form != ValueForm::Words.to_string() {
            return self.literal.clone();
        }
        let mut shown: String = self.literal.chars().take(LONGEST_SHOWN).collect();
        if shown.len() < self.literal.len() {
            shown.push('…');
        }
        format!("“{shown}”")
    }
}

/// The text with a sign for each word that was sent, or that the server made.
fn template(text: &str, sent: &HashSet<String>, host: &str) -> String {
    let text = if host.is_empty() {
        text.to_owned()
    } else {
        text.replace(host, "‹target›")
    };
    let text = text.replace(MASK, "‹secret›");
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let mut template = String::with_capacity(text.len());
    let mut word = String::new();
    // A blank behind the last word ends it.
    for letter in text.chars().chain([' ']) {
        if is_word(letter) {
            word.push(letter);
            continue;
        }
        template.push_str(sign(&word, sent));
        template.push(letter);
        word.clear();
    }
    template.pop();
    template
}

fn sign<'a>(word: &'a str, sent: &HashSet<String>) -> &'a str {
    if sent.contains(word) {
        return "‹sent›";
    }
    match ValueForm::of(word) {
        ValueForm::Uuid(..) | ValueForm::Hex(..) | ValueForm::UnixSeconds => "‹made›",
        ValueForm::Digits if word.len() >= MADE_DIGITS => "‹made›",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_words_stays_what_neither_was_sent_nor_made() {
        let sent = HashSet::from(["17".to_owned()]);
        let template = |text: &str| CanonicalValue::text(text, &sent, "127.0.0.1:8080").template;
        for (text, left) in [
            ("user 17 is not here", "user ‹sent› is not here"),
            ("user 18 is not here", "user 18 is not here"),
            (
                "see http://127.0.0.1:8080/9a073cbf-bce8-440f-a883-5f0fc4b75a95.",
                "see http://‹target›/‹made›.",
            ),
            ("the token ••• is bad", "the token ‹secret› is bad"),
            ("E17 and 8443201", "E17 and ‹made›"),
        ] {
            assert_eq!(template(text), left);
        }
    }
}
