//! The table of a case, as written: rows by hand, or made from the JSON Schema of a request.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::placed::Placed;

/// The rows with which one written case becomes several.
#[derive(Clone, Debug)]
pub enum TableDocument {
    /// Written by hand.
    Rows(Vec<RowDocument>),
    /// Made from the JSON Schema of a request.
    Faults(FaultsDocument),
    /// Made from the conditions under which a request is sent.
    Manners(MannersDocument),
}

/// One row: the case of this id, with these values.
#[derive(Clone, Debug)]
pub struct RowDocument {
    /// What follows the id of the case, after a dot.
    pub id: Placed<String>,
    /// What follows the title of the case, after a colon. The words of the id if left out.
    pub title: Option<String>,
    /// The values by name, as `${row.name}`.
    pub values: BTreeMap<String, Placed<serde_json::Value>>,
}

/// Rows made from the JSON Schema of a request: one for each member and each fault that it can have.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FaultsDocument {
    /// The request, such as `create`.
    pub request: Placed<String>,
    /// The members to take. All if left out.
    #[serde(default)]
    pub members: Vec<Placed<String>>,
    /// The faults, each of each member that can have it.
    pub faults: Vec<MemberFault>,
}

/// Rows made from conditions: as few as it takes that each two of them which one request can have come together
/// once. Each row's is `${row.manner}`; the first has none of them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MannersDocument {
    /// The conditions, such as `http-1.0`.
    pub manners: Vec<Placed<String>>,
}

/// What stands in a mapping, before it is known which of both it is.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct MadeRows {
    request: Option<Placed<String>>,
    #[serde(default)]
    members: Vec<Placed<String>>,
    faults: Option<Vec<MemberFault>>,
    manners: Option<Vec<Placed<String>>>,
}

/// What can be wrong with a member of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MemberFault {
    /// A member that is required is not there.
    Absent,
    /// It is null, and null is none of its types.
    Null,
    /// It is of a type that it must not be: one row for each such type but null.
    WrongType,
    /// A text without a character.
    Empty,
    /// A text of blanks.
    Blank,
    /// A text of more than 20,000 characters.
    Long,
}

/// The key of a row's id.
const ID: &str = "id";
/// The key of a row's title.
const TITLE: &str = "title";

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = RowDocument;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row: a mapping with an id, perhaps a title, and values by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RowDocument, A::Error> {
        let mut id = None;
        let mut title = None;
        let mut values = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                ID => id = Some(map.next_value()?),
                TITLE => title = Some(map.next_value()?),
                _ => {
                    values.insert(key, map.next_value()?);
                }
            }
        }
        let id = id.ok_or_else(|| de::Error::missing_field(ID))?;
        Ok(RowDocument { id, title, values })
    }
}

impl<'de> Deserialize<'de> for RowDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

impl JsonSchema for RowDocument {
    fn schema_name() -> Cow<'static, str> {
        "RowDocument".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One row: the case of this id, with these values.",
            "type": "object",
            "properties": {
                "id": {
                    "description": "What follows the id of the case, after a dot.",
                    "type": "string",
                },
                "title": {
                    "description": "What follows the title of the case, after a colon. The words of the id if left out.",
                    "type": "string",
                },
            },
            "required": ["id"],
            "additionalProperties": {
                "description": "A value, as `${row.name}`. One that a row leaves out is absent from the request.",
            },
        })
    }
}

struct TableVisitor;

impl<'de> Visitor<'de> for TableVisitor {
    type Value = TableDocument;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of rows, or a mapping of request and faults or of manners")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<TableDocument, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(rows)).map(TableDocument::Rows)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TableDocument, A::Error> {
        let made = MadeRows::deserialize(MapAccessDeserializer::new(map))?;
        Ok(match made {
            MadeRows {
                request: None,
                faults: None,
                manners: Some(manners),
                ..
            } => TableDocument::Manners(MannersDocument { manners }),
            MadeRows {
                request,
                members,
                faults,
                ..
            } => TableDocument::Faults(FaultsDocument {
                request: request.ok_or_else(|| de::Error::missing_field("request"))?,
                members,
                faults: faults.ok_or_else(|| de::Error::missing_field("faults"))?,
            }),
        })
    }
}

impl<'de> Deserialize<'de> for TableDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TableVisitor)
    }
}

impl JsonSchema for TableDocument {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TableDocument".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let row = generator.subschema_for::<RowDocument>();
        let faults = generator.subschema_for::<FaultsDocument>();
        let manners = generator.subschema_for::<MannersDocument>();
        let rows = json_schema!({ "type": "array", "items": row, "minItems": 1 });
        json_schema!({ "anyOf": [rows, faults, manners] })
    }
}
