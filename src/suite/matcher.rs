//! Matchers for JSON values and headers, as written.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

use super::one_or_many::OneOrMany;

/// A value to equal, or a mapping that says more.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonMatcher {
    /// Equal to this value; a text may hold placeholders.
    Equals(serde_json::Value),
    /// As the mapping says.
    Rules(Box<JsonRules>),
}

/// What a JSON value must be like. Everything named must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct JsonRules {
    /// Equal to this value; for objects that have a member with the name of a test.
    #[serde(default, deserialize_with = "given")]
    pub equals: Option<serde_json::Value>,
    /// There, and different from this value.
    #[serde(default, deserialize_with = "given")]
    pub not: Option<serde_json::Value>,
    /// A number below this one.
    #[serde(default, rename = "<")]
    pub below: Option<serde_json::Value>,
    /// A number of at most this one.
    #[serde(default, rename = "<=")]
    pub at_most: Option<serde_json::Value>,
    /// A number above this one.
    #[serde(default, rename = ">")]
    pub above: Option<serde_json::Value>,
    /// A number of at least this one.
    #[serde(default, rename = ">=")]
    pub at_least: Option<serde_json::Value>,
    /// A text that this one is a part of; it may hold placeholders.
    #[serde(default)]
    pub contains: Option<String>,
    /// A text in which this regular expression finds something; a number or a truth value is taken as it
    /// is written.
    #[serde(default)]
    pub matches: Option<String>,
    /// There, whatever it is.
    #[serde(default)]
    pub present: bool,
    /// Not there at all.
    #[serde(default)]
    pub absent: bool,
    /// Unix seconds that are still to come, by less than a century.
    #[serde(default)]
    pub future: bool,
}

/// What a header must be like.
#[derive(Clone, Debug)]
pub enum HeaderMatcher {
    /// There, and not blank.
    Present,
    /// Not there.
    Absent,
    /// As the mapping says.
    Rules(HeaderRules),
}

/// What a header must be like, all its values taken together. Everything named must hold.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HeaderRules {
    /// Equal to this text, or these texts if it comes several times; they may hold placeholders.
    #[serde(default)]
    pub equals: OneOrMany<String>,
    /// None of its values is this text.
    #[serde(default)]
    pub not: Option<String>,
    /// One of its values has this text as a part; it may hold placeholders.
    #[serde(default)]
    pub contains: Option<String>,
    /// In one of its values this regular expression finds something.
    #[serde(default)]
    pub matches: Option<String>,
    /// In none of its values this regular expression finds anything.
    #[serde(default)]
    pub lacks: Option<String>,
}

/// A value that is written, even if it is null.
fn given<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(deserializer).map(Some)
}

/// The keys of [`JsonRules`]. A mapping of none of them is an object that is expected.
const TESTS: [&str; 11] = [
    "equals", "not", "<", "<=", ">", ">=", "contains", "matches", "present", "absent", "future",
];

/// Says why a mapping is neither tests nor an object that is plainly meant.
fn ambiguous(members: &serde_json::Map<String, serde_json::Value>) -> Option<String> {
    const WAY_OUT: &str = "to expect an object, write `equals: {…}`";
    let is_test = |name: &&String| TESTS.contains(&name.as_str());
    let others: Vec<&String> = members.keys().filter(|name| !is_test(name)).collect();
    let other = others.first()?;
    if others.len() < members.len() {
        return Some(format!(
            "`{other}` is not a test as its neighbours are; {WAY_OUT}"
        ));
    }
    let resembles = |name: &str, test: &str| {
        name.len() > 2 && (test.starts_with(name) || strsim::osa_distance(name, test) == 1)
    };
    others.iter().find_map(|name| {
        let test = TESTS.iter().find(|test| resembles(name, test))?;
        Some(format!(
            "`{name}` is not a test; did you mean `{test}`? {WAY_OUT}"
        ))
    })
}

impl JsonMatcher {
    /// What is not there at all.
    pub(super) fn absent() -> Self {
        Self::Rules(Box::new(JsonRules {
            absent: true,
            ..JsonRules::default()
        }))
    }
}

/// What the text of a body must be like, wherever in it. Everything named must hold.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TextRules {
    /// Texts that must be in it; they may hold placeholders.
    #[serde(default)]
    pub contains: OneOrMany<String>,
    /// Texts that must not be in it; they may hold placeholders.
    #[serde(default)]
    pub without: OneOrMany<String>,
    /// A regular expression that must find something in it.
    #[serde(default)]
    pub matches: Option<String>,
    /// A regular expression that must find nothing in it.
    #[serde(default)]
    pub lacks: Option<String>,
}

struct JsonMatcherVisitor;

impl<'de> Visitor<'de> for JsonMatcherVisitor {
    type Value = JsonMatcher;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value, or a mapping of tests")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<JsonMatcher, E> {
        Ok(JsonMatcher::Equals(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<JsonMatcher, E> {
        Ok(JsonMatcher::Equals(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<JsonMatcher, E> {
        Ok(JsonMatcher::Equals(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<JsonMatcher, E> {
        Ok(JsonMatcher::Equals(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<JsonMatcher, E> {
        Ok(JsonMatcher::Equals(value.into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<JsonMatcher, E> {
        Ok(JsonMatcher::Equals(serde_json::Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<JsonMatcher, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items))
            .map(|items| JsonMatcher::Equals(serde_json::Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonMatcher, A::Error> {
        let mut members = serde_json::Map::new();
        while let Some((name, value)) = map.next_entry::<String, serde_json::Value>()? {
            members.insert(name, value);
        }
        if let Some(reason) = ambiguous(&members) {
            return Err(de::Error::custom(reason));
        }
        let is_test = members.keys().any(|name| TESTS.contains(&name.as_str()));
        let object = serde_json::Value::Object(members);
        if is_test {
            let rules = JsonRules::deserialize(object).map_err(de::Error::custom)?;
            return Ok(JsonMatcher::Rules(Box::new(rules)));
        }
        Ok(JsonMatcher::Equals(object))
    }
}

impl<'de> Deserialize<'de> for JsonMatcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonMatcherVisitor)
    }
}

impl JsonSchema for JsonMatcher {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "JsonMatcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rules = generator.subschema_for::<JsonRules>();
        json_schema!({ "anyOf": [
            { "type": ["boolean", "number", "string", "null", "array"] },
            rules,
            { "type": "object", "propertyNames": { "not": { "enum": TESTS } } },
        ] })
    }
}

struct HeaderMatcherVisitor;

impl<'de> Visitor<'de> for HeaderMatcherVisitor {
    type Value = HeaderMatcher;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("present, absent, or a mapping of equals, not, contains, matches or lacks")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<HeaderMatcher, E> {
        match text {
            "present" => Ok(HeaderMatcher::Present),
            "absent" => Ok(HeaderMatcher::Absent),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HeaderMatcher, A::Error> {
        HeaderRules::deserialize(MapAccessDeserializer::new(map)).map(HeaderMatcher::Rules)
    }
}

impl<'de> Deserialize<'de> for HeaderMatcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeaderMatcherVisitor)
    }
}

impl JsonSchema for HeaderMatcher {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "HeaderMatcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rules = generator.subschema_for::<HeaderRules>();
        json_schema!({ "anyOf": [{ "enum": ["present", "absent"] }, rules] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_the_keys_of_the_rules() {
        let schema = schemars::schema_for!(JsonRules).to_value();
        let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let mut tests = TESTS.to_vec();
        tests.sort_unstable();
        let mut keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, tests);
    }
}
