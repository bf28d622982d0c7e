//! What an author of a suite reads when something is wrong with it: the sentence, the place under
//! the caret, and the way out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize::contract::{Requirements, Schemas};
use assize::suite::{SuiteText, Vocabulary, builtin_suites, plan};

fn errors(text: &str) -> Vec<assize::suite::SuiteError> {
    let requirements = Requirements::builtin().unwrap();
    let schemas = Schemas::builtin().unwrap();
    let text = SuiteText {
        file: "my.yaml".to_owned(),
        text: text.to_owned(),
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    plan(&[text], vocabulary).err().unwrap_or_default()
}

/// Asserts on the first error: its place, its sentence, its help.
#[track_caller]
fn assert_error(text: &str, place: &str, sentence: &str, help: &str) {
    let errors = errors(text);
    let error = errors.first().unwrap();
    assert_eq!(error.to_string(), format!("my.yaml:{place}: {sentence}"));
    assert_eq!(error.problem.help().unwrap_or_default(), help);
}

const HEAD: &str = "suite: s\ntitle: t\ncases:\n  - id: a\n    title: t\n    proves: get.unknown\n";

fn case(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

#[test]
fn the_builtin_suites_are_sound() {
    let requirements = Requirements::builtin().unwrap();
    let schemas = Schemas::builtin().unwrap();
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let errors = plan(&builtin_suites(), vocabulary)
        .err()
        .unwrap_or_default();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn a_misspelt_key() {
    assert_error(
        &case("    stepz: []\n"),
        "7:5",
        "unknown key `stepz`",
        "did you mean `steps`?",
    );
}

#[test]
fn a_misspelt_key_deep_inside() {
    assert_error(
        &case(
            "    steps:\n      - name: n\n        request: {method: GET, path: /x}\n        expect: {statuss: 404}\n",
        ),
        "10:18",
        "unknown key `statuss`",
        "did you mean `status`?",
    );
}

#[test]
fn an_unknown_placeholder() {
    assert_error(
        &case(
            "    steps:\n      - name: n\n        request: {method: GET, path: \"/user/${emial}\"}\n        expect: {status: 404}\n",
        ),
        "9:45",
        "unknown placeholder `${emial}`",
        "did you mean `email`?",
    );
}

#[test]
fn a_capture_used_before_it_is_made() {
    assert_error(
        &case(
            "    steps:\n      - name: one\n        request: {method: GET, path: \"/user/${id}\"}\n        expect: {status: 404}\n      - name: two\n        request: {method: GET, path: /x}\n        expect: {status: 404}\n        capture: {id: /id}\n",
        ),
        "9:45",
        "`${id}` is used before it is made: step `two` captures it later",
        "",
    );
}

#[test]
fn an_unknown_schema() {
    assert_error(
        &case(
            "    steps:\n      - name: n\n        request: {method: GET, path: /x}\n        expect: {schema: sesion}\n",
        ),
        "10:26",
        "unknown schema `sesion`",
        "did you mean `session`?",
    );
}

#[test]
fn an_unknown_requirement() {
    assert_error(
        "suite: s\ntitle: t\ncases:\n  - id: a\n    title: t\n    proves: get.unknwon\n    steps:\n      - name: n\n        request: {method: GET, path: /x}\n        expect: {status: 404}\n",
        "6:13",
        "unknown requirement `get.unknwon`",
        "did you mean `get.unknown`?",
    );
}

#[test]
fn a_user_that_was_not_asked_for() {
    assert_error(
        &case(
            "    steps:\n      - name: n\n        request: {method: GET, path: \"/user/${user.id}\"}\n        expect: {status: 404}\n",
        ),
        "9:45",
        "`${user.id}` needs `user`, which this case does not ask for",
        "add `user` to its `needs`",
    );
}

#[test]
fn a_step_that_could_never_fail() {
    assert_error(
        &case("    steps:\n      - name: n\n        request: {method: GET, path: /x}\n"),
        "8:15",
        "the step `n` expects nothing, so it could never fail",
        "add an `expect`, or move the step to `given`",
    );
}

#[test]
fn an_id_used_twice() {
    let one = "  - id: a\n    title: t\n    proves: get.unknown\n    steps:\n      - name: n\n        request: {method: GET, path: /x}\n        expect: {status: 404}\n";
    assert_error(
        &format!("suite: s\ntitle: t\ncases:\n{one}{one}"),
        "11:9",
        "the id `a` is used twice; the first is at my.yaml:4:9",
        "",
    );
}

#[test]
fn an_unknown_need() {
    assert_error(
        &case("    needs: mailbx\n    steps: []\n"),
        "7:12",
        "unknown word `mailbx`",
        "did you mean `mailbox`?",
    );
}

#[test]
fn a_level_above_that_of_the_requirement() {
    assert_error(
        "suite: s\ntitle: t\ncases:\n  - id: a\n    title: t\n    level: must\n    proves: get.anonymous\n    steps:\n      - name: n\n        request: {method: GET, path: /x}\n        expect: {status: 404}\n",
        "4:9",
        "the level `must` is above that of the requirements proven, which is `should`",
        "",
    );
}

/// A case with this table, whose one step uses `${row.value}` in its body and `word` in its path.
fn table(each: &str, word: &str) -> String {
    case(&format!(
        "    each: {each}\n    steps:\n      - name: n\n        request: {{method: GET, path: \"/user/{word}\", json: \"${{row.value}}\"}}\n        expect: {{status: 404}}\n"
    ))
}

#[test]
fn a_value_that_no_row_has() {
    assert_error(
        &table("[{id: a, value: 1}, {id: b, value: 2}]", "${row.valeu}"),
        "10:45",
        "unknown placeholder `${row.valeu}`",
        "give `valeu` to a row of the case's `each`",
    );
}

#[test]
fn a_placeholder_inside_a_row() {
    assert_error(
        &table("[{id: a, value: 1}, {id: b, value: \"${emial}\"}]", "x"),
        "7:47",
        "unknown placeholder `${emial}`",
        "did you mean `email`?",
    );
}

#[test]
fn two_rows_of_one_id() {
    assert_error(
        &table("[{id: a, value: 1}, {id: a, value: 2}]", "x"),
        "7:36",
        "the id `a.a` is used twice; the first is at my.yaml:7:17",
        "",
    );
}

#[test]
fn a_part_of_a_text_that_a_row_leaves_out() {
    assert_error(
        &table("[{id: a, value: 1}, {id: b}]", "x${row.value}"),
        "7:36",
        "the row `b` has no `value`, which cannot be left out here",
        "",
    );
}

#[test]
fn a_value_of_the_rows_that_nothing_uses() {
    assert_error(
        &table("[{id: a, value: 1, more: 2}]", "x"),
        "7:11",
        "the case never uses `${row.more}`",
        "",
    );
}

#[test]
fn a_table_without_rows() {
    assert_error(&table("[]", "x"), "7:11", "`each` makes no case", "");
}

#[test]
fn a_request_and_a_member_that_there_are_none_of() {
    assert_error(
        &table("{request: creat, faults: [absent]}", "x"),
        "7:21",
        "unknown request `creat`",
        "did you mean `create`?",
    );
    assert_error(
        &table("{request: create, members: [emial], faults: [absent]}", "x"),
        "7:39",
        "unknown word `emial`",
        "did you mean `email`?",
    );
}

#[test]
fn an_unknown_filter() {
    assert_error(
        &case(
            "    steps:\n      - name: n\n        request: {method: GET, path: \"/user/${uuid|prefx:3}\"}\n        expect: {status: 404}\n",
        ),
        "9:45",
        "unknown filter `prefx:3`",
        "did you mean `prefix:N`?",
    );
}

#[test]
fn text_that_is_not_yaml() {
    let errors = errors("suite: [");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].place.line, 1);
}

const SCENARIO: &str = "suite: s\ntitle: t\nscenarios:\n  - id: a\n    title: t\n    proves: get.unknown\n    slo: [p99 < 50ms, SLO]\n    steps:\n      - name: get unknown\n        request: {method: GET, path: /user/x}\n        expect: {status: 404}\n";

#[test]
fn thresholds_of_a_scenario() {
    let with = |slo: &str| SCENARIO.replace("SLO", slo);
    assert!(errors(&with("get unknown errors < 1%")).is_empty());
    assert_error(
        &with("p9x < 1ms"),
        "7:23",
        "`slo` has a mistake: not a measure; write one such as `p99 < 50ms`, `max < 1s`, `errors < 0.1%`, `rate >= 99%` or `OPERATION p99.9 < 200ms`",
        "",
    );
    assert_error(
        &with("delete max < 1s"),
        "7:23",
        "`slo` names no step of the scenario, which has get unknown",
        "",
    );
}

/// A case whose one step sends and expects this.
fn step(request: &str, expect: &str) -> String {
    case(&format!(
        "    steps:\n      - name: n\n        request: {request}\n        expect: {expect}\n"
    ))
}

/// A plain scalar, what is wrong with it, and the way out.
const AMBIGUOUS: [(&str, &str, &str); 6] = [
    (
        "0x1F",
        "`0x1F` is a number to some and a text to others",
        "write it in quotation marks if the text is meant: '0x1F'",
    ),
    (
        "+4989123",
        "`+4989123` is a number to YAML, but not to JSON",
        "write it in quotation marks if the text is meant: '+4989123'",
    ),
    (
        ".5",
        "`.5` is a number to YAML, but not to JSON",
        "write it in quotation marks if the text is meant: '.5'",
    ),
    (
        "~",
        "`~` is nothing to YAML",
        "write null, or '~' for the text",
    ),
    (
        "True",
        "`True` is a truth value to YAML",
        "write true, or 'True' for the text",
    ),
    (
        "18446744073709551616",
        "`18446744073709551616` is a number that cannot be kept to its last digit",
        "write '18446744073709551616' for the text; as a number, send it in a body of `text` and expect it by `matches`",
    ),
];

#[test]
fn plain_scalars_that_are_not_what_they_look_like() {
    let body = |value: &str| {
        step(
            &format!("{{method: POST, path: /x, json: {{a: {value}}}}}"),
            "{status: 404}",
        )
    };
    for (written, sentence, help) in AMBIGUOUS {
        assert_error(&body(written), "9:53", sentence, help);
        assert!(errors(&body(&format!("'{written}'"))).is_empty());
    }
    for fine in [
        "off",
        "No",
        "y",
        "012345",
        "000000",
        "1_000",
        "1e3",
        "2026-01-01",
    ] {
        assert!(errors(&body(fine)).is_empty(), "{fine}");
    }
}

#[test]
fn an_expected_object_is_not_taken_for_tests_nor_tests_for_an_object() {
    let expect = |value: &str| {
        step(
            "{method: GET, path: /x}",
            &format!("{{json: {{/a: {value}}}}}"),
        )
    };
    for fine in [
        "[a, {b: 1}]",
        "{name: x, age: 3}",
        "{}",
        "{equals: {matches: x}}",
        "{<: 1, \">=\": 0, present: true}",
        "{not: [1]}",
    ] {
        let errors = errors(&expect(fine));
        assert!(errors.is_empty(), "{fine}: {}", errors[0]);
    }
    let sentence = |value: &str| errors(&expect(value))[0].to_string();
    for (value, part) in [
        (
            "{contains: x, name: y}",
            "`name` is not a test as its neighbours are; to expect an object, write `equals: {…}`",
        ),
        (
            "{contians: x, contain: y}",
            "`contians` is not a test; did you mean `contains`? to expect an object, write `equals: {…}`",
        ),
        (
            "{<: soon}",
            "is compared with a number by `<` and its like, not with \"soon\"",
        ),
        ("{present: false}", "expects nothing here"),
    ] {
        let sentence = sentence(value);
        assert!(sentence.starts_with("my.yaml:10:"), "{sentence}");
        assert!(sentence.contains(part), "{sentence}");
    }
}

/// A request, where what is wrong with it stands, what that is, and the way out.
const UNSENDABLE: [(&str, &str, &str, &str); 10] = [
    (
        "{method: G T, path: /x}",
        "9:27",
        "`method` cannot be sent: it is not one word",
        "write one such as GET",
    ),
    (
        "{method: GET, path: /x, headers: {'a b': c}}",
        "9:53",
        "`headers` cannot be sent: this is not the name of a header",
        "take letters, digits and hyphens",
    ),
    (
        "{method: GET, path: /x, headers: {Content-Length: '3'}}",
        "9:52",
        "`headers` cannot be sent: the client writes this header itself, so that there would be two",
        "leave it out",
    ),
    (
        "{method: GET, path: /x, headers: {transfer-encoding: chunked}}",
        "9:52",
        "`headers` cannot be sent: the client writes this header itself, so that there would be two",
        "leave it out",
    ),
    (
        "{method: GET, path: /x, headers: {Host: [a, b]}}",
        "9:52",
        "`headers` cannot be sent: a request has one host",
        "write one value",
    ),
    (
        "{method: GET, path: /x, headers: {a: \"b\\nc\"}}",
        "9:55",
        "`headers` cannot be sent: a value has a line end or another control character",
        "write it in one line, without `|` or `>`",
    ),
    (
        "{method: GET, path: /a b}",
        "9:38",
        "`path` cannot be sent: ' ' must be percent-encoded in it",
        "write it as % and two hexadecimal digits, or as a text in a placeholder: ${' '}",
    ),
    (
        "{method: GET, path: /a/../b}",
        "9:38",
        "`path` cannot be sent: clients take out the segments `.` and `..`",
        "leave them out",
    ),
    (
        "{method: GET, path: x}",
        "9:38",
        "`path` begins with `/` and follows the base URL, or is a captured location and nothing else",
        "",
    ),
    (
        "{method: GET, path: \"${uuid}\"}",
        "9:38",
        "`path` begins with `/` and follows the base URL, or is a captured location and nothing else",
        "",
    ),
];

#[test]
fn what_would_fail_when_it_is_sent() {
    for (request, place, sentence, help) in UNSENDABLE {
        assert_error(&step(request, "{status: 404}"), place, sentence, help);
    }
    for status in ["999", "42", "600", "6xx"] {
        let errors = errors(&step(
            "{method: GET, path: /x}",
            &format!("{{status: {status}}}"),
        ));
        let sentence = errors[0].to_string();
        assert!(
            sentence.contains("a status code from 100 to 599"),
            "{sentence}"
        );
        assert!(sentence.starts_with("my.yaml:10:"), "{sentence}");
    }
}

#[test]
fn a_status_of_a_row() {
    let with = |each: &str, expect: &str| {
        case(&format!(
            "    each: {each}\n    steps:\n      - name: n\n        request: {{method: GET, path: \"/${{row.id}}\"}}\n        expect: {expect}\n"
        ))
    };
    let rows = "[{id: a, value: 404}, {id: b, value: [401, 4xx]}]";
    for expect in [
        "{status: \"${row.value}\"}",
        "{on: \"${row.value}\", status: [\"${row.value}\", 500]}",
    ] {
        let errors = errors(&with(rows, expect));
        assert!(errors.is_empty(), "{}", errors[0]);
    }
    assert_error(
        &with("[{id: a, value: 999}]", "{status: \"${row.value}\"}"),
        "7:17",
        "`status` cannot be what the row says: invalid value: integer `999`, expected a status code from 100 to 599 such as 404, or a class such as 4xx",
        "",
    );
    assert_error(
        &with(
            "[{id: a, value: 404}]",
            "{status: \"${row.valeu}\", same-status-class: \"${row.value}\"}",
        ),
        "11:26",
        "unknown placeholder `${row.valeu}`",
        "give `valeu` to a row of the case's `each`",
    );
}

#[test]
fn a_step_that_varies_what_it_cannot() {
    let steps = |vary: &str, rest: &str| {
        case(&format!(
            "    steps:\n      - name: n\n        vary: {vary}\n        {rest}\n"
        ))
    };
    let get = "request: {method: GET, path: /x}\n        expect: {status: 404}";
    assert_error(
        &steps("{value: \"${uuid}\", as: v, by: [swop-case]}", get),
        "9:46",
        "unknown filter `swop-case`",
        "did you mean `swap-case`?",
    );
    assert_error(
        &steps("{value: \"a${uuid}\", as: v, by: [upper]}", get),
        "9:23",
        "`value` varies one value, such as `${user.email}`",
        "",
    );
    for vary in [
        "{as: v, by: [upper]}",
        "{value: \"${uuid}\", as: v}",
        "{value: \"${uuid}\", as: v, by: [upper], in: [a]}",
    ] {
        let errors = errors(&steps(vary, get));
        let said = errors.first().unwrap().problem.to_string();
        let sentence = "`vary` takes a `value` and filters under `by`, or texts under `in`";
        assert_eq!(said, sentence, "{vary}");
    }
    let mail = "mail: {to: \"${email}\", capture: c}";
    let errors = errors(&steps("{as: v, in: [a]}", mail));
    let said: Vec<String> = errors.iter().map(|one| one.problem.to_string()).collect();
    let sentence = "`vary` stands beside a `request`".to_owned();
    assert!(said.contains(&sentence), "{said:?}");
}
