//! Members of the answer to a create.

use serde_json::{Value, json};

use super::{CREATED, answer};
use crate::reference::defect::{Area, Change, Defect};

const ALL_MEMBERS: &[&str] = &[
    "create.body.bearer",
    "create.body.sessionID",
    "create.body.expireAt",
    "create.body.ip",
    "create.body.userAgent",
    "create.body.verificationCodeID",
];

/// The time in the document's own example, long past.
const PAST: i64 = 1_674_492_894;

fn null(_: &Value) -> Value {
    Value::Null
}

fn empty(_: &Value) -> Value {
    "".into()
}

fn number(_: &Value) -> Value {
    4711.into()
}

fn list(value: &Value) -> Value {
    json!([value])
}

fn object(value: &Value) -> Value {
    json!({"name": value})
}

fn text(value: &Value) -> Value {
    value.to_string().into()
}

fn fraction(value: &Value) -> Value {
    (value.as_f64().unwrap_or_default() * 1e3 + 0.5).into()
}

fn past(_: &Value) -> Value {
    PAST.into()
}

fn zero(_: &Value) -> Value {
    0.into()
}

fn date(_: &Value) -> Value {
    "2999-01-01T00:00:00Z".into()
}

fn session_id_misspelt(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(members) = answer.as_object_mut()
        && let Some(id) = members.remove("sessionID")
    {
        members.insert("sessionId".to_owned(), id);
    }
    answer
}

fn nested(answer: &Value) -> Value {
    json!({"data": answer})
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "create-bearer-missing",
        Area::Schema,
        &["create.body.bearer"],
        "The answer to a create has no bearer.",
        answer(CREATED, Change::Drop("bearer")),
    ),
    Defect::must(
        "create-bearer-null",
        Area::Schema,
        &["create.body.bearer"],
        "The bearer in the answer to a create is null.",
        answer(CREATED, Change::Member("bearer", null)),
    ),
    Defect::must(
        "create-bearer-empty",
        Area::Schema,
        &["create.body.bearer"],
        "The bearer in the answer to a create is empty.",
        answer(CREATED, Change::Member("bearer", empty)),
    ),
    Defect::must(
        "create-bearer-list",
        Area::Schema,
        &["create.body.bearer"],
        "The bearer in the answer to a create is a list.",
        answer(CREATED, Change::Member("bearer", list)),
    ),
    Defect::must(
        "create-session-id-missing",
        Area::Schema,
        &["create.body.sessionID"],
        "The answer to a create has no sessionID.",
        answer(CREATED, Change::Drop("sessionID")),
    ),
    Defect::must(
        "create-session-id-null",
        Area::Schema,
        &["create.body.sessionID"],
        "The sessionID in the answer to a create is null.",
        answer(CREATED, Change::Member("sessionID", null)),
    ),
    Defect::must(
        "create-session-id-empty",
        Area::Schema,
        &["create.body.sessionID"],
        "The sessionID in the answer to a create is empty.",
        answer(CREATED, Change::Member("sessionID", empty)),
    ),
    Defect::must(
        "create-session-id-number",
        Area::Schema,
        &["create.body.sessionID"],
        "The sessionID in the answer to a create is a number.",
        answer(CREATED, Change::Member("sessionID", number)),
    ),
    Defect::must(
        "create-expire-at-missing",
        Area::Schema,
        &["create.body.expireAt"],
        "The answer to a create has no expireAt.",
        answer(CREATED, Change::Drop("expireAt")),
    ),
    Defect::must(
        "create-expire-at-null",
        Area::Schema,
        &["create.body.expireAt"],
        "The expireAt in the answer to a create is null.",
        answer(CREATED, Change::Member("expireAt", null)),
    ),
    Defect::must(
        "create-expire-at-text",
        Area::Schema,
        &["create.body.expireAt"],
        "The expireAt in the answer to a create is a text.",
        answer(CREATED, Change::Member("expireAt", text)),
    ),
    Defect::must(
        "create-ip-missing",
        Area::Schema,
        &["create.body.ip"],
        "The answer to a create has no ip.",
        answer(CREATED, Change::Drop("ip")),
    ),
    Defect::must(
        "create-ip-null",
        Area::Schema,
        &["create.body.ip"],
        "The ip in the answer to a create is null.",
        answer(CREATED, Change::Member("ip", null)),
    ),
    Defect::must(
        "create-ip-empty",
        Area::Schema,
        &["create.body.ip"],
        "The ip in the answer to a create is empty.",
        answer(CREATED, Change::Member("ip", empty)),
    ),
    Defect::must(
        "create-ip-number",
        Area::Schema,
        &["create.body.ip"],
        "The ip in the answer to a create is a number.",
        answer(CREATED, Change::Member("ip", number)),
    ),
    Defect::must(
        "create-user-agent-missing",
        Area::Schema,
        &["create.body.userAgent"],
        "The answer to a create has no userAgent.",
        answer(CREATED, Change::Drop("userAgent")),
    ),
    Defect::must(
        "create-user-agent-null",
        Area::Schema,
        &["create.body.userAgent"],
        "The userAgent in the answer to a create is null.",
        answer(CREATED, Change::Member("userAgent", null)),
    ),
    Defect::must(
        "create-user-agent-empty",
        Area::Schema,
        &["create.body.userAgent"],
        "The userAgent in the answer to a create is empty.",
        answer(CREATED, Change::Member("userAgent", empty)),
    ),
    Defect::must(
        "create-user-agent-object",
        Area::Schema,
        &["create.body.userAgent"],
        "The userAgent in the answer to a create is an object.",
        answer(CREATED, Change::Member("userAgent", object)),
    ),
    Defect::must(
        "create-code-id-missing",
        Area::Schema,
        &["create.body.verificationCodeID"],
        "The answer to a create has no verificationCodeID.",
        answer(CREATED, Change::Drop("verificationCodeID")),
    ),
    Defect::must(
        "create-code-id-null",
        Area::Schema,
        &["create.body.verificationCodeID"],
        "The verificationCodeID in the answer to a create is null.",
        answer(CREATED, Change::Member("verificationCodeID", null)),
    ),
    Defect::must(
        "create-code-id-empty",
        Area::Schema,
        &["create.body.verificationCodeID"],
        "The verificationCodeID in the answer to a create is empty.",
        answer(CREATED, Change::Member("verificationCodeID", empty)),
    ),
    Defect::must(
        "create-code-id-number",
        Area::Schema,
        &["create.body.verificationCodeID"],
        "The verificationCodeID in the answer to a create is a number.",
        answer(CREATED, Change::Member("verificationCodeID", number)),
    ),
    Defect::must(
        "create-expire-at-fraction",
        Area::Schema,
        &["create.body.expireAt"],
        "The expireAt in the answer to a create is a fraction of milliseconds.",
        answer(CREATED, Change::Member("expireAt", fraction)),
    ),
    Defect::must(
        "create-expire-at-past",
        Area::Schema,
        &["create.body.expireAt"],
        "The expireAt in the answer to a create is past.",
        answer(CREATED, Change::Member("expireAt", past)),
    ),
    Defect::must(
        "create-expire-at-zero",
        Area::Schema,
        &["create.body.expireAt"],
        "The expireAt in the answer to a create is 0.",
        answer(CREATED, Change::Member("expireAt", zero)),
    ),
    Defect::must(
        "create-expire-at-date",
        Area::Schema,
        &["create.body.expireAt"],
        "The expireAt in the answer to a create is a date as a text.",
        answer(CREATED, Change::Member("expireAt", date)),
    ),
    Defect::must(
        "create-session-id-misspelt",
        Area::Schema,
        &["create.body.sessionID"],
        "The answer to a create spells sessionID as sessionId.",
        answer(CREATED, Change::Json(session_id_misspelt)),
    ),
    Defect::must(
        "create-members-nested",
        Area::Schema,
        ALL_MEMBERS,
        "The members of the answer to a create stand in an object of their own.",
        answer(CREATED, Change::Json(nested)),
    ),
];
