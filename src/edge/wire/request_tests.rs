//! What goes over the wire, byte for byte.

use super::endpoint::Endpoint;
use super::request::{RequestBuffer, RequestWriter, UnsendableError};
use crate::contract::{Requirements, Schemas};
use crate::model::TransferErrorKind;
use crate::suite::{
    RequestTemplate, Scenario, Segment, SuiteText, Template, Values, Vocabulary, plan,
};

pub(super) fn scenario(request: &str) -> Scenario {
    let (requirements, schemas) = (
        Requirements::builtin().unwrap(),
        Schemas::builtin().unwrap(),
    );
    let text = format!(
        "suite: s\ntitle: t\nscenarios:\n  - id: a\n    title: t\n    proves: [get.alias]\n    needs: known-user\n    steps:\n      - name: ask\n        request: {request}\n        expect: {{status: 200}}\n"
    );
    let text = SuiteText {
        file: "load.yaml".to_owned(),
        text,
    };
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let plan = plan(&[text], vocabulary).unwrap_or_else(|errors| panic!("{}", errors[0]));
    plan.scenarios.into_iter().next().unwrap()
}

fn values(scenario: &Scenario, known: &[(&str, &str)]) -> Values {
    let mut values = scenario.variables.empty_values();
    for (name, value) in known {
        values.set(scenario.variables.find(name).unwrap(), (*value).to_owned());
    }
    values
}

fn writer(scenario: &Scenario, url: &str) -> Result<RequestWriter, UnsendableError> {
    RequestWriter::new(&scenario.operations, &Endpoint::parse(url).unwrap())
}

fn sent(url: &str, request: &str, known: &[(&str, &str)]) -> String {
    let scenario = scenario(request);
    let writer = writer(&scenario, url).unwrap();
    let mut buffer = RequestBuffer::default();
    // Twice into the same memory: nothing of the first may be left.
    for _ in 0..2 {
        writer
            .write(0, &values(&scenario, known), &mut buffer)
            .unwrap();
    }
    let text = String::from_utf8(buffer.bytes().to_vec()).unwrap();
    text.replace(
        concat!("user-agent: assize/", env!("CARGO_PKG_VERSION"), "\r\n"),
        "",
    )
    .replace("accept-encoding: identity\r\n", "")
    .replace("\r\n", "\n")
}

#[test]
fn a_get_names_the_host_and_encodes_the_path() {
    assert_eq!(
        sent(
            "http://127.0.0.1:8080/api/v2/",
            "{method: GET, path: '/user/${known.id}?x=1'}",
            &[("known.id", "a/b c")],
        ),
        "GET /api/v2/user/a%2Fb%20c?x=1 HTTP/1.1\nhost: 127.0.0.1:8080\n\n"
    );
}

#[test]
fn hosts_are_named_as_the_url_names_them() {
    for (url, host) in [
        ("http://example.com", "example.com"),
        ("https://example.com:443", "example.com"),
        ("https://example.com:8443", "example.com:8443"),
        ("http://[::1]:80", "[::1]"),
        ("http://[::1]:81", "[::1]:81"),
    ] {
        let text = sent(url, "{method: GET, path: /}", &[]);
        assert_eq!(text, format!("GET / HTTP/1.1\nhost: {host}\n\n"));
    }
}

#[test]
fn a_body_with_gaps_is_measured_in_bytes() {
    assert_eq!(
        sent(
            "http://h",
            "{method: POST, path: /user, json: {alias: '${known.alias}'}}",
            &[("known.alias", "é\"\n")],
        ),
        "POST /user HTTP/1.1\nhost: h\ncontent-type: application/json\ncontent-length: 18\n\n{\"alias\":\"é\\\"\\n\"}"
    );
}

#[test]
fn a_body_without_gaps_and_none_at_all() {
    for (request, expected) in [
        (
            "{method: PUT, path: /, text: 'hé'}",
            "PUT / HTTP/1.1\nhost: h\ncontent-type: application/json\ncontent-length: 3\n\nhé",
        ),
        (
            "{method: POST, path: /}",
            "POST / HTTP/1.1\nhost: h\ncontent-length: 0\n\n",
        ),
        (
            "{method: DELETE, path: /}",
            "DELETE / HTTP/1.1\nhost: h\n\n",
        ),
    ] {
        assert_eq!(sent("http://h", request, &[]), expected);
    }
}

#[test]
fn headers_are_sent_as_written_and_the_own_ones_give_way() {
    assert_eq!(
        sent(
            "http://h",
            "{method: DELETE, path: /, headers: {Authorization: 'Bearer ${known.bearer}', Host: other, User-Agent: me}}",
            &[("known.bearer", "tok")],
        ),
        "DELETE / HTTP/1.1\nAuthorization: Bearer tok\nHost: other\nUser-Agent: me\n\n"
    );
}

#[test]
fn a_value_that_would_break_a_header_or_is_missing_is_not_sent() {
    let scenario = scenario("{method: GET, path: /, headers: {x: '${known.bearer}'}}");
    let writer = writer(&scenario, "http://h").unwrap();
    for known in [
        &[("known.bearer", "a\r\nb: c")] as &[_],
        &[("known.bearer", "a\0")],
        &[],
    ] {
        let error = writer
            .write(0, &values(&scenario, known), &mut RequestBuffer::default())
            .unwrap_err();
        assert_eq!(error.kind, TransferErrorKind::Request);
        assert!(!error.detail.contains("b: c"));
    }
}

#[test]
fn what_cannot_be_sent_at_all_is_refused_before_the_load() {
    let text = |text: &str| Template::new(vec![Segment::Text(text.to_owned())]);
    let written = scenario("{method: GET, path: /, headers: {a: x}}");
    let refused = |change: &dyn Fn(&mut RequestTemplate)| {
        let mut scenario = written.clone();
        change(&mut scenario.operations[0].exchange.request);
        writer(&scenario, "http://h").unwrap_err()
    };
    // No suite says so, since reading it refuses that; the writer keeps to it by itself.
    for (error, reason) in [
        (
            refused(&|request| request.method = "G T".to_owned()),
            "\"G T\" is not a method",
        ),
        (
            refused(&|request| request.path = text("/a b")),
            "its path has a space or another character that must be encoded",
        ),
        (
            refused(&|request| request.headers[0].0 = "a b".to_owned()),
            "\"a b\" is not a header name",
        ),
        (
            refused(&|request| request.headers[0].1 = text("x\ny")),
            "the value of the header a cannot be sent",
        ),
        (
            refused(&|request| request.headers[0].0 = "Content-Length".to_owned()),
            "the header Content-Length is written by the client itself",
        ),
    ] {
        assert_eq!(
            error.to_string(),
            format!("the operation ask cannot be sent: {reason}")
        );
    }
    for url in ["ftp://h", "h", "http://", "unix:/x"] {
        assert!(Endpoint::parse(url).is_err(), "{url}");
    }
}
