//! A body read as JSON (RFC 8259) without making a tree of it: one value, nothing behind it, and no member of an
//! object twice, since of two it is anybody's guess which one a client sees.
//!
//! Judging an answer that is as it should be is most of what a load does; a tree of maps and strings would be a
//! sixth of that. Texts without escapes stay where they are in the body.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;

/// More members than this are sorted to find one that is there twice.
const FEW: usize = 8;

/// Entries for which there is room from the beginning: as many as a usual answer has.
const USUAL: usize = 8;

/// A JSON text whose values stand one behind the other, as they are written.
#[derive(Debug)]
pub struct Outline<'a>(Vec<OutlineEntry<'a>>);

/// A value, and all that is in it behind it.
#[derive(Debug)]
struct OutlineEntry<'a> {
    /// As a member of an object; empty for any other value.
    name: Cow<'a, str>,
    token: JsonToken<'a>,
    /// The place behind it and all that is in it.
    end: usize,
}

/// What a value is, without what is in it.
#[derive(Debug, PartialEq, Eq)]
pub enum JsonToken<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number that a double or an integer of 64 bits holds.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A value of an outline.
#[derive(Clone, Copy, Debug)]
pub struct JsonNode<'o> {
    entries: &'o [OutlineEntry<'o>],
    at: usize,
    entry: &'o OutlineEntry<'o>,
}

impl<'a> Outline<'a> {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// If it is not one JSON value, says a member twice, is nested more than 127 deep, or has a number that is too
    /// large for a double.
    pub fn parse(body: &'a [u8]) -> serde_json::Result<Self> {
        match str::from_utf8(body) {
            // Once for the whole, and not for each text in it.
            Ok(text) => Self::read(serde_json::Deserializer::from_str(text)),
            Err(_) => Self::read(serde_json::Deserializer::from_slice(body)),
        }
    }

    fn read<R: serde_json::de::Read<'a>>(
        mut deserializer: serde_json::Deserializer<R>,
    ) -> serde_json::Result<Self> {
        let mut entries = Vec::with_capacity(USUAL);
        let reader = OutlineReader {
            name: Cow::Borrowed(""),
            entries: &mut entries,
        };
        reader.deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(Self(entries))
    }

    /// The value that the text is. None never comes of [`Outline::parse`].
    #[must_use]
    pub fn root(&self) -> Option<JsonNode<'_>> {
        JsonNode::new(&self.0, 0)
    }
}

impl<'o> JsonNode<'o> {
    fn new(entries: &'o [OutlineEntry<'o>], at: usize) -> Option<Self> {
        let entry = entries.get(at)?;
        Some(Self { entries, at, entry })
    }

    /// What it is.
    #[must_use]
    pub const fn token(self) -> &'o JsonToken<'o> {
        &self.entry.token
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'o str> {
        match self.token() {
            JsonToken::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number.
    #[must_use]
    pub const fn as_number(self) -> Option<&'o Number> {
        match self.token() {
            JsonToken::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Whether it is an object.
    #[must_use]
    pub const fn is_object(self) -> bool {
        matches!(self.token(), JsonToken::Object)
    }

    /// What is directly in it, in the order in which it is written: of an object with the members' names, of an
    /// array with empty ones.
    pub fn children(self) -> impl Iterator<Item = (&'o str, Self)> {
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let child = Self::new(self.entries, next).filter(|_| next < self.entry.end)?;
            next = child.entry.end;
            Some((child.entry.name.as_ref(), child))
        })
    }

    /// The member of an object.
    #[must_use]
    pub fn member(self, name: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        let mut members = self.children();
        members.find(|member| member.0 == name).map(|found| found.1)
    }

    /// The value at a JSON Pointer (RFC 6901), as [`Value::pointer`] finds it.
    #[must_use]
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut found = self;
        for token in pointer.strip_prefix('/')?.split('/') {
            found = if token.contains('~') {
                found.step(&token.replace("~1", "/").replace("~0", "~"))?
            } else {
                found.step(token)?
            };
        }
        Some(found)
    }

    fn step(self, token: &str) -> Option<Self> {
        if !matches!(self.token(), JsonToken::Array) {
            return self.member(token);
        }
        self.children().nth(array_index(token)?).map(|item| item.1)
    }

    /// The tree of it.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self.token() {
            JsonToken::Null => Value::Null,
            JsonToken::Bool(value) => Value::Bool(*value),
            JsonToken::Number(number) => Value::Number(number.clone()),
            JsonToken::Text(text) => Value::from(text.as_ref()),
            JsonToken::Array => self.children().map(|item| item.1.to_value()).collect(),
            JsonToken::Object => Value::Object(
                self.children()
                    .map(|(name, member)| (name.to_owned(), member.to_value()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

/// The place in an array that a token of a JSON Pointer means: digits without a zero in front (RFC 6901, section 4).
#[must_use]
pub fn array_index(token: &str) -> Option<usize> {
    let is_index = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| is_index)
}

impl PartialEq<Value> for JsonNode<'_> {
    fn eq(&self, other: &Value) -> bool {
        match (self.token(), other) {
            (JsonToken::Null, Value::Null) => true,
            (JsonToken::Bool(one), Value::Bool(other)) => one == other,
            (JsonToken::Number(one), Value::Number(other)) => one == other,
            (JsonToken::Text(one), Value::String(other)) => one == other,
            (JsonToken::Array, Value::Array(_)) | (JsonToken::Object, Value::Object(_)) => {
                self.to_value() == *other
            }
            _ => false,
        }
    }
}

/// Reads a value, and refuses members that come twice.
struct OutlineReader<'r, 'a> {
    name: Cow<'a, str>,
    entries: &'r mut Vec<OutlineEntry<'a>>,
}

impl<'a> OutlineReader<'_, 'a> {
    fn push(self, token: JsonToken<'a>) {
        let end = self.entries.len() + 1;
        self.entries.push(OutlineEntry {
            name: self.name,
            token,
            end,
        });
    }
}

impl<'de> DeserializeSeed<'de> for OutlineReader<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OutlineReader<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(JsonToken::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.push(JsonToken::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.push(JsonToken::Number(Number::from(value)));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.push(JsonToken::Number(Number::from(value)));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.push(Number::from_f64(value).map_or(JsonToken::Null, JsonToken::Number));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.push(JsonToken::Text(Cow::Owned(value.to_owned())));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        self.push(JsonToken::Text(Cow::Borrowed(value)));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let at = self.entries.len();
        let entries = open(self, JsonToken::Array);
        loop {
            let reader = OutlineReader {
                name: Cow::Borrowed(""),
                entries,
            };
            if sequence.next_element_seed(reader)?.is_none() {
                break;
            }
        }
        close(entries, at);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let at = self.entries.len();
        let entries = open(self, JsonToken::Object);
        while let Some(name) = members.next_key_seed(MemberName)? {
            members.next_value_seed(OutlineReader { name, entries })?;
        }
        close(entries, at);
        match JsonNode::new(entries, at).and_then(twice) {
            Some(name) => {
                let reason = format!("an object has the member {name:?} twice");
                Err(A::Error::custom(reason))
            }
            None => Ok(()),
        }
    }
}

/// Begins a value that others are in.
fn open<'r, 'a>(
    reader: OutlineReader<'r, 'a>,
    token: JsonToken<'a>,
) -> &'r mut Vec<OutlineEntry<'a>> {
    let OutlineReader { name, entries } = reader;
    entries.push(OutlineEntry {
        name,
        token,
        end: 0,
    });
    entries
}

/// Ends the value that was begun here.
fn close(entries: &mut [OutlineEntry<'_>], at: usize) {
    let end = entries.len();
    if let Some(entry) = entries.get_mut(at) {
        entry.end = end;
    }
}

/// A name that two members of an object have.
fn twice(object: JsonNode<'_>) -> Option<&str> {
    let names = || object.children().map(|member| member.0);
    if names().nth(FEW).is_none() {
        let mut earlier = names().enumerate();
        let is_again = |&(place, name): &(usize, &str)| names().take(place).any(|one| one == name);
        return earlier.find(is_again).map(|found| found.1);
    }
    let mut sorted: Vec<_> = names().collect();
    sorted.sort_unstable();
    let mut pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs.find(|(one, next)| one == next).map(|found| *found.0)
}

/// Reads the name of a member.
struct MemberName;

impl<'de> DeserializeSeed<'de> for MemberName {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for MemberName {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }
}

#[cfg(test)]
#[path = "outline_properties.rs"]
mod properties;
