//! What a client sees, so that two servers can be compared: what is random is told by where it was seen
//! first.

use serde_json::Value;
use std::collections::HashMap;

use super::caller::ProbeSeen;

/// The headers that say something.
const HEADERS: [&str; 3] = ["content-type", "x-error", "x-error-id"];

/// What a client saw, one line an answer.
#[derive(Debug, Default)]
pub(super) struct Sight {
    lines: Vec<String>,
    /// Texts, each with what it is called.
    names: HashMap<String, String>,
}

impl Sight {
    /// Lets a text that the client chose be called something.
    pub(super) fn know(&mut self, text: &str, name: &str) {
        self.names.insert(text.to_owned(), name.to_owned());
    }

    /// Writes down something else than an answer.
    pub(super) fn say(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Writes an answer down.
    pub(super) fn see(&mut self, label: &str, seen: Option<&ProbeSeen>) {
        let Some(seen) = seen else {
            self.lines.push(format!("{label}: no answer"));
            return;
        };
        let mut line = format!("{label}: {}", seen.status);
        for name in HEADERS {
            if let Some(value) = seen.header(name) {
                let called = self.called(value);
                line = format!("{line} {name}={called}");
            }
        }
        let body = match serde_json::from_slice(&seen.body) {
            Ok(value) => self.shape(&value),
            Err(_) => self.called(&String::from_utf8_lossy(&seen.body)),
        };
        self.lines.push(format!("{line} {body}"));
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    fn called(&mut self, text: &str) -> String {
        let next = format!("#{}", self.names.len());
        self.names.entry(text.to_owned()).or_insert(next).clone()
    }

    fn shape(&mut self, value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let members = members.iter();
                let shapes: Vec<String> = members
                    .map(|(name, value)| format!("{name}:{}", self.shape(value)))
                    .collect();
                format!("{{{}}}", shapes.join(","))
            }
            Value::Array(list) => {
                let shapes: Vec<String> = list.iter().map(|value| self.shape(value)).collect();
                format!("[{}]", shapes.join(","))
            }
            Value::String(text) => self.called(text),
            Value::Number(_) => "number".to_owned(),
            Value::Bool(_) | Value::Null => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: &str, body: &str) -> ProbeSeen {
        ProbeSeen {
            status: 404,
            headers: vec![("X-Error-Id".to_owned(), id.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    fn lines(ids: [&str; 2], alias: &str) -> Vec<String> {
        let mut sight = Sight::default();
        sight.know("Johny", "alias");
        let body = format!(r#"{{"alias":"{alias}","expireAt":7}}"#);
        for id in ids {
            sight.see("get", Some(&seen(id, &body)));
        }
        sight.into_lines()
    }

    #[test]
    fn what_is_random_does_not_tell_servers_apart_but_what_is_told_twice_does() {
        assert_eq!(lines(["a", "b"], "Johny"), lines(["c", "d"], "Johny"));
        assert_ne!(lines(["a", "b"], "Johny"), lines(["c", "c"], "Johny"));
        assert_ne!(lines(["a", "b"], "Johny"), lines(["a", "b"], "johny"));
    }
}
