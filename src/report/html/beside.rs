//! Two answers to one request beside each other, with the part in which they differ marked.

use serde_json::Value;

use super::element::{Element, labelled};
use super::exchange;
use crate::difference::{Difference, DifferenceExample};
use crate::record::{BodyRecord, ExchangeRecord, quantity};
use crate::report::sanitize;

/// The step on both sides. What was sent stands in the commands that send it again.
pub(super) fn beside(difference: &Difference, example: &DifferenceExample) -> Vec<Element> {
    let marked = MarkedPart::of(&difference.part);
    let both = [&example.first, &example.second];
    let answers = both.iter().zip(&difference.sides).map(|(one, letter)| {
        let side = Element::new("div");
        match one {
            None => side.child(labelled("p", "label", format!("{letter}: not sent"))),
            Some(record) => side
                .child(label(letter, record, marked.is_status()))
                .children(record.error.iter().map(|why| labelled("p", "error", why)))
                .child(exchange::headers(&record.response_headers, |name| {
                    marked.is_header(name)
                }))
                .children(body(record.response_body.as_ref(), &marked)),
        }
    });
    let commands = both.into_iter().flatten().map(|one| one.curl.as_str());
    let commands: Vec<&str> = commands.collect();
    vec![
        Element::new("div").class("sides").children(answers),
        Element::new("div")
            .class("repeat")
            .child(labelled("p", "label", "To see it again"))
            .child(Element::new("pre").text(commands.join("\n"))),
    ]
}

/// The part of an answer that a difference is about.
enum MarkedPart {
    Status,
    Header(String),
    /// A member of a JSON body, by its JSON Pointer with `*` for places in lists; empty for the whole body.
    Member(String),
    Other,
}

impl MarkedPart {
    /// By its name in a difference: `status`, `header x-error`, `body /alias`; of findings `json /alias`.
    fn of(part: &str) -> Self {
        let (kind, rest) = part.split_once(' ').unwrap_or((part, ""));
        match kind {
            "status" | "answer" => Self::Status,
            "header" => Self::Header(rest.to_ascii_lowercase()),
            "body" | "json" => {
                Self::Member(rest.split('/').map(general).collect::<Vec<_>>().join("/"))
            }
            _ => Self::Other,
        }
    }

    const fn is_status(&self) -> bool {
        matches!(self, Self::Status)
    }

    fn is_header(&self, name: &str) -> bool {
        matches!(self, Self::Header(marked) if name.eq_ignore_ascii_case(marked))
    }
}

fn label(letter: &str, record: &ExchangeRecord, is_marked: bool) -> Element {
    let status = record
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let status = Element::new(if is_marked { "mark" } else { "b" }).text(status);
    Element::new("p")
        .class("label")
        .text(format!("{letter}: "))
        .child(status)
        .text(format!(" in {}", quantity::millis(record.elapsed_ms)))
}

fn body(body: Option<&BodyRecord>, marked: &MarkedPart) -> Vec<Element> {
    let json = body.and_then(|body| serde_json::from_str::<Value>(&body.text).ok());
    match (json, marked) {
        (Some(value), MarkedPart::Member(path)) if !path.is_empty() => {
            let mut written = WrittenJson::default();
            written.write(&value, (&mut String::new(), 0), path);
            vec![written.element()]
        }
        _ => exchange::body(body),
    }
}

/// A JSON value as indented text, a part of it marked.
#[derive(Default)]
struct WrittenJson(Vec<(bool, String)>);

impl WrittenJson {
    fn write(&mut self, value: &Value, (path, depth): (&mut String, usize), marked: &str) {
        if path == marked {
            let text = serde_json::to_string(value).unwrap_or_default();
            self.0.push((true, text));
            return;
        }
        let (signs, members): ([&str; 2], Vec<(Option<&String>, &Value)>) = match value {
            Value::Object(all) if !all.is_empty() => (
                ["{", "}"],
                all.iter().map(|(name, one)| (Some(name), one)).collect(),
            ),
            Value::Array(all) if !all.is_empty() => {
                (["[", "]"], all.iter().map(|one| (None, one)).collect())
            }
            plain => return self.plain(plain.to_string()),
        };
        self.plain(signs[0].to_owned());
        let length = path.len();
        let last = members.len() - 1;
        for (index, (name, member)) in members.into_iter().enumerate() {
            let named = name.map_or_else(String::new, |name| {
                format!("{}: ", Value::from(name.as_str()))
            });
            self.plain(format!("\n{}{named}", "  ".repeat(depth + 1)));
            path.push('/');
            let escaped = name.map(|name| name.replace('~', "~0").replace('/', "~1"));
            path.push_str(general(escaped.as_deref().unwrap_or("0")));
            self.write(member, (path, depth + 1), marked);
            path.truncate(length);
            self.plain(if index < last { "," } else { "" }.to_owned());
        }
        self.plain(format!("\n{}{}", "  ".repeat(depth), signs[1]));
    }

    fn plain(&mut self, text: String) {
        self.0.push((false, text));
    }

    fn element(self) -> Element {
        let mut left = exchange::LONGEST_BODY;
        let parts = self.0.into_iter();
        parts.fold(Element::new("pre"), |pre, (is_marked, text)| {
            if left == 0 {
                return pre;
            }
            let text = sanitize::cut(&text, left);
            left = left.saturating_sub(text.len());
            if is_marked {
                pre.child(Element::new("mark").text(text))
            } else {
                pre.text(text)
            }
        })
    }
}

/// A part of a path; `*` for a place in a list.
fn general(part: &str) -> &str {
    let is_index = !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    if is_index { "*" } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_member_that_differs_is_marked_wherever_it_stands_in_a_list() {
        let value = serde_json::json!({"keys": [{"id": 1}, {"id": 2}], "id": 3});
        let mut written = WrittenJson::default();
        written.write(&value, (&mut String::new(), 0), "/keys/*/id");
        let markup = written.element().render();
        assert_eq!(markup.matches("<mark>").count(), 2, "{markup}");
        assert!(markup.contains("<mark>1</mark>") && markup.contains("<mark>2</mark>"));
        let whole = markup.replace("<mark>", "").replace("</mark>", "");
        let text = serde_json::to_string_pretty(&value)
            .unwrap()
            .replace('"', "&quot;");
        assert!(whole.contains(&text), "{whole}");
    }

    #[test]
    fn a_part_is_known_by_its_name_in_differences_and_in_findings() {
        assert!(MarkedPart::of("status").is_status());
        assert!(MarkedPart::of("header X-Error").is_header("x-error"));
        for (name, path) in [
            ("body /keys/*/id", "/keys/*/id"),
            ("json /keys/0/id", "/keys/*/id"),
            ("body", ""),
        ] {
            let part = MarkedPart::of(name);
            assert!(
                matches!(&part, MarkedPart::Member(known) if known == path),
                "{name}"
            );
        }
    }
}
