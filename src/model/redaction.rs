//! Keeps secrets out of everything that is shown or written.
//!
//! Secrets are masked twice: by name (headers and JSON members that carry credentials) and by value
//! (whatever was learnt to be a secret, wherever it turns up).

use std::collections::HashSet;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use super::cut_secrets::CutSecrets;
use super::encoding::{decoded, forms, spaceless, unbroken};
use super::exchange::{Request, Response};
use super::mark_key::MarkKey;
use super::masking::{MASK, mask_members, masked};
use super::pattern::{Patterns, SHORTEST};
use super::secret_name::{
    credential_in, is_secret_header, is_secret_member, secrets_in_answer, secrets_in_request,
};

/// The secrets of a run. Shared by everything that writes.
#[derive(Default)]
pub struct Redactor {
    known: RwLock<KnownSecrets>,
    /// Belongs to the run, and is kept nowhere.
    key: Option<MarkKey>,
}

#[derive(Default)]
struct KnownSecrets {
    learnt: HashSet<String>,
    /// Credentials that suites made up, which are nobody's.
    invented: HashSet<String>,
    patterns: Patterns,
    cut: CutSecrets,
    /// Those with spaces, without them: lines are broken at spaces, which are lost then.
    spaceless: Patterns,
}

/// Shows no secret.
impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Redactor {
    /// A redactor that knows no values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, which marks secrets with this key besides, so that equal ones can be told from others.
    #[must_use]
    pub fn with_key(self, key: MarkKey) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// Whether it marks secrets.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// What stands for this value in records: the beginning of a hash with the key; none without a key.
    #[must_use]
    pub fn mark(&self, value: &str) -> Option<String> {
        self.key.as_ref().map(|key| key.mark(value))
    }

    /// Remembers a text as a secret, in whatever form it turns up: as it is, percent-encoded, escaped
    /// for JSON or HTML, in base64, in hexadecimal digits, or broken over lines. Texts of fewer than 6
    /// bytes are masked by name only: as values they would blank out unrelated words.
    pub fn learn(&self, secret: &str) {
        if secret.len() < SHORTEST || self.read().learnt.contains(secret) {
            return;
        }
        // What is known is whole whatever a panicking holder was doing: it only ever grows.
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.learnt.insert(secret.to_owned()) {
            for form in forms(secret) {
                known.patterns.add(&form);
            }
            known.cut.add(secret);
            if secret.contains(' ') {
                known.spaceless.add(&spaceless(secret).bytes);
            }
        }
    }

    /// Remembers that the value of this header was made up by the suites: a credential that helps a reader,
    /// and opens nothing. Other headers are no matter.
    pub fn invent(&self, header: &str, value: &str) {
        if !is_secret_header(header) {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.invented.insert(credential_in(value).to_owned());
    }

    /// Remembers every credential that a request carries, unless the suites made it up.
    pub fn learn_from_request(&self, request: &Request) {
        for secret in secrets_in_request(request) {
            if !self.read().invented.contains(secret) {
                self.learn(secret);
            }
        }
    }

    /// Remembers every secret that an answer names as such, in its headers and in its body.
    pub fn learn_from_answer(&self, response: &Response) {
        for secret in secrets_in_answer(response) {
            self.learn(&secret);
        }
        self.learn_from_body(&response.body);
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
                        serde_json::Value::String(text) if is_secret_member(name, text) => {
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
        let known = self.read();
        if known.patterns.is_empty() {
            return text.to_owned();
        }
        let mut found = known.patterns.find(text.as_bytes());
        for view in [unbroken(text), decoded(text)].into_iter().flatten() {
            let seen = known.patterns.find(&view.bytes);
            found.extend(seen.iter().map(|range| view.original(range)));
        }
        if !known.spaceless.is_empty() {
            let view = spaceless(text);
            let seen = known.spaceless.find(&view.bytes);
            found.extend(seen.iter().map(|range| view.original(range)));
        }
        found.extend(known.cut.find(text));
        drop(known);
        masked(text, found)
    }

    /// A header value as it may be shown. Of `Bearer …` and the like the scheme stays, and so does a
    /// credential that the suites made up.
    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> String {
        let credential = credential_in(value);
        if !is_secret_header(name) || self.read().invented.contains(credential) {
            return self.text(value);
        }
        let scheme = value.strip_suffix(credential).unwrap_or_default();
        if value.is_empty() {
            return String::new();
        }
        format!("{scheme}{MASK}")
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

    fn read(&self) -> std::sync::RwLockReadGuard<'_, KnownSecrets> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
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

    /// What a target makes of a secret in its answers.
    fn disguises(secret: &str) -> Vec<String> {
        use base64::Engine;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        let each = |form: fn(u8) -> String| secret.bytes().map(form).collect::<Vec<_>>().concat();
        let letters = |form: fn(u32) -> String| {
            let codes = secret.chars().map(u32::from);
            codes.map(form).collect::<Vec<_>>().concat()
        };
        let (before, after) = secret.split_at(4);
        let mut disguises = vec![
            secret.to_owned(),
            format!("x{secret}y"),
            each(|byte| format!("%{byte:02X}")),
            each(|byte| format!("%{byte:02x}")),
            letters(|code| format!("\\u{code:04x}")),
            letters(|code| format!("&#{code};")),
            letters(|code| format!("&#x{code:X};")),
            each(|byte| format!("{byte:02x}")),
            format!("{before}\n{after}"),
            format!("{before}\r\n\t{after}"),
            format!("{before}=\r\n{after}"),
            secret.replace(' ', "\n"),
            secret.replace(' ', "+"),
            format!("{before}\\r\\n{after}"),
            serde_json::to_string(secret).unwrap(),
            secret
                .replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('<', "&lt;"),
        ];
        for offset in 0..3 {
            let text = format!("{}{secret}:etc", "a".repeat(offset));
            disguises.extend([STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)]);
        }
        disguises
    }

    #[test]
    fn masks_a_learnt_value_in_whatever_form_it_turns_up() {
        for secret in ["tok-1234.abcd_EFGH", "p&\"w <ö>/+= x", "482913"] {
            let redactor = Redactor::new();
            redactor.learn(secret);
            for disguise in disguises(secret) {
                let text = format!("before {disguise} after");
                let shown = redactor.text(&text);
                assert!(shown.contains(MASK), "{disguise}");
                // Of base64, characters may be left that the secret does not decide alone.
                assert!(
                    shown.len() <= text.len() - secret.len() + MASK.len() + 12,
                    "{shown}"
                );
                assert!(
                    shown.starts_with("before ") && shown.ends_with(" after"),
                    "{shown}"
                );
            }
        }
    }

    #[test]
    fn a_secret_that_an_excerpt_cut_in_two_is_masked_as_well() {
        let redactor = Redactor::new();
        redactor.learn("tok-1234.abcd_EFGH");
        for (excerpt, shown) in [
            (
                "\"tok-1234.ab… (300 bytes in all)",
                "\"•••… (300 bytes in all)",
            ),
            ("…34.abcd_EFGH\"", "…•••\""),
            ("tok-1…", "tok-1…"),
            ("…_EFGH and tok-1234…", "…_EFGH and •••…"),
        ] {
            assert_eq!(redactor.text(excerpt), shown);
        }
        // A target that fills a text with marks does not hold the run up.
        (0..2_000)
            .for_each(|number| redactor.learn(&format!("secret-{number:05}-{}", "x".repeat(40))));
        let marks = format!("tok-1234{}", "…".repeat(20_000));
        assert!(redactor.text(&marks).starts_with("•••…"));
    }

    #[test]
    fn what_the_suites_made_up_is_shown_and_what_was_sent_besides_is_not() {
        let redactor = Redactor::new();
        redactor.invent("authorization", "Bearer made-up-token");
        let request = |value: &str| Request {
            method: "DELETE".into(),
            path: "/user".into(),
            headers: vec![("Authorization".into(), value.into())],
            body: None,
            manner: crate::model::Manner::default(),
        };
        for value in ["Bearer made-up-token", "Bearer somebody-s-token"] {
            redactor.learn_from_request(&request(value));
        }
        let header = |value| redactor.header("Authorization", value);
        assert_eq!(header("Bearer made-up-token"), "Bearer made-up-token");
        assert_eq!(header("Bearer somebody-s-token"), "Bearer •••");
        assert_eq!(redactor.text("somebody-s-token"), "•••");
    }

    #[test]
    fn the_value_of_a_cookie_is_a_secret_wherever_it_turns_up() {
        let redactor = Redactor::new();
        redactor.learn_from_answer(&Response {
            status: 200,
            headers: vec![("Set-Cookie".into(), b"route=backend-7f3a; Path=/".to_vec())],
            body: Vec::new(),
        });
        assert_eq!(redactor.text("by backend-7f3a"), "by •••");
    }

    #[test]
    fn texts_without_a_secret_stay_as_they_are() {
        let redactor = Redactor::new();
        redactor.learn("482913");
        for text in [
            "",
            "48 29 13",
            "48291",
            "100% &amp; \\u00e9 %zz &#; \\",
            "é\nö",
        ] {
            assert_eq!(redactor.text(text), text);
        }
    }

    #[test]
    fn secrets_that_overlap_are_masked_together_and_neighbours_apart() {
        let redactor = Redactor::new();
        for secret in ["abcdef", "defghi", "123456"] {
            redactor.learn(secret);
        }
        assert_eq!(redactor.text("abcdefghi 123456123456"), "••• ••••••");
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

    #[test]
    fn the_code_of_an_error_is_no_secret_and_a_mailed_one_is() {
        let redactor = Redactor::new();
        let error = r#"{"error":{"code":"not_found"}}"#;
        redactor.learn_from_body(error.as_bytes());
        assert_eq!(redactor.body(error), error);
        assert_eq!(redactor.text("not_found"), "not_found");
        let verification = redactor.body(r#"{"code":"123456"}"#);
        assert!(!verification.contains("123456"), "{verification}");
    }
}
