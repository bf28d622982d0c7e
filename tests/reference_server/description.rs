//! The `OpenAPI` description: served, and true.

use assize::contract::OPENAPI;
use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use crate::support::{Reply, Site, send};

const BASE_PATH: &str = "/api/auth/v2";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(OPENAPI).unwrap());

/// Which schema of the description says the same as which schema of the contract's answers.
const SAME: [(&str, &str); 5] = [
    ("acknowledged", "Acknowledged"),
    ("key-pair", "KeyPair"),
    ("session", "Session"),
    ("session-detail", "SessionDetail"),
    ("user", "User"),
];

/// A part of the document, by way of its reference if it is one.
fn resolved(part: &'static Value) -> &'static Value {
    match part["$ref"].as_str() {
        Some(reference) => DOCUMENT
            .pointer(reference.strip_prefix('#').unwrap())
            .unwrap(),
        None => part,
    }
}

/// Compiles a schema of the document, once.
fn validator(schema: &'static Value) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap();
    let entry = compiled.entry(schema.to_string());
    let validator = entry.or_insert_with(|| {
        // References begin at the root, so the root must have what they lead to.
        let mut whole = schema.clone();
        whole["components"] = DOCUMENT["components"].clone();
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        Arc::new(options.build(&whole).unwrap())
    });
    Arc::clone(validator)
}

/// Whether a template such as `/user/{id}` stands for a path.
fn stands_for(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(part, segment)| part == segment || part.starts_with('{'))
}

/// The operation that a request asks for, if it is described. A path without parameters comes first.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.strip_prefix(BASE_PATH)?;
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let item = paths.get(path).or_else(|| {
        let mut matching = paths
            .iter()
            .filter(|(template, _)| stands_for(template, path));
        matching.next().map(|(_, item)| item)
    })?;
    item.get(method.as_str().to_lowercase())
}

/// Fails unless the answer to a described operation is one that the description has.
pub(crate) fn assert_described(method: &Method, path: &str, reply: &Reply) {
    let Some(operation) = operation(method, path) else {
        return;
    };
    let status = reply.status.as_str();
    let described = resolved(&operation["responses"][status]);
    assert!(
        described.is_object(),
        "{method} {path}: {status} is not described"
    );
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let header = resolved(header);
        let value = reply.headers[name.as_str()].to_str().unwrap();
        assert!(
            validator(&header["schema"]).is_valid(&json!(value)),
            "{name}"
        );
    }
    let schema = &described["content"]["application/json"]["schema"];
    let errors: Vec<String> = validator(schema)
        .iter_errors(&reply.body)
        .map(|error| error.instance_path().to_string())
        .collect();
    assert!(
        errors.is_empty(),
        "{method} {path}, {status}: see {errors:?}"
    );
}

#[tokio::test]
async fn the_description_is_served_as_json() {
    let site = Site::open().await;
    let reply = send(site.get("/openapi.json")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, *DOCUMENT);
    assert_eq!(reply.body["openapi"], "3.1.0");
    assert_eq!(reply.body["servers"][0]["url"], BASE_PATH);
    site.close().await;
}

#[tokio::test]
async fn every_described_operation_is_there() {
    let site = Site::open().await;
    let mut tried = 0;
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = path.replace("{id}", "5f35d2c4-5633-4b16-bbf0-5ca22ef8ea2e");
            let reply = send(site.request(method.clone(), &path)).await;
            let text = reply.headers["x-error"].to_str().unwrap();
            assert!(!text.contains("route"), "{method} {path}: {text}");
            tried += 1;
        }
    }
    assert_eq!(tried, 15);
    site.close().await;
}

#[test]
fn every_operation_describes_a_failure_of_the_server_and_every_error_its_headers() {
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("500"), "{method} {path}");
            for (status, response) in responses {
                let headers = &resolved(response)["headers"];
                for name in ["x-error", "x-error-id"] {
                    let is_error = !["200", "202"].contains(&status.as_str());
                    assert_eq!(headers[name].is_object(), is_error, "{method} {path}");
                }
            }
        }
    }
    for header in DOCUMENT["components"]["headers"]
        .as_object()
        .unwrap()
        .values()
    {
        assert_eq!(header["required"], true);
    }
}

/// Words of a schema that say nothing about what is valid.
const REMARKS: [&str; 4] = ["$schema", "$id", "title", "description"];

/// Fails unless a schema demands all that another does.
fn assert_demands(schema: &Value, other: &Value, place: &str) {
    match (schema, other) {
        (Value::Object(schema), Value::Object(other)) => {
            for (word, demand) in other {
                if !REMARKS.contains(&word.as_str()) {
                    assert_demands(&schema[word], demand, &format!("{place}/{word}"));
                }
            }
        }
        (Value::Array(schema), Value::Array(other)) => {
            for demand in other {
                assert!(schema.contains(demand), "{place} lacks {demand}");
            }
        }
        _ => assert_eq!(schema, other, "{place}"),
    }
}

#[test]
fn the_described_answers_demand_what_the_contract_demands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/answers");
    let names: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        })
        .collect();
    let compared: BTreeSet<String> = SAME.map(|(name, _)| name.to_owned()).into();
    assert_eq!(names, compared);
    for (name, described) in SAME {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let answer = serde_json::from_str(&text).unwrap();
        let schema = &DOCUMENT["components"]["schemas"][described];
        assert_demands(schema, &answer, described);
    }
}
