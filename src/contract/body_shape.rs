//! The part of JSON Schema (2020-12) that answers are judged by most, compiled to a walk over an outline.
//!
//! It only says yes or no, for an answer that is as it should be. What a schema demands besides, and what is wrong
//! with an answer, is for the crate that knows all of it.

use serde_json::{Map, Number, Value};

use crate::model::{JsonNode, JsonToken};

/// Keywords that demand nothing.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "$id",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a schema demands.
#[derive(Debug)]
pub(super) struct BodyShape(Vec<Demand>);

/// What one keyword demands, or two that belong together. Each is met by a value of a type that it does not speak of.
#[derive(Debug)]
enum Demand {
    /// No value at all meets it.
    Nothing,
    Types(Vec<TypeName>),
    /// One of these, none of them a number, an array or an object.
    OneOf(Vec<Value>),
    Required(Vec<String>),
    Members {
        known: Vec<(String, BodyShape)>,
        others: Option<BodyShape>,
    },
    Items(BodyShape),
    /// Characters of a text, at least and at most.
    Length(Within<u64>),
    /// Items of an array.
    ItemCount(Within<u64>),
    /// Members of an object.
    MemberCount(Within<u64>),
    Range(Within<i32>),
    Between(Within<i32>),
}

#[derive(Clone, Copy, Debug)]
enum TypeName {
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    Array,
    Object,
}

/// The least and the most; none where there is no bound.
#[derive(Clone, Copy, Debug)]
struct Within<T> {
    least: Option<T>,
    most: Option<T>,
}

impl BodyShape {
    /// Compiles a schema; none if it demands something else.
    pub(super) fn new(schema: &Value) -> Option<Self> {
        match schema {
            Value::Bool(true) => Some(Self(Vec::new())),
            Value::Bool(false) => Some(Self(vec![Demand::Nothing])),
            Value::Object(keywords) => {
                let speaks = |keyword: &str| match keyword {
                    _ if ANNOTATIONS.contains(&keyword) => false,
                    // What others stand beside says it.
                    "additionalProperties" => !keywords.contains_key("properties"),
                    "$schema" => keywords.get(keyword).is_none_or(|draft| draft != DRAFT),
                    _ => true,
                };
                let demands = keywords.iter().filter(|one| speaks(one.0));
                let demands = demands.map(|(keyword, wanted)| demand(keyword, wanted, keywords));
                demands.collect::<Option<_>>().map(Self)
            }
            _ => None,
        }
    }

    /// Whether a value meets it.
    pub(super) fn admits(&self, node: JsonNode<'_>) -> bool {
        self.0.iter().all(|demand| demand.is_met(node))
    }
}

/// What a keyword demands; none if it is not one of those that are known.
fn demand(keyword: &str, wanted: &Value, keywords: &Map<String, Value>) -> Option<Demand> {
    Some(match keyword {
        "type" => Demand::Types(listed(wanted).map(type_name).collect::<Option<_>>()?),
        "const" => Demand::OneOf(vec![simple(wanted)?]),
        "enum" => Demand::OneOf(
            wanted
                .as_array()?
                .iter()
                .map(simple)
                .collect::<Option<_>>()?,
        ),
        "required" => Demand::Required(wanted.as_array()?.iter().map(text).collect::<Option<_>>()?),
        "properties" => members(Some(wanted), keywords.get("additionalProperties"))?,
        "additionalProperties" => members(None, Some(wanted))?,
        "items" => Demand::Items(BodyShape::new(wanted)?),
        "minLength" => Demand::Length(Within::least(wanted.as_u64()?)),
        "maxLength" => Demand::Length(Within::most(wanted.as_u64()?)),
        "minItems" => Demand::ItemCount(Within::least(wanted.as_u64()?)),
        "maxItems" => Demand::ItemCount(Within::most(wanted.as_u64()?)),
        "minProperties" => Demand::MemberCount(Within::least(wanted.as_u64()?)),
        "maxProperties" => Demand::MemberCount(Within::most(wanted.as_u64()?)),
        "minimum" => Demand::Range(Within::least(small(wanted)?)),
        "maximum" => Demand::Range(Within::most(small(wanted)?)),
        "exclusiveMinimum" => Demand::Between(Within::least(small(wanted)?)),
        "exclusiveMaximum" => Demand::Between(Within::most(small(wanted)?)),
        _ => return None,
    })
}

fn members(known: Option<&Value>, others: Option<&Value>) -> Option<Demand> {
    let mut schemas = Vec::new();
    if let Some(known) = known {
        for (name, schema) in known.as_object()? {
            schemas.push((name.clone(), BodyShape::new(schema)?));
        }
    }
    let others = match others {
        Some(schema) => Some(BodyShape::new(schema)?),
        None => None,
    };
    Some(Demand::Members {
        known: schemas,
        others,
    })
}

/// One value, or each of a list.
fn listed(wanted: &Value) -> impl Iterator<Item = &Value> {
    let list = wanted
        .as_array()
        .map_or(std::slice::from_ref(wanted), Vec::as_slice);
    list.iter()
}

fn type_name(name: &Value) -> Option<TypeName> {
    Some(match name.as_str()? {
        "null" => TypeName::Null,
        "boolean" => TypeName::Boolean,
        "integer" => TypeName::Integer,
        "number" => TypeName::Number,
        "string" => TypeName::Text,
        "array" => TypeName::Array,
        "object" => TypeName::Object,
        _ => return None,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A value of which it is plain what equals it.
fn simple(value: &Value) -> Option<Value> {
    let is_plain = matches!(value, Value::Null | Value::Bool(_) | Value::String(_));
    is_plain.then(|| value.clone())
}

/// A limit that an integer and a double both compare with exactly.
fn small(value: &Value) -> Option<i32> {
    i32::try_from(value.as_i64()?).ok()
}

impl<T> Within<T> {
    const fn least(least: T) -> Self {
        Self {
            least: Some(least),
            most: None,
        }
    }

    const fn most(most: T) -> Self {
        Self {
            least: None,
            most: Some(most),
        }
    }
}

impl Within<u64> {
    /// Whether so many things are within.
    fn hold(self, things: impl Iterator) -> bool {
        let many = u64::try_from(things.count()).unwrap_or(u64::MAX);
        self.least.is_none_or(|least| many >= least) && self.most.is_none_or(|most| many <= most)
    }
}

impl Within<i32> {
    fn hold_number(self, number: &Number, meets: impl Fn(std::cmp::Ordering) -> bool) -> bool {
        let stands = |limit: i32| match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Some(whole.cmp(&i64::from(limit))),
            (None, Some(_)) => Some(std::cmp::Ordering::Greater),
            (None, None) => number.as_f64()?.partial_cmp(&f64::from(limit)),
        };
        self.least
            .is_none_or(|least| stands(least).is_some_and(&meets))
            && self
                .most
                .is_none_or(|most| stands(most).is_some_and(|order| meets(order.reverse())))
    }
}

impl Demand {
    fn is_met(&self, node: JsonNode<'_>) -> bool {
        match (self, node.token()) {
            (Self::Nothing, _) => false,
            (Self::Types(types), token) => types.iter().any(|one| one.is_of(token)),
            (Self::OneOf(values), _) => values.iter().any(|one| node == *one),
            (Self::Required(names), JsonToken::Object) => {
                names.iter().all(|name| node.member(name).is_some())
            }
            (Self::Members { known, others }, JsonToken::Object) => {
                node.children().all(|(name, member)| {
                    let schema = known.iter().find(|one| one.0 == name).map(|one| &one.1);
                    let schema = schema.or(others.as_ref());
                    schema.is_none_or(|schema| schema.admits(member))
                })
            }
            (Self::Items(schema), JsonToken::Array) => {
                node.children().all(|(_, item)| schema.admits(item))
            }
            (Self::Length(bounds), JsonToken::Text(text)) => bounds.hold(text.chars()),
            (Self::ItemCount(bounds), JsonToken::Array)
            | (Self::MemberCount(bounds), JsonToken::Object) => bounds.hold(node.children()),
            (Self::Range(bounds), JsonToken::Number(number)) => {
                bounds.hold_number(number, std::cmp::Ordering::is_ge)
            }
            (Self::Between(bounds), JsonToken::Number(number)) => {
                bounds.hold_number(number, std::cmp::Ordering::is_gt)
            }
            _ => true,
        }
    }
}

impl TypeName {
    fn is_of(self, token: &JsonToken<'_>) -> bool {
        match (self, token) {
            (Self::Null, JsonToken::Null)
            | (Self::Boolean, JsonToken::Bool(_))
            | (Self::Number, JsonToken::Number(_))
            | (Self::Text, JsonToken::Text(_))
            | (Self::Array, JsonToken::Array)
            | (Self::Object, JsonToken::Object) => true,
            (Self::Integer, JsonToken::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|one| one.fract() == 0.0)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "body_shape_properties.rs"]
mod properties;
