//! Matchers for JSON values and headers, as written.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
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
    Rules(JsonRules),
}

/// What a JSON value must be like. Everything named must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct JsonRules {
    /// Equal to this value; for objects and lists, and for texts that a scalar cannot say.
    #[serde(default)]
    pub equals: Option<serde_json::Value>,
    /// Different from this text.
    #[serde(default)]
    pub not: Option<String>,
    /// A text that this one is a part of; it may hold placeholders.
    #[serde(default)]
    pub contains: Option<String>,
    /// A text that this regular expression finds.
    #[serde(default)]
    pub matches: Option<String>,
    /// Not there at all.
    #[serde(default)]
    pub absent: bool,
    /// Unix seconds that are still to come, by less than a century.
    #[serde(default)]
    pub future: bool,
}

/// What a header must be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderMatcher {
    /// There, and not blank.
    Present,
    /// Not there.
    Absent,
    /// As the mapping says.
    Rules(HeaderRules),
}

/// What a header's value must be like. Everything named must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HeaderRules {
    /// Equal to this text; it may hold placeholders.
    #[serde(default)]
    pub equals: Option<String>,
    /// Different from this text.
    #[serde(default)]
    pub not: Option<String>,
    /// A text that this one is a part of; it may hold placeholders.
    #[serde(default)]
    pub contains: Option<String>,
    /// A text that this regular expression finds.
    #[serde(default)]
    pub matches: Option<String>,
    /// A text in which this regular expression finds nothing.
    #[serde(default)]
    pub lacks: Option<String>,
}

impl JsonMatcher {
    /// What is not there at all.
    pub(super) fn absent() -> Self {
        Self::Rules(JsonRules {
            absent: true,
            ..JsonRules::default()
        })
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
        formatter
            .write_str("a value, or a mapping of equals, not, contains, matches, absent or future")
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

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<JsonMatcher, A::Error> {
        JsonRules::deserialize(MapAccessDeserializer::new(map)).map(JsonMatcher::Rules)
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
            { "type": ["boolean", "number", "string", "null"] },
            rules,
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
