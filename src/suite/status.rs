//! Sets of status codes, as written and as compared.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, IntoDeserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One status or one class of statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusText {
    /// One status, 100 to 599.
    Exactly(u16),
    /// All statuses of a class, 1 to 5: `4xx`.
    Class(u16),
}

/// A status, or the value of a row that says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusDocument {
    /// As it is written.
    Written(StatusText),
    /// As a row says: `${row.status}`.
    Row(String),
}

impl StatusText {
    /// Whether a status is this one or of this class.
    #[must_use]
    pub const fn contains(self, status: u16) -> bool {
        match self {
            Self::Exactly(exactly) => status == exactly,
            Self::Class(class) => status / 100 == class,
        }
    }
}

impl StatusText {
    /// Whether it stands for a success (2xx), wholly or in part.
    #[must_use]
    pub const fn may_be_success(self) -> bool {
        matches!(self, Self::Exactly(200..=299) | Self::Class(2))
    }
}

impl fmt::Display for StatusText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(status) => write!(formatter, "{status}"),
            Self::Class(class) => write!(formatter, "{class}xx"),
        }
    }
}

struct StatusVisitor;

impl Visitor<'_> for StatusVisitor {
    type Value = StatusText;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a status code from 100 to 599 such as 404, or a class such as 4xx")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<StatusText, E> {
        match u16::try_from(number) {
            Ok(status @ 100..=599) => Ok(StatusText::Exactly(status)),
            _ => Err(E::invalid_value(de::Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<StatusText, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(de::Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<StatusText, E> {
        let mut letters = text.chars();
        match (
            letters.next().and_then(|first| first.to_digit(10)),
            letters.as_str(),
        ) {
            (Some(class @ 1..=5), "xx") => {
                Ok(StatusText::Class(class.try_into().unwrap_or_default()))
            }
            _ => match text.parse::<u64>() {
                Ok(number) => self.visit_u64(number),
                Err(_) => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
            },
        }
    }
}

impl<'de> Deserialize<'de> for StatusText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusVisitor)
    }
}

impl JsonSchema for StatusText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "StatusText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "pattern": "^[1-5]xx$" },
        ] })
    }
}

struct StatusDocumentVisitor;

impl Visitor<'_> for StatusDocumentVisitor {
    type Value = StatusDocument;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        StatusVisitor.expecting(formatter)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<StatusDocument, E> {
        StatusVisitor.visit_u64(number).map(StatusDocument::Written)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<StatusDocument, E> {
        StatusVisitor.visit_i64(number).map(StatusDocument::Written)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<StatusDocument, E> {
        if text.starts_with("${") {
            return Ok(StatusDocument::Row(text.to_owned()));
        }
        StatusText::deserialize(text.into_deserializer()).map(StatusDocument::Written)
    }
}

impl<'de> Deserialize<'de> for StatusDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusDocumentVisitor)
    }
}

impl JsonSchema for StatusDocument {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "StatusDocument".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let status = generator.subschema_for::<StatusText>();
        json_schema!({ "anyOf": [
            status,
            { "type": "string", "pattern": "^\\$\\{row\\..+\\}$" },
        ] })
    }
}
