//! What several users, or calls at the same time, have in common.

use super::{CREATED, answer};
use crate::reference::defect::Operation::{CreateUser, DeleteUser, GetUser};
use crate::reference::defect::{
    Area, Asked, Calls, Change, Crossing, Defect, Fault, Operation, Replies, StateFault,
};

/// Who shares a bearer shares the account.
const SHARED_BEARER: &[&str] = &["create.unique", "create.verifiable"];

const fn shares(on: Operation, member: &'static str) -> Fault {
    Fault::Crossing(Crossing::Shares { on, member })
}

const fn refuses(
    on: Operation,
    during: Operation,
    about: fn(&Asked) -> Option<String>,
    status: u16,
) -> Fault {
    Fault::Crossing(Crossing::Refuses {
        on,
        during,
        about,
        status,
    })
}

fn the_email(asked: &Asked) -> Option<String> {
    asked.text("email")
}

fn tagged(asked: &Asked) -> bool {
    asked.text("email").is_some_and(|email| email.contains('+'))
}

fn in_capitals(asked: &Asked) -> bool {
    let email = asked.text("email").unwrap_or_default();
    email.bytes().any(|letter| letter.is_ascii_uppercase())
}

/// What all calls have in common.
fn the_api(asked: &Asked) -> Option<String> {
    (!asked.method.is_empty()).then(String::new)
}

/// Whose account it is; nobody's, if there is no bearer.
fn the_bearer(asked: &Asked) -> Option<String> {
    asked.bearer().map(str::to_owned)
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "sessions-share-session-id",
        Area::Concurrency,
        &["create.unique"],
        "All sessions have one session id.",
        answer(CREATED, Change::Repeat("sessionID")),
    ),
    Defect::must(
        "third-session-shares-session-id",
        Area::Concurrency,
        &["create.unique"],
        "Every third session has the session id of the first.",
        answer(CREATED.every(3), Change::Repeat("sessionID")),
    ),
    Defect::must(
        "sessions-share-code-id",
        Area::Concurrency,
        &["create.unique", "create.verifiable"],
        "All sessions have one verification code id.",
        answer(CREATED, Change::Repeat("verificationCodeID")),
    ),
    Defect::must(
        "third-session-shares-code-id",
        Area::Concurrency,
        &["create.unique", "create.verifiable"],
        "Every third session has the verification code id of the first.",
        answer(CREATED.every(3), Change::Repeat("verificationCodeID")),
    ),
    Defect::must(
        "sessions-share-bearer",
        Area::Concurrency,
        SHARED_BEARER,
        "All sessions have one bearer.",
        answer(CREATED, Change::Repeat("bearer")),
    ),
    Defect::must(
        "third-session-shares-bearer",
        Area::Concurrency,
        SHARED_BEARER,
        "Every third session has the bearer of the first.",
        answer(CREATED.every(3), Change::Repeat("bearer")),
    ),
    Defect::must(
        "third-get-alias-of-another",
        Area::Concurrency,
        &["get.alias"],
        "Every third reading has the alias of the user created last.",
        Fault::State(StateFault::LatestAlias { every: 3 }),
    ),
    Defect::must(
        "crossing-creates-share-session-id",
        Area::Concurrency,
        &["create.unique"],
        "Of two creates at the same time the later is told the session id of the earlier.",
        shares(CreateUser, "sessionID"),
    ),
    Defect::must(
        "crossing-creates-share-code-id",
        Area::Concurrency,
        &["create.unique", "create.verifiable"],
        "Of two creates at the same time the later is told the verification code id of the earlier.",
        shares(CreateUser, "verificationCodeID"),
    ),
    Defect::must(
        "crossing-gets-share-alias",
        Area::Concurrency,
        &["get.alias"],
        "Of two gets at the same time the later is told the alias of the earlier.",
        shares(GetUser, "alias"),
    ),
    Defect::must(
        "crossing-deletes-lose-one",
        Area::Concurrency,
        &[
            "delete.gone",
            "delete.gone-at-once",
            "delete.dead-credentials",
        ],
        "Of two deletes at the same time the later is acknowledged and forgotten.",
        Fault::Crossing(Crossing::LosesDelete),
    ),
    Defect::should(
        "every-other-plus-tag-refused",
        Area::Concurrency,
        &["create.email.consistent"],
        "Every other create whose email has a plus tag is refused.",
        answer(CREATED.when(tagged).every(2), Change::Refuse(400)),
    ),
    Defect::should(
        "every-other-taken-email-in-capitals-granted",
        Area::Concurrency,
        &["create.email.consistent"],
        "Every other create of an email that is taken in another letter case is granted.",
        answer(
            Calls::new(&[CreateUser], Replies::Refused)
                .when(in_capitals)
                .every(2),
            Change::Grant,
        ),
    ),
    Defect::should(
        "crossing-creates-of-one-email-409",
        Area::Concurrency,
        &["create.race"],
        "Of two creates of one email at the same time the later is answered with 409.",
        refuses(CreateUser, CreateUser, the_email, 409),
    ),
    Defect::must(
        "crossing-creates-of-one-email-500",
        Area::Concurrency,
        &["error.no-5xx"],
        "Of two creates of one email at the same time the later is answered with 500.",
        refuses(CreateUser, CreateUser, the_email, 500),
    ),
    Defect::must(
        "crossing-creates-409",
        Area::Concurrency,
        &["create.account", "create.race"],
        "Of two creates at the same time the later is answered with 409.",
        refuses(CreateUser, CreateUser, the_api, 409),
    ),
    Defect::must(
        "crossing-deletes-500",
        Area::Concurrency,
        &["error.no-5xx"],
        "Of two deletes of one account at the same time the later is answered with 500.",
        refuses(DeleteUser, DeleteUser, the_bearer, 500),
    ),
    Defect::must(
        "get-during-delete-500",
        Area::Concurrency,
        &["error.no-5xx"],
        "A get while a delete is under way is answered with 500.",
        refuses(GetUser, DeleteUser, the_api, 500),
    ),
];
