//! A value together with where it was written.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A value together with where it was written.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// What was written.
    pub value: T,
    /// Where it begins.
    pub spot: Spot,
}

/// Where something begins in a text, and how long it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The offset in bytes, from 0.
    pub offset: usize,
    /// The length in bytes; 0 if unknown.
    pub length: usize,
}

impl From<serde_saphyr::Location> for Spot {
    fn from(location: serde_saphyr::Location) -> Self {
        let span = location.span();
        let to_size = |number: Option<u64>| number.and_then(|number| usize::try_from(number).ok());
        Self {
            line: location.line(),
            column: location.column(),
            offset: to_size(span.byte_offset()).unwrap_or_default(),
            length: to_size(span.byte_len()).unwrap_or_default(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<T>::deserialize(deserializer)?;
        Ok(Self {
            spot: spanned.referenced.into(),
            value: spanned.value,
        })
    }
}

impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
