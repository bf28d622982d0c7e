//! What a table makes of a case.

use serde_json::{Value, json};

use crate::contract::{Requirements, Schemas};
use crate::suite::{
    Action, BodyTemplate, Case, ExchangeStep, Generation, JsonTemplate, JsonTest, Rule, Source,
    SuiteText, Template, Vocabulary, plan,
};

/// The cases of a suite with one case, which goes on as given.
fn cases(rest: &str) -> Vec<Case> {
    let requirements = Requirements::builtin().unwrap();
    let schemas = Schemas::builtin().unwrap();
    let text = SuiteText {
        file: "my.yaml".to_owned(),
        text: format!("suite: s\ntitle: t\ncases:\n  - id: s.case\n{rest}"),
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    plan(&[text], vocabulary)
        .unwrap_or_else(|errors| panic!("{errors:?}"))
        .cases
}

fn exchange(case: &Case) -> &ExchangeStep {
    match &case.steps[0].action {
        Action::Exchange(exchange) => exchange,
        other => panic!("{other:?}"),
    }
}

/// A template with generated values in it.
fn rendered(case: &Case, template: &Template) -> String {
    let generation = Generation::new(1, "a{tag}@x.test").unwrap();
    let mut values = case.variables.empty_values();
    for (id, variable) in case.variables.iter() {
        if let Source::Generated(generator) = variable.source {
            values.set(id, generation.value(generator, "c", &variable.name, 0));
        }
    }
    template.render(&values).unwrap()
}

/// The body that the first step sends.
fn body(case: &Case) -> Option<String> {
    match exchange(case).request.body.as_ref()? {
        BodyTemplate::Text(text) => Some(rendered(case, text)),
        BodyTemplate::Bytes(bytes) => Some(format!("{bytes:?}")),
    }
}

fn json_body(case: &Case) -> Value {
    serde_json::from_str(&body(case).unwrap()).unwrap()
}

const BODIES: &str = r#"    title: Bodies
    proves: create.malformed
    each:
      - {id: number, value: 42, title: a number}
      - {id: list.of-one, value: ["a", null]}
      - {id: nothing, value: null}
      - {id: text, value: "say \"no\""}
      - {id: absent}
    steps:
      - name: send ${row.id}
        request: {method: POST, path: /tasks, json: {one: "${row.value}", many: ["${row.value}", 1]}}
        expect: {status: 400}
"#;

#[test]
fn each_row_is_a_case_with_an_id_and_a_title_and_a_place_of_its_own() {
    let cases = cases(&BODIES.replace("send ${row.id}", "send"));
    let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "s.case.number",
            "s.case.list.of-one",
            "s.case.nothing",
            "s.case.text",
            "s.case.absent"
        ]
    );
    assert_eq!(cases[0].title, "Bodies: a number");
    assert_eq!(cases[1].title, "Bodies: list of one");
    assert_eq!(cases[1].place.to_string(), "my.yaml:9:14");
}

#[test]
fn a_value_of_any_type_stands_whole_in_json_and_one_left_out_is_absent() {
    let cases = cases(&BODIES.replace("send ${row.id}", "send"));
    let bodies: Vec<Value> = cases.iter().map(json_body).collect();
    assert_eq!(
        bodies,
        [
            json!({"many": [42, 1], "one": 42}),
            json!({"many": [["a", null], 1], "one": ["a", null]}),
            json!({"many": [null, 1], "one": null}),
            json!({"many": ["say \"no\"", 1], "one": "say \"no\""}),
            json!({"many": [1]}),
        ]
    );
}

#[test]
fn headers_bodies_paths_and_expectations_take_the_values_of_the_row() {
    let cases = cases(
        r#"    title: The ${row.word} thing
    proves: "get.${row.word}"
    each:
      - {id: one, word: unknown, header: [a, "${uuid}"], body: "${token|prefix:3}", said: 1}
      - {id: two, word: alias, title: never shown}
    steps:
      - name: "${row.word}"
        request:
          method: GET
          path: "/tasks/${row.word}"
          headers: {X-More: "${row.header}"}
          text: "${row.body}"
        expect: {proves: "get.${row.word}", json: {"/${row.word}": "${row.said}"}}
"#,
    );
    let (one, two) = (&cases[0], &cases[1]);
    assert_eq!(one.title, "The unknown thing");
    assert_eq!(one.steps[0].name, "unknown");
    assert_eq!(one.requirements[0].as_str(), "get.unknown");
    assert_eq!(rendered(two, &exchange(two).request.path), "/tasks/alias");
    let named = |case: &Case| {
        let headers = &exchange(case).request.headers;
        headers.iter().filter(|(name, _)| name == "X-More").count()
    };
    assert_eq!((named(one), named(two)), (2, 0));
    assert_eq!(body(one).unwrap().len(), 3);
    assert_eq!(body(two), None);
    let test = |case: &Case| match &exchange(case).expectations[0].rule {
        Rule::Json { pointer, test } => (pointer.clone(), test.clone()),
        other => panic!("{other:?}"),
    };
    assert!(
        matches!(test(one), (pointer, JsonTest::Equals(JsonTemplate::Fixed(value))) if pointer == "/unknown" && value == 1)
    );
    assert!(matches!(test(two), (_, JsonTest::Absent)));
}

#[test]
fn the_schema_of_a_request_gives_rows_whose_member_takes_the_place_of_the_one_written() {
    let cases = cases(
        r#"    title: A create request is refused if
    proves: "create.request.${row.member}.required"
    each: {request: create, members: [alias, email], faults: [absent, null]}
    steps:
      - name: create
        request:
          method: POST
          path: /tasks
          json: {email: "${email}", fullName: Ann, alias: ann, "${row.member}": "${row.value}"}
        expect: {status: 400}
"#,
    );
    let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "s.case.email.absent",
            "s.case.email.null",
            "s.case.alias.absent",
            "s.case.alias.null"
        ]
    );
    assert_eq!(
        cases[1].title,
        "A create request is refused if: email is null"
    );
    assert_eq!(
        json_body(&cases[0]),
        json!({"alias": "ann", "fullName": "Ann"})
    );
    assert_eq!(
        json_body(&cases[1]),
        json!({"alias": "ann", "email": null, "fullName": "Ann"})
    );
}
