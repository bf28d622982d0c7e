//! Rows from the JSON Schema of a request: what can be wrong with each of its members.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::row::Row;
use crate::suite::placed::Spot;
use crate::suite::table::MemberFault;

/// A text that is far too long for a name or an address, and still no large body; one that no run had
/// before, since a server may take it.
const LONG: &str = "${tag}${'x'|repeat:20000}";

/// The rows: members in the order of the schema, faults in the order given.
pub(super) fn rows(
    schema: &Value,
    members: &[&str],
    faults: &[MemberFault],
    spot: Spot,
) -> Vec<Row> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (name, property) in properties {
        if !members.is_empty() && !members.contains(&name.as_str()) {
            continue;
        }
        let member = Member {
            name,
            property,
            required: is_required(schema, name),
        };
        for fault in faults {
            rows.extend(
                member
                    .variants(*fault)
                    .into_iter()
                    .map(|one| member.row(one, spot)),
            );
        }
    }
    rows
}

/// The names of the members that a request may have.
pub(super) fn members(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default()
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|one| one == name))
}

/// A member of the request.
struct Member<'a> {
    name: &'a str,
    property: &'a Value,
    required: bool,
}

/// One way for a member to be wrong.
struct Variant {
    id: &'static str,
    /// What follows the name of the member in a title.
    says: &'static str,
    /// The member; `None` if it is left out.
    value: Option<Value>,
}

impl Variant {
    const fn new(id: &'static str, says: &'static str, value: Option<Value>) -> Self {
        Self { id, says, value }
    }
}

impl Member<'_> {
    fn row(&self, variant: Variant, spot: Spot) -> Row {
        let mut values = BTreeMap::from([("member".to_owned(), Value::from(self.name))]);
        values.extend(variant.value.map(|value| ("value".to_owned(), value)));
        let id = format!("{}.{}", self.name, variant.id);
        let title = format!("{} {}", self.name, variant.says);
        Row::new(id, title, values, spot)
    }

    fn variants(&self, fault: MemberFault) -> Vec<Variant> {
        let text = |id, says, text: String| {
            let is_text = self.may_be("string");
            is_text.then(|| Variant::new(id, says, Some(Value::from(text))))
        };
        let one = match fault {
            MemberFault::Absent => self
                .required
                .then(|| Variant::new("absent", "is not there", None)),
            MemberFault::Null => {
                (!self.may_be("null")).then(|| Variant::new("null", "is null", Some(Value::Null)))
            }
            MemberFault::Empty => text("empty", "is empty", String::new()),
            MemberFault::Blank => text("blank", "is blank", "   ".to_owned()),
            MemberFault::Long => {
                let example = self.example();
                let example = example.as_str().unwrap_or_default();
                text("long", "is far too long", format!("{LONG}{example}"))
            }
            MemberFault::WrongType => return self.wrong_types(),
        };
        one.into_iter().collect()
    }

    fn wrong_types(&self) -> Vec<Variant> {
        let example = self.example();
        let types = [
            ("number", "wrong-type.number", "is a number", json!(42)),
            ("boolean", "wrong-type.boolean", "is a boolean", json!(true)),
            ("array", "wrong-type.array", "is an array", json!([example])),
            (
                "object",
                "wrong-type.object",
                "is an object",
                json!({"value": example}),
            ),
            ("string", "wrong-type.string", "is a text", json!("text")),
        ];
        types
            .into_iter()
            .filter(|(kind, ..)| !self.may_be(kind))
            .map(|(_, id, says, value)| Variant::new(id, says, Some(value)))
            .collect()
    }

    /// What the member is when it is right.
    fn example(&self) -> Value {
        let first = self.property.pointer("/examples/0");
        first.cloned().unwrap_or_else(|| Value::from("text"))
    }

    /// Whether this is one of the member's types; a member without any may be everything.
    fn may_be(&self, kind: &str) -> bool {
        let fits = |one: &Value| one == kind || (kind == "number" && one == "integer");
        match self.property.get("type") {
            None => true,
            Some(Value::Array(types)) => types.iter().any(fits),
            Some(one) => fits(one),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(schema: &Value, faults: &[MemberFault]) -> Vec<String> {
        let rows = rows(schema, &[], faults, Spot::default());
        rows.into_iter().map(|row| row.id).collect()
    }

    const ALL: [MemberFault; 6] = [
        MemberFault::Absent,
        MemberFault::Null,
        MemberFault::WrongType,
        MemberFault::Empty,
        MemberFault::Blank,
        MemberFault::Long,
    ];

    #[test]
    fn a_member_has_only_the_faults_that_its_schema_rules_out() {
        let schema = json!({"properties": {
            "count": {"type": ["integer", "null"]},
        }});
        assert_eq!(
            ids(&schema, &ALL),
            [
                "count.wrong-type.boolean",
                "count.wrong-type.array",
                "count.wrong-type.object",
                "count.wrong-type.string"
            ]
        );
        let schema = json!({"required": ["name"], "properties": {"name": {"type": "string"}}});
        assert_eq!(
            ids(&schema, &ALL),
            [
                "name.absent",
                "name.null",
                "name.wrong-type.number",
                "name.wrong-type.boolean",
                "name.wrong-type.array",
                "name.wrong-type.object",
                "name.empty",
                "name.blank",
                "name.long"
            ]
        );
        assert_eq!(
            ids(
                &json!({"properties": {"any": {}}}),
                &[MemberFault::WrongType, MemberFault::Null]
            )
            .len(),
            0
        );
    }

    #[test]
    fn an_absent_member_has_no_value() {
        let schema = json!({"required": ["a"], "properties": {"a": {"type": "string"}}});
        let rows = rows(&schema, &[], &[MemberFault::Absent], Spot::default());
        assert_eq!(rows[0].values["member"], "a");
        assert!(!rows[0].values.contains_key("value"));
    }
}
