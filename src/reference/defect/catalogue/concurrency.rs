//! What several users, or calls at the same time, have in common.

use super::{CREATED, answer};
use crate::reference::defect::{Area, Change, Crossing, Defect, Fault, Operation, StateFault};

/// Who shares a bearer shares the account.
const SHARED_BEARER: &[&str] = &["create.unique", "create.verifiable"];

const fn shares(on: Operation, member: &'static str) -> Fault {
    Fault::Crossing(Crossing::Shares { on, member })
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
        shares(Operation::CreateUser, "sessionID"),
    ),
    Defect::must(
        "crossing-creates-share-code-id",
        Area::Concurrency,
        &["create.unique", "create.verifiable"],
        "Of two creates at the same time the later is told the verification code id of the earlier.",
        shares(Operation::CreateUser, "verificationCodeID"),
    ),
    Defect::must(
        "crossing-gets-share-alias",
        Area::Concurrency,
        &["get.alias"],
        "Of two gets at the same time the later is told the alias of the earlier.",
        shares(Operation::GetUser, "alias"),
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
];
