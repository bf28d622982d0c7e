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

defects! {
    must Schema "create-bearer-missing", &["create.body.bearer"], "The answer to a create has no bearer." =>
        answer(CREATED, Change::Drop("bearer"));
    must Schema "create-bearer-null", &["create.body.bearer"], "The bearer in the answer to a create is null." =>
        answer(CREATED, Change::Member("bearer", null));
    must Schema "create-bearer-empty", &["create.body.bearer"], "The bearer in the answer to a create is empty." =>
        answer(CREATED, Change::Member("bearer", empty));
    must Schema "create-bearer-list", &["create.body.bearer"], "The bearer in the answer to a create is a list." =>
        answer(CREATED, Change::Member("bearer", list));
    must Schema "create-session-id-missing", &["create.body.sessionID"], "The answer to a create has no sessionID." =>
        answer(CREATED, Change::Drop("sessionID"));
    must Schema "create-session-id-null", &["create.body.sessionID"], "The sessionID in the answer to a create is null." =>
        answer(CREATED, Change::Member("sessionID", null));
    must Schema "create-session-id-empty", &["create.body.sessionID"], "The sessionID in the answer to a create is empty." =>
        answer(CREATED, Change::Member("sessionID", empty));
    must Schema "create-session-id-number", &["create.body.sessionID"], "The sessionID in the answer to a create is a number." =>
        answer(CREATED, Change::Member("sessionID", number));
    must Schema "create-expire-at-missing", &["create.body.expireAt"], "The answer to a create has no expireAt." =>
        answer(CREATED, Change::Drop("expireAt"));
    must Schema "create-expire-at-null", &["create.body.expireAt"], "The expireAt in the answer to a create is null." =>
        answer(CREATED, Change::Member("expireAt", null));
    must Schema "create-expire-at-text", &["create.body.expireAt"], "The expireAt in the answer to a create is a text." =>
        answer(CREATED, Change::Member("expireAt", text));
    must Schema "create-ip-missing", &["create.body.ip"], "The answer to a create has no ip." =>
        answer(CREATED, Change::Drop("ip"));
    must Schema "create-ip-null", &["create.body.ip"], "The ip in the answer to a create is null." =>
        answer(CREATED, Change::Member("ip", null));
    must Schema "create-ip-empty", &["create.body.ip"], "The ip in the answer to a create is empty." =>
        answer(CREATED, Change::Member("ip", empty));
    must Schema "create-ip-number", &["create.body.ip"], "The ip in the answer to a create is a number." =>
        answer(CREATED, Change::Member("ip", number));
    must Schema "create-user-agent-missing", &["create.body.userAgent"], "The answer to a create has no userAgent." =>
        answer(CREATED, Change::Drop("userAgent"));
    must Schema "create-user-agent-null", &["create.body.userAgent"], "The userAgent in the answer to a create is null." =>
        answer(CREATED, Change::Member("userAgent", null));
    must Schema "create-user-agent-empty", &["create.body.userAgent"], "The userAgent in the answer to a create is empty." =>
        answer(CREATED, Change::Member("userAgent", empty));
    must Schema "create-user-agent-object", &["create.body.userAgent"], "The userAgent in the answer to a create is an object." =>
        answer(CREATED, Change::Member("userAgent", object));
    must Schema "create-code-id-missing", &["create.body.verificationCodeID"], "The answer to a create has no verificationCodeID." =>
        answer(CREATED, Change::Drop("verificationCodeID"));
    must Schema "create-code-id-null", &["create.body.verificationCodeID"], "The verificationCodeID in the answer to a create is null." =>
        answer(CREATED, Change::Member("verificationCodeID", null));
    must Schema "create-code-id-empty", &["create.body.verificationCodeID"], "The verificationCodeID in the answer to a create is empty." =>
        answer(CREATED, Change::Member("verificationCodeID", empty));
    must Schema "create-code-id-number", &["create.body.verificationCodeID"], "The verificationCodeID in the answer to a create is a number." =>
        answer(CREATED, Change::Member("verificationCodeID", number));
    must Schema "create-expire-at-fraction", &["create.body.expireAt"], "The expireAt in the answer to a create is a fraction of milliseconds." =>
        answer(CREATED, Change::Member("expireAt", fraction));
    must Schema "create-expire-at-past", &["create.body.expireAt"], "The expireAt in the answer to a create is past." =>
        answer(CREATED, Change::Member("expireAt", past));
    must Schema "create-expire-at-zero", &["create.body.expireAt"], "The expireAt in the answer to a create is 0." =>
        answer(CREATED, Change::Member("expireAt", zero));
    must Schema "create-expire-at-date", &["create.body.expireAt"], "The expireAt in the answer to a create is a date as a text." =>
        answer(CREATED, Change::Member("expireAt", date));
    must Schema "create-session-id-misspelt", &["create.body.sessionID"], "The answer to a create spells sessionID as sessionId." =>
        answer(CREATED, Change::Json(session_id_misspelt));
    must Schema "create-members-nested", ALL_MEMBERS, "The members of the answer to a create stand in an object of their own." =>
        answer(CREATED, Change::Json(nested));
}
