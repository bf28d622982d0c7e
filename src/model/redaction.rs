//! Keeps secrets out of everything that is shown or written.
//!
//! Secrets are masked twice: by name (headers and JSON members that carry credentials) and by value
//! (whatever was learnt to be a secret, wherever it turns up).

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What stands in an output in place of a secret.
pub const MASK: &str = "•••";

/// Headers whose whole value is a secret.
const SECRET_HEADERS: [&str; 6] = [
    "authorization",
    "api-key",
    "api-secret",
    "cookie",
    "set-cookie",
    "proxy-authorization",
];

/// JSON members whose text is a secret, in answers and in requests.
const SECRET_MEMBERS: [&str; 4] = ["bearer", "apiKey", "apiSecret", "code"];

/// Shorter texts are masked by name only: as values they would blank out unrelated words.
const SHORTEST_SECRET: usize = 6;

/// The secrets of a run. Shared by everything that writes.
#[derive(Debug, Default)]
pub struct Redactor {
    /// The longest first, so that a secret that contains another is masked whole.
    secrets: Mutex<BTreeSet<(Reverse<usize>, String)>>,
}

impl Redactor {
    /// A redactor that knows no values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers a text as a secret. Texts of fewer than 6 bytes are not masked by value.
    pub fn learn(&self, secret: &str) {
        if secret.len() >= SHORTEST_SECRET {
            self.lock()
                .insert((Reverse(secret.len()), secret.to_owned()));
        }
    }

    /// Remembers every secret that a JSON text names as such. Other texts teach nothing.
    pub fn learn_from_body(&self, body: &[u8]) {
        if let Ok(value) = serde_json::from_slice(body) {
            self.learn_from_value(&value);
        }
    }

    fn learn_from_value(&self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        serde_json::Value::String(text) if is_secret_member(name) => {
                            self.learn(text);
                        }
                        _ => self.learn_from_value(member),
                    }
                }
            }
            serde_json::Value::Array(items) => {
                for item in items {
                    self.learn_from_value(item);
                }
            }
            _ => {}
        }
    }

    /// The text with every known secret masked.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let secrets = self.lock();
        let mut masked = text.to_owned();
        // No text contains what is longer than itself, and most texts are short.
        let short_enough = (Reverse(text.len()), String::new());
        for (_, secret) in secrets.range(short_enough..) {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), MASK);
            }
        }
        masked
    }

    /// A header value as it may be shown. Of `Bearer …` and the like the scheme stays.
    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> String {
        if !is_secret_header(name) {
            return self.text(value);
        }
        match value.split_once(' ') {
            Some((scheme, rest)) if !rest.is_empty() && is_scheme(scheme) => {
                format!("{scheme} {MASK}")
            }
            _ if value.is_empty() => String::new(),
            _ => MASK.to_owned(),
        }
    }

    /// A body as it may be shown: JSON members that carry secrets are masked, then known values.
    #[must_use]
    pub fn body(&self, body: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<serde_json::Value>(body) else {
            return self.text(body);
        };
        if mask_members(&mut value) {
            self.text(&value.to_string())
        } else {
            self.text(body)
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<(Reverse<usize>, String)>> {
        // A set is whole whatever a panicking holder was doing.
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS
        .iter()
        .any(|secret| secret.eq_ignore_ascii_case(name))
}

fn is_secret_member(name: &str) -> bool {
    SECRET_MEMBERS.contains(&name)
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 10 && text.chars().all(|letter| letter.is_ascii_alphabetic())
}

/// Masks the members that carry secrets. True if there was one.
fn mask_members(value: &mut serde_json::Value) -> bool {
    let mut masked = false;
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if is_secret_member(name) && member.is_string() {
                    *member = serde_json::Value::String(MASK.to_owned());
                    masked = true;
                } else {
                    masked |= mask_members(member);
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                masked |= mask_members(item);
            }
        }
        _ => {}
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_by_header_name_and_keeps_the_scheme() {
        let redactor = Redactor::new();
        assert_eq!(
            redactor.header("Authorization", "Bearer abc.def"),
            "Bearer •••"
        );
        assert_eq!(redactor.header("API-Secret", "hush"), "•••");
        assert_eq!(redactor.header("x-error-id", "42"), "42");
    }

    #[test]
    fn masks_json_members_and_learnt_values_anywhere() {
        let redactor = Redactor::new();
        redactor
            .learn_from_body(br#"{"bearer":"tok-123456","nested":[{"apiSecret":"sss-999999"}]}"#);
        assert_eq!(
            redactor.text("got tok-123456 and sss-999999"),
            "got ••• and •••"
        );
        assert_eq!(
            redactor.body(r#"{"code":"123","alias":"x"}"#),
            r#"{"code":"•••","alias":"x"}"#
        );
    }
}
