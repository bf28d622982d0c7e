//! Refused creates with a wrong status, and server errors where a refusal belongs.

use super::{CREATE_INVALID, answer};
use crate::reference::defect::{Area, Asked, CallKind, Change, Defect, Fault, Refuser};
use crate::reference::{Members, NewAccount};

/// Longer members are very long ones, in bytes.
const LONG_NAME: usize = 512;
/// Everything that a member can be reproached with.
const INVALID_MEMBERS: &[&str] = &[
    "create.request.email.required",
    "create.request.email.string",
    "create.request.email.address",
    "create.request.email.impossible",
    "create.request.fullName.required",
    "create.request.fullName.string",
    "create.request.alias.required",
    "create.request.alias.string",
];

fn json_but_no_object(asked: &Asked) -> bool {
    asked.json().is_some_and(|value| !value.is_object())
}

fn beyond_basic_plane(asked: &Asked) -> bool {
    let alias = asked.text("alias").unwrap_or_default();
    alias.chars().any(|letter| letter > '\u{ffff}')
}

fn nul_in_body(asked: &Asked) -> bool {
    asked
        .text("alias")
        .is_some_and(|alias| alias.contains('\0'))
}

fn long_name(asked: &Asked) -> bool {
    let long = |member| {
        asked
            .text(member)
            .is_some_and(|text| text.len() > LONG_NAME)
    };
    long("alias") && long("fullName")
}

/// A request with nothing to reproach but that its email is taken.
fn sound(asked: &Asked) -> bool {
    let members = Members::parse(&asked.body);
    members.is_ok_and(|members| NewAccount::from_members(&members).is_ok())
        && !not_declared_as_json(asked)
}

fn not_declared_as_json(asked: &Asked) -> bool {
    asked.media_type != "application/json" && !asked.has_empty_body()
}

defects! {
    must Status "create-malformed-422", &["create.malformed", "error.status-set"], "Malformed JSON is answered with 422." =>
        answer(CREATE_INVALID.when(Asked::has_malformed_body), Change::Refuse(422));
    must Status "create-malformed-500", &["create.malformed", "error.no-5xx"], "Malformed JSON is answered with 500." =>
        answer(CREATE_INVALID.when(Asked::has_malformed_body), Change::Refuse(500));
    must Status "create-empty-body-500", &["create.malformed", "error.no-5xx"], "An empty body is answered with 500." =>
        answer(CREATE_INVALID.when(Asked::has_empty_body), Change::Refuse(500));
    must Status "create-not-an-object-500", &["create.malformed", "error.no-5xx"], "JSON that is not an object is answered with 500." =>
        answer(CREATE_INVALID.when(json_but_no_object), Change::Refuse(500));
    must Status "create-wrong-type-500", &["create.request.email.string", "create.request.fullName.string", "create.request.alias.string", "error.no-5xx"], "A member of a wrong type is answered with 500." =>
        answer(CREATE_INVALID.when(Asked::has_wrong_type), Change::Refuse(500));
    must Status "create-invalid-403", INVALID_MEMBERS, "An invalid member is answered with 403." =>
        answer(CREATE_INVALID.when(Asked::has_object), Change::Refuse(403));
    must Status "create-invalid-404", INVALID_MEMBERS, "An invalid member is answered with 404." =>
        answer(CREATE_INVALID.when(Asked::has_object), Change::Refuse(404));
    must Status "create-emoji-500", &["error.no-5xx"], "An alias with characters beyond the basic plane is answered with 500." =>
        Fault::Refuser(Refuser { on: CallKind::CreateUser, when: beyond_basic_plane, status: 500 });
    must Status "create-control-500", &["error.no-5xx"], "An alias with a NUL in it is answered with 500." =>
        Fault::Refuser(Refuser { on: CallKind::CreateUser, when: nul_in_body, status: 500 });
    must Status "create-long-name-500", &["error.no-5xx"], "A very long name is answered with 500." =>
        answer(CREATE_INVALID.when(long_name), Change::Refuse(500));
    must Status "create-taken-email-500", &["error.no-5xx"], "An email that is taken is answered with 500." =>
        answer(CREATE_INVALID.when(sound), Change::Refuse(500));
    should Status "create-taken-email-409", &["error.status-set"], "An email that is taken is answered with 409." =>
        answer(CREATE_INVALID.when(sound), Change::Refuse(409));
    must Status "create-media-type-500", &["error.no-5xx"], "A body that is not declared as JSON is answered with 500." =>
        answer(CREATE_INVALID.when(not_declared_as_json), Change::Refuse(500));
}
