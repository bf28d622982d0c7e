//! A value that came in an answer goes back as it came, and is known again.

use proptest::prelude::*;
use serde_json::Value;
use std::time::Duration;

use super::*;
use crate::check::{Context, judge};
use crate::contract::{Requirements, Schemas};
use crate::model::Response;
use crate::suite::{BodyTemplate, Operation, SuiteText, Vocabulary, plan};

const SUITE: &str = r#"
suite: s
title: t
scenarios:
  - id: a
    title: t
    steps:
      - name: read
        request: {method: GET, path: /x}
        expect: {status: 200}
        capture: {it: /it}
      - name: send
        request: {method: POST, path: /x, json: {it: "${it}", "a \" b": ["${it}", "x", 1.0]}}
        expect: {status: 200, json: {/it: "${it}", "": {other: [1, "é"], it: "${it}"}}}
"#;

fn operations() -> (Vec<Operation>, Values) {
    let requirements = Requirements::builtin().unwrap();
    let schemas = Schemas::builtin().unwrap();
    let text = SuiteText {
        file: "my.yaml".to_owned(),
        text: SUITE.to_owned(),
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let plan = plan(&[text], vocabulary).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let scenario = plan.scenarios.into_iter().next().unwrap();
    let values = scenario.variables.empty_values();
    (scenario.operations, values)
}

fn response(body: String) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

/// JSON texts of all kinds, without blanks between their parts.
fn json() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?";
    let text = any::<String>().prop_map(|text| Value::from(text).to_string());
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|truth| truth.to_string()),
        number,
        any::<i64>().prop_map(|number| number.to_string()),
        text,
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::btree_map("[a-z\"\\\\é]{0,4}", inner, 0..4).prop_map(|members| {
                let members = members.into_iter();
                let members = members.map(|(name, json)| format!("{}:{json}", Value::from(name)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn a_captured_value_goes_back_as_it_came_and_is_known_again(it in json()) {
        let (operations, mut values) = operations();
        let came = response(format!("{{\"other\":[1.0,\"\\u00e9\"], \"it\" :\n{it} }}"));
        let answer = (&came, Duration::ZERO);
        let subject = Subject::new(&answer);
        capture(&operations[0].exchange.captures, &subject, &mut values).unwrap();

        let send = &operations[1].exchange;
        let Some(BodyTemplate::Text(body)) = &send.request.body else {
            panic!("the step sends a text");
        };
        let sent = body.render(&values).unwrap();
        prop_assert_eq!(sent, format!("{{\"it\":{it},\"a \\\" b\":[{it},\"x\",1.0]}}"));

        let context = Context { values: &values, unix_now: 0 };
        prop_assert_eq!(judge(&send.expectations, &subject, context), Vec::new());
        for other in ["7007007.5", "\"another\"", "{\"it\":1}", "[null,null,null,null,null]"] {
            let came = response(format!("{{\"it\":{other}}}"));
            let answer = (&came, Duration::ZERO);
            let findings = judge(&send.expectations, &Subject::new(&answer), context);
            prop_assert_eq!(findings.len(), 2, "{}", other);
        }
    }
}
