//! What a compiled schema says of any body: what the crate says that knows all of JSON Schema.

use super::*;
use crate::model::Outline;
use proptest::prelude::*;
use serde_json::json;

fn types() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!("null"),
        json!("boolean"),
        json!("integer"),
        json!("number"),
        json!("string"),
        json!("array"),
        json!("object"),
        json!(["string", "null"]),
        json!(["integer", "object"]),
    ])
}

fn plain() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        "[ab\u{e9}\u{1f600}]{0,2}".prop_map(Value::from),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3_i64..4).prop_map(Value::from),
        (-3_i32..4).prop_map(|half| json!(f64::from(half) / 2.0)),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ]
}

fn body() -> impl Strategy<Value = Value> {
    prop_oneof![plain(), number()].prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[abc]{1}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn keyword(schema: BoxedStrategy<Value>) -> impl Strategy<Value = (String, Value)> {
    let named = |name: &'static str| move |value: Value| (name.to_owned(), value);
    let limits = || (-3_i64..4).prop_map(Value::from);
    let counts = || (0_u64..4).prop_map(Value::from);
    prop_oneof![
        types().prop_map(named("type")),
        plain().prop_map(named("const")),
        prop::collection::btree_set(0_usize..5, 1..4).prop_map(move |places| {
            let all = [json!(null), json!(true), json!("a"), json!(""), json!("b")];
            let chosen = places
                .into_iter()
                .filter_map(|place| all.get(place).cloned());
            ("enum".to_owned(), chosen.collect())
        }),
        prop::collection::btree_set("[abc]{1}", 0..3)
            .prop_map(|names| ("required".to_owned(), names.into_iter().collect())),
        prop::collection::hash_map("[abc]{1}", schema.clone(), 0..3).prop_map(|members| {
            (
                "properties".to_owned(),
                Value::Object(members.into_iter().collect()),
            )
        }),
        schema.clone().prop_map(named("additionalProperties")),
        schema.prop_map(named("items")),
        counts().prop_map(named("minLength")),
        counts().prop_map(named("maxLength")),
        counts().prop_map(named("minItems")),
        counts().prop_map(named("maxItems")),
        counts().prop_map(named("minProperties")),
        counts().prop_map(named("maxProperties")),
        limits().prop_map(named("minimum")),
        limits().prop_map(named("maximum")),
        limits().prop_map(named("exclusiveMinimum")),
        limits().prop_map(named("exclusiveMaximum")),
        Just(("title".to_owned(), json!("Words"))),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => types().prop_map(|one| json!({"type": one})),
        1 => any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop::collection::vec(keyword(inner.boxed()), 0..5)
            .prop_map(|keywords| Value::Object(keywords.into_iter().collect()))
    })
}

proptest! {
    /// `PROPTEST_CASES=1000000` tries more.
    #[test]
    fn it_says_what_the_crate_says(schema in schema(), bodies in prop::collection::vec(body(), 8)) {
        let crates = jsonschema::draft202012::new(&schema).unwrap();
        let shape = BodyShape::new(&schema);
        prop_assert!(shape.is_some(), "{schema} does not compile");
        for body in bodies {
            let text = body.to_string();
            let read: Value = serde_json::from_str(&text).unwrap();
            let outline = Outline::parse(text.as_bytes()).unwrap();
            let says = shape.as_ref().unwrap().admits(outline.root().unwrap());
            prop_assert_eq!(says, crates.is_valid(&read), "{} of {}", text, schema);
        }
    }
}

#[test]
fn what_it_does_not_know_is_left_to_the_crate() {
    for schema in [
        json!({"pattern": "a"}),
        json!({"format": "date-time"}),
        json!({"$ref": "#"}),
        json!({"properties": {"a": {"anyOf": [true]}}}),
        json!({"const": 1}),
        json!({"minimum": 0.5}),
        json!({"patternProperties": {}, "additionalProperties": false}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#"}),
    ] {
        assert!(BodyShape::new(&schema).is_none(), "{schema}");
    }
}
