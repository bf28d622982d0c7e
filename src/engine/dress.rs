//! Gives a request what the manner says in which it is sent, as far as that stands in its headers and its body.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;
use url::Url;

use crate::model::{Condition, Manner, Request};

/// What a browser says of itself.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// What curl says of itself.
const CURL: &str = "curl/8.5.0";

/// The types that a browser takes: anything, in the end.
const BROWSER_TYPES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A cookie as pages leave them behind.
const COOKIE: &str = "theme=dark";

/// The blanks that make a body large, and those that pad one.
const LARGE: usize = 12 * 1024;
const PADDING: usize = 100 * 1024;

/// A member that no endpoint has.
const EXTRA_MEMBER: (&str, &str) = ("clientReference", "\"assize\"");

/// Sends a request in this manner. What cannot be done to it is left out.
pub(super) fn dress(request: &mut Request, manner: Manner, base_url: &str) {
    let conditions = manner.conditions().filter(|one| fits(*one, request));
    let manner: Manner = conditions.collect();
    for condition in manner.conditions() {
        if let Some(value) = header_of(condition, base_url) {
            let name = condition.header().to_owned();
            request.headers.push((name, value));
        }
    }
    if let Some(body) = &mut request.body {
        if manner.has(Condition::Reversed) || manner.has(Condition::ExtraMember) {
            rearrange(body, manner);
        }
        for (condition, blanks) in [(Condition::Large, LARGE), (Condition::Padded, PADDING)] {
            if manner.has(condition) && !body.is_empty() {
                body.splice(1..1, std::iter::repeat_n(b' ', blanks));
            }
        }
    }
    request.manner = manner;
}

/// Whether a request can be sent under a condition: it says nothing of the same itself, and has the body that
/// takes.
pub(super) fn fits(condition: Condition, request: &Request) -> bool {
    let header = condition.header();
    let says = |(name, _): &(String, String)| name.eq_ignore_ascii_case(header);
    if !header.is_empty() && request.headers.iter().any(says) {
        return false;
    }
    let body = request.body.as_deref().unwrap_or_default();
    match condition {
        Condition::Reversed | Condition::ExtraMember => OrderedMembers::of(body).is_some(),
        Condition::Large | Condition::Padded => body.starts_with(b"{"),
        _ => !condition.needs_body() || !body.is_empty(),
    }
}

fn header_of(condition: Condition, base_url: &str) -> Option<String> {
    Some(match condition {
        Condition::Closing => "close".to_owned(),
        Condition::Browser => BROWSER.to_owned(),
        Condition::Curl => CURL.to_owned(),
        Condition::AcceptJson => "application/json".to_owned(),
        Condition::AcceptHtml => BROWSER_TYPES.to_owned(),
        Condition::Cookie => COOKIE.to_owned(),
        // A target need not grant anything to the pages of strangers.
        Condition::Origin => Url::parse(base_url).ok()?.origin().ascii_serialization(),
        Condition::AcceptLanguage => "de-CH, fr;q=0.7, en;q=0.3".to_owned(),
        Condition::AcceptGzip => "gzip".to_owned(),
        Condition::AcceptBrotli => "br".to_owned(),
        Condition::ExpectContinue => "100-continue".to_owned(),
        Condition::Http10
        | Condition::Kept
        | Condition::Query
        | Condition::LongQuery
        | Condition::NoUserAgent
        | Condition::NoAccept
        | Condition::NoAcceptEncoding
        | Condition::Reversed
        | Condition::ExtraMember
        | Condition::Large
        | Condition::Padded
        | Condition::Chunked
        | Condition::ChunkExtension => return None,
    })
}

fn rearrange(body: &mut Vec<u8>, manner: Manner) {
    let Some(mut members) = OrderedMembers::of(body) else {
        return;
    };
    if manner.has(Condition::Reversed) {
        members.0.reverse();
    }
    if manner.has(Condition::ExtraMember) {
        let (name, value) = EXTRA_MEMBER;
        let place = members.0.len() / 2;
        members.0.insert(place, (name.to_owned(), value.to_owned()));
    }
    *body = members.written().into_bytes();
}

/// The members of an object in their order, each value as it is written.
struct OrderedMembers(Vec<(String, String)>);

impl OrderedMembers {
    /// Those of a body that is one JSON object of which nothing but the names and values matters: a body that is
    /// written in another way than usual stands for its writing.
    fn of(body: &[u8]) -> Option<Self> {
        let members: Self = serde_json::from_slice(body).ok()?;
        let names: BTreeSet<&String> = members.0.iter().map(|(name, _)| name).collect();
        let is_usual = names.len() == members.0.len() && members.written().as_bytes() == body;
        is_usual.then_some(members)
    }

    fn written(&self) -> String {
        let written = |(name, value): &(String, String)| {
            let name = serde_json::Value::from(name.as_str());
            format!("{name}:{value}")
        };
        let members: Vec<String> = self.0.iter().map(written).collect();
        format!("{{{}}}", members.join(","))
    }
}

impl<'de> Deserialize<'de> for OrderedMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = OrderedMembers;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OrderedMembers, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    let value: Box<RawValue> = map.next_value().map_err(A::Error::custom)?;
                    members.push((name, value.get().to_owned()));
                }
                Ok(OrderedMembers(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dressed(body: &str, conditions: &[Condition]) -> Request {
        let mut request = Request {
            method: "POST".to_owned(),
            path: "/tasks".to_owned(),
            headers: vec![("Accept".to_owned(), "text/plain".to_owned())],
            body: Some(body.as_bytes().to_vec()),
            manner: Manner::default(),
        };
        let manner = conditions.iter().copied().collect();
        dress(&mut request, manner, "https://h.test:8443/v2");
        request
    }

    #[test]
    fn members_change_their_order_and_no_value_changes() {
        let reversed = dressed(r#"{"a":1e400,"b":[1, 2]}"#, &[Condition::Reversed]);
        assert_eq!(reversed.body.unwrap(), br#"{"b":[1, 2],"a":1e400}"#);
        let more = dressed(r#"{"a":1}"#, &[Condition::ExtraMember]);
        assert_eq!(more.body.unwrap(), br#"{"clientReference":"assize","a":1}"#);
    }

    #[test]
    fn a_body_that_is_about_its_writing_stays_as_it_is() {
        for body in [
            r#"{"a":1,"a":2}"#,
            r#"{ "a":1}"#,
            r#"{"\u0061":1}"#,
            r#"{"a":"#,
            "[1]",
        ] {
            let request = dressed(body, &[Condition::Reversed, Condition::ExtraMember]);
            assert_eq!(request.body.unwrap(), body.as_bytes());
            assert!(request.manner.is_plain(), "what was not done is not told");
        }
    }

    #[test]
    fn what_a_request_says_itself_it_goes_on_saying() {
        let request = dressed("{}", &[Condition::AcceptHtml, Condition::Origin]);
        let said: Vec<&str> = request
            .headers
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(said, ["text/plain", "https://h.test:8443"]);
    }
}
