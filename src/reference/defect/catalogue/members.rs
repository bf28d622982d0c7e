//! Members of the other answers, and members that should not be there.

use serde_json::{Value, json};

use super::{CREATED, DELETED, GOT, answer};
use crate::reference::defect::{Area, Change, Defect};

/// What a bearer or an id is cut to, in characters.
const SHORT: usize = 8;

fn null(_: &Value) -> Value {
    Value::Null
}

fn empty(_: &Value) -> Value {
    "".into()
}

fn listed(value: &Value) -> Value {
    json!([value])
}

fn shortened(value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    text.chars().take(SHORT).collect::<String>().into()
}

fn a_word(_: &Value) -> Value {
    "done".into()
}

fn a_browser(_: &Value) -> Value {
    "Mozilla/5.0".into()
}

fn a_code(_: &Value) -> Value {
    "012345".into()
}

fn an_email(_: &Value) -> Value {
    "john@doe.net".into()
}

fn an_address(_: &Value) -> Value {
    "192.0.2.1".into()
}

fn capital(_: &Value) -> Value {
    "Acknowledged".into()
}

fn digits_as_number(value: &Value) -> Value {
    let number = value.as_str().and_then(|text| text.parse::<u64>().ok());
    number.map_or_else(|| value.clone(), Value::from)
}

fn words_as_meant(value: &Value) -> Value {
    match value.as_str() {
        Some("null") => Value::Null,
        Some("true") => true.into(),
        _ => value.clone(),
    }
}

fn alias_misspelt(answer: &Value) -> Value {
    json!({"Alias": answer.get("alias")})
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::should(
        "create-session-id-no-uuid",
        Area::Schema,
        &["create.body.uuid"],
        "The session id is no UUID.",
        answer(CREATED, Change::Member("sessionID", shortened)),
    ),
    Defect::should(
        "create-bearer-short",
        Area::Schema,
        &["create.bearer.unguessable", "create.verifiable"],
        "The bearer is so short that it can be guessed.",
        answer(CREATED, Change::Member("bearer", shortened)),
    ),
    Defect::should(
        "create-ip-no-address",
        Area::Schema,
        &["create.caller"],
        "The ip is a word.",
        answer(CREATED, Change::Member("ip", a_word)),
    ),
    Defect::should(
        "create-user-agent-constant",
        Area::Schema,
        &["create.caller"],
        "The userAgent is always the same.",
        answer(CREATED, Change::Member("userAgent", a_browser)),
    ),
    Defect::should(
        "create-tells-code",
        Area::Schema,
        &["create.code.secret"],
        "The answer to a create gives a code away.",
        answer(CREATED, Change::Member("code", a_code)),
    ),
    Defect::must(
        "get-alias-missing",
        Area::Schema,
        &["get.alias"],
        "The answer to a get has no alias.",
        answer(GOT, Change::Drop("alias")),
    ),
    Defect::must(
        "get-alias-null",
        Area::Schema,
        &["get.alias"],
        "The alias in the answer to a get is null.",
        answer(GOT, Change::Member("alias", null)),
    ),
    Defect::must(
        "get-alias-empty",
        Area::Schema,
        &["get.alias"],
        "The alias in the answer to a get is empty.",
        answer(GOT, Change::Member("alias", empty)),
    ),
    Defect::must(
        "get-alias-listed",
        Area::Schema,
        &["get.alias"],
        "The alias in the answer to a get is a list.",
        answer(GOT, Change::Member("alias", listed)),
    ),
    Defect::must(
        "get-alias-as-number",
        Area::Schema,
        &["get.alias"],
        "An alias of digits comes back as a number.",
        answer(GOT, Change::Member("alias", digits_as_number)),
    ),
    Defect::must(
        "get-alias-as-word",
        Area::Schema,
        &["get.alias"],
        "An alias that is a word of JSON comes back as what it means.",
        answer(GOT, Change::Member("alias", words_as_meant)),
    ),
    Defect::must(
        "get-alias-misspelt",
        Area::Schema,
        &["get.alias"],
        "The answer to a get spells alias as Alias.",
        answer(GOT, Change::Json(alias_misspelt)),
    ),
    Defect::should(
        "get-leaks-email",
        Area::Schema,
        &["get.basic-only"],
        "The answer to a get tells the email.",
        answer(GOT, Change::Member("email", an_email)),
    ),
    Defect::should(
        "get-leaks-bearer",
        Area::Schema,
        &["get.basic-only"],
        "The answer to a get tells a bearer.",
        answer(GOT, Change::Member("bearer", a_word)),
    ),
    Defect::should(
        "get-leaks-ip",
        Area::Schema,
        &["get.basic-only"],
        "The answer to a get tells the ip.",
        answer(GOT, Change::Member("ip", an_address)),
    ),
    Defect::should(
        "get-leaks-password-hash",
        Area::Schema,
        &["get.basic-only"],
        "The answer to a get tells the hash of a password.",
        answer(GOT, Change::Member("passwordHash", a_word)),
    ),
    Defect::should(
        "get-leaks-keys",
        Area::Schema,
        &["get.basic-only"],
        "The answer to a get tells the key pairs.",
        answer(GOT, Change::Member("keys", listed)),
    ),
    Defect::must(
        "delete-message-missing",
        Area::Schema,
        &["delete.body"],
        "The answer to a delete has no message.",
        answer(DELETED, Change::Drop("message")),
    ),
    Defect::must(
        "delete-message-null",
        Area::Schema,
        &["delete.body"],
        "The message in the answer to a delete is null.",
        answer(DELETED, Change::Member("message", null)),
    ),
    Defect::must(
        "delete-message-empty",
        Area::Schema,
        &["delete.body"],
        "The message in the answer to a delete is empty.",
        answer(DELETED, Change::Member("message", empty)),
    ),
    Defect::must(
        "delete-message-ok",
        Area::Schema,
        &["delete.body"],
        "The message in the answer to a delete is another word.",
        answer(DELETED, Change::Member("message", a_word)),
    ),
    Defect::must(
        "delete-message-capital",
        Area::Schema,
        &["delete.body"],
        "The message in the answer to a delete begins with a capital letter.",
        answer(DELETED, Change::Member("message", capital)),
    ),
    Defect::must(
        "delete-message-listed",
        Area::Schema,
        &["delete.body"],
        "The message in the answer to a delete is a list.",
        answer(DELETED, Change::Member("message", listed)),
    ),
];
