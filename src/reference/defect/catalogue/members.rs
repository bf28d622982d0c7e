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

defects! {
    should Schema "create-session-id-no-uuid", &["create.body.uuid"], "The session id is no UUID." =>
        answer(CREATED, Change::Member("sessionID", shortened));
    should Schema "create-bearer-short", &["create.bearer.unguessable", "create.verifiable"], "The bearer is so short that it can be guessed." =>
        answer(CREATED, Change::Member("bearer", shortened));
    should Schema "create-ip-no-address", &["create.caller"], "The ip is a word." =>
        answer(CREATED, Change::Member("ip", a_word));
    should Schema "create-user-agent-constant", &["create.caller"], "The userAgent is always the same." =>
        answer(CREATED, Change::Member("userAgent", a_browser));
    should Schema "create-tells-code", &["create.code.secret"], "The answer to a create gives a code away." =>
        answer(CREATED, Change::Member("code", a_code));
    must Schema "get-alias-missing", &["get.alias"], "The answer to a get has no alias." =>
        answer(GOT, Change::Drop("alias"));
    must Schema "get-alias-null", &["get.alias"], "The alias in the answer to a get is null." =>
        answer(GOT, Change::Member("alias", null));
    must Schema "get-alias-empty", &["get.alias"], "The alias in the answer to a get is empty." =>
        answer(GOT, Change::Member("alias", empty));
    must Schema "get-alias-listed", &["get.alias"], "The alias in the answer to a get is a list." =>
        answer(GOT, Change::Member("alias", listed));
    must Schema "get-alias-as-number", &["get.alias"], "An alias of digits comes back as a number." =>
        answer(GOT, Change::Member("alias", digits_as_number));
    must Schema "get-alias-as-word", &["get.alias"], "An alias that is a word of JSON comes back as what it means." =>
        answer(GOT, Change::Member("alias", words_as_meant));
    must Schema "get-alias-misspelt", &["get.alias"], "The answer to a get spells alias as Alias." =>
        answer(GOT, Change::Json(alias_misspelt));
    should Schema "get-leaks-email", &["get.basic-only"], "The answer to a get tells the email." =>
        answer(GOT, Change::Member("email", an_email));
    should Schema "get-leaks-bearer", &["get.basic-only"], "The answer to a get tells a bearer." =>
        answer(GOT, Change::Member("bearer", a_word));
    should Schema "get-leaks-ip", &["get.basic-only"], "The answer to a get tells the ip." =>
        answer(GOT, Change::Member("ip", an_address));
    should Schema "get-leaks-password-hash", &["get.basic-only"], "The answer to a get tells the hash of a password." =>
        answer(GOT, Change::Member("passwordHash", a_word));
    should Schema "get-leaks-keys", &["get.basic-only"], "The answer to a get tells the key pairs." =>
        answer(GOT, Change::Member("keys", listed));
    must Schema "delete-message-missing", &["delete.body"], "The answer to a delete has no message." =>
        answer(DELETED, Change::Drop("message"));
    must Schema "delete-message-null", &["delete.body"], "The message in the answer to a delete is null." =>
        answer(DELETED, Change::Member("message", null));
    must Schema "delete-message-empty", &["delete.body"], "The message in the answer to a delete is empty." =>
        answer(DELETED, Change::Member("message", empty));
    must Schema "delete-message-ok", &["delete.body"], "The message in the answer to a delete is another word." =>
        answer(DELETED, Change::Member("message", a_word));
    must Schema "delete-message-capital", &["delete.body"], "The message in the answer to a delete begins with a capital letter." =>
        answer(DELETED, Change::Member("message", capital));
    must Schema "delete-message-listed", &["delete.body"], "The message in the answer to a delete is a list." =>
        answer(DELETED, Change::Member("message", listed));
}
