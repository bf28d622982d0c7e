//! What an outline says of any text: what a tree of it says.

use super::*;
use proptest::prelude::*;

fn tree(text: &str) -> Value {
    Outline::parse(text.as_bytes())
        .unwrap()
        .root()
        .unwrap()
        .to_value()
}

#[test]
fn values_are_read_as_serde_json_reads_them() {
    for text in [
        "null",
        "true",
        "-1",
        "18446744073709551615",
        "1.5e3",
        "\"a\\u00e9\"",
        "[1,[2],{}]",
        "{\"b\":{\"a\":1},\"a\":{\"a\":1}}",
    ] {
        let usual: Value = serde_json::from_str(text).unwrap();
        assert_eq!(tree(text), usual, "{text}");
    }
}

#[test]
fn what_is_not_one_value_is_refused() {
    let deep = "[".repeat(100_000);
    let mut many: Vec<_> = (0..50).map(|number| format!("\"m{number}\":1")).collect();
    many.push("\"m\\u0037\":2".to_owned());
    let many = format!("{{{}}}", many.join(","));
    for (text, reason) in [
        ("{\"a\":1,\"a\":1}", "the member \"a\" twice"),
        ("[{\"a\":{\"b\":1,\"b\":2}}]", "the member \"b\" twice"),
        ("{\"a\":1,\"\\u0061\":1}", "the member \"a\" twice"),
        (&many, "the member \"m7\" twice"),
        ("{} {}", "trailing characters"),
        ("\u{feff}{}", "expected value"),
        ("1e400", "out of range"),
        (&deep, "recursion limit"),
    ] {
        let error = Outline::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c~/\"\\\\é]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-c~/0é]{0,2}", inner, 0..12)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_tree_of_it_is_that_of_serde_json(value in any_value(), pretty in any::<bool>()) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let outline = Outline::parse(text.as_bytes()).unwrap();
        let root = outline.root().unwrap();
        let usual: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&root.to_value(), &usual);
        prop_assert!(root == usual);
    }

    #[test]
    fn a_pointer_finds_what_it_finds_in_a_tree(
        value in any_value(),
        pointer in "(/([a-c0é]|~0|~1|[0-3]|00|\\+1){0,2}){0,3}|[a-c]",
    ) {
        let text = value.to_string();
        let usual: Value = serde_json::from_str(&text).unwrap();
        let outline = Outline::parse(text.as_bytes()).unwrap();
        let found = outline.root().unwrap().pointer(&pointer).map(JsonNode::to_value);
        prop_assert_eq!(found.as_ref(), usual.pointer(&pointer));
    }

    #[test]
    fn bytes_are_refused_as_serde_json_refuses_them(
        bytes in prop::collection::vec(prop::sample::select(&b"{}[]\",:\\u00e9 1.-etruefalsnul\xc3\xa9\x00\n"[..]), 0..12),
    ) {
        let usual: serde_json::Result<Value> = serde_json::from_slice(&bytes);
        let read = Outline::parse(&bytes);
        match (&usual, &read) {
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("twice")),
            (usual, read) => prop_assert_eq!(usual.is_ok(), read.is_ok()),
        }
    }
}
