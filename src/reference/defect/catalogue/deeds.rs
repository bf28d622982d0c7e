//! What is done besides what was asked, and what a refusal does all the same.

use super::{CREATE_INVALID, CREATED, DELETE_FORBIDDEN, DELETE_UNAUTHENTICATED, DELETED};
use crate::reference::defect::intake::{body, member};
use crate::reference::defect::load::verifies;
use crate::reference::defect::{
    Area, Asked, CallKind, Calls, Deed, Defect, Fault, Intake, Refuser, Replies, conditions, deed,
};

/// What is not true any more of somebody who was deleted by another.
const OTHERS: &[&str] = &[
    "delete.own",
    "delete.foreign",
    "create.account",
    "get.alias",
    "delete.bearer",
    "delete.api-key",
];
/// What is not true any more of somebody whom a later create removed.
const REPLACED: &[&str] = &[
    "create.account",
    "get.alias",
    "create.verifiable",
    "delete.bearer",
    "delete.api-key",
];
const UNPROVED: &[&str] = &["create.verifiable", "delete.unverified"];

const NEIGHBOUR: &[CallKind] = &[CallKind::Neighbour];
const VERIFIED: Calls = Calls::new(NEIGHBOUR, Replies::Granted).when(verifies);
const NOT_VERIFIED: Calls = Calls::new(NEIGHBOUR, Replies::Refused).when(verifies);
const PAIR_VERIFIED: Calls = Calls::new(NEIGHBOUR, Replies::Granted).when(verifies_pair);
const NOT_SHOWN: Calls = Calls::new(NEIGHBOUR, Replies::Refused).when(shows_session);

fn verifies_pair(asked: &Asked) -> bool {
    asked.method == "PUT" && asked.path.starts_with("/keypair/verification")
}

fn shows_session(asked: &Asked) -> bool {
    asked.method == "GET" && asked.path.starts_with("/session")
}

fn both(asked: &Asked) -> bool {
    asked.has_bearer() && asked.key().is_some() && asked.secret().is_some()
}

fn pair_with_bad_secret(asked: &Asked) -> bool {
    asked.has_pair()
}

macro_rules! does {
    ($calls:expr, $does:ident) => {
        does!($calls, $does, 0)
    };
    ($calls:expr, $does:ident, $after:expr) => {
        Fault::Deed(Deed {
            calls: $calls,
            after_ms: $after,
            does: deed::$does,
        })
    };
}

const fn denied(member: &'static str, so: fn(Option<&serde_json::Value>) -> bool) -> Fault {
    Fault::DeniedIntake(Intake::Member(member, so))
}

const NO_CREATE: Fault = Fault::Refuser(Refuser {
    on: CallKind::CreateUser,
    when: Asked::any,
    status: 400,
});

defects! {
    // An acknowledged act has its whole effect and no other.
    must State "delete-takes-same-alias", OTHERS, "With an account all others of the same alias are deleted." =>
        does!(DELETED, removes_same_alias);
    must State "delete-takes-same-name", OTHERS, "With an account all others of the same full name are deleted." =>
        does!(DELETED, removes_same_name);
    must State "delete-takes-same-domain", OTHERS, "With an account all others whose email has the same domain are deleted." =>
        does!(DELETED, removes_same_domain);
    must State "delete-takes-all", OTHERS, "With an account all others are deleted." =>
        does!(DELETED, removes_all);
    must State "delete-takes-previous", OTHERS, "With an account the one that was created before it is deleted." =>
        does!(DELETED, removes_previous);
    must State "delete-takes-oldest", OTHERS, "With an account the oldest is deleted." =>
        does!(DELETED, removes_oldest);
    must State "delete-takes-unverified", OTHERS, "With an account all that are not verified are deleted." =>
        does!(DELETED, removes_unverified);
    must State "create-takes-same-alias", REPLACED, "A new account replaces the elder ones of the same alias." =>
        does!(CREATED, removes_same_alias);
    must State "create-takes-same-name", REPLACED, "A new account replaces the elder ones of the same full name." =>
        does!(CREATED, removes_same_name);
    must State "create-takes-unverified", REPLACED, "A new account replaces those that are not verified." =>
        does!(CREATED, removes_unverified);
    must State "verification-takes-same-alias", REPLACED, "Verifying a session removes the other accounts of the same alias." =>
        does!(VERIFIED, removes_same_alias);
    must State "verification-verifies-all-sessions", UNPROVED, "Verifying a session verifies all sessions of its user." =>
        does!(VERIFIED, verifies_all_sessions);
    must State "verification-verifies-same-alias", UNPROVED, "Verifying a session verifies those of all users with the same alias." =>
        does!(VERIFIED, verifies_same_alias);
    must State "pair-verification-verifies-sessions", UNPROVED, "Verifying a key pair verifies all sessions of its user." =>
        does!(PAIR_VERIFIED, verifies_all_sessions);
    must State "delete-by-both-takes-holder-of-key", &["delete.foreign", "delete.own"], "A delete by a bearer and the key pair of another is refused, and the other is gone." =>
        does!(DELETE_UNAUTHENTICATED.when(both), removes_holder_of_key);
    must State "delete-by-both-takes-holder-of-bearer", &["delete.foreign", "delete.own"], "A delete by a bearer and the key pair of another is refused, and the holder of the bearer is gone." =>
        does!(DELETE_UNAUTHENTICATED.when(both), removes_subject);
    // A refusal has no effect.
    must State "wrong-code-verifies-unsaid", &["create.verifiable"], "A wrong code is refused, and the session is verified." =>
        does!(NOT_VERIFIED, verifies_subject);
    must State "wrong-code-verifies-after-1-s", &["create.verifiable"], "A wrong code is refused, and 1 s later the session is verified." =>
        does!(NOT_VERIFIED, verifies_subject, 1_000);
    must State "unverified-look-verifies", UNPROVED, "A session that is not verified is verified when it is refused to be shown." =>
        does!(NOT_SHOWN, verifies_caller);
    must State "unverified-delete-verifies", UNPROVED, "A session that is not verified is refused a delete, and verified." =>
        does!(DELETE_FORBIDDEN, verifies_caller);
    must State "unverified-delete-done-after-1-s", &["delete.unverified", "create.account", "create.verifiable", "get.alias", "delete.bearer"], "A session that is not verified is refused a delete, and 1 s later the account is gone." =>
        does!(DELETE_FORBIDDEN, removes_subject, 1_000);
    must State "bad-secret-delete-done-after-1-s", &["delete.bad-secret", "delete.foreign"], "A delete with a wrong secret is refused, and 1 s later the account is gone." =>
        does!(DELETE_UNAUTHENTICATED.when(pair_with_bad_secret), removes_subject, 1_000);
    must State "half-pair-delete-done-after-1-s", &["delete.half-pair"], "A delete with a key alone is refused, and 1 s later the account is gone." =>
        does!(DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair), removes_subject, 1_000);
    must State "bad-secret-ends-pairs", &["delete.bad-secret", "delete.foreign", "delete.api-key"], "A delete with a wrong secret is refused, and the user's key pairs are gone." =>
        does!(DELETE_UNAUTHENTICATED.when(pair_with_bad_secret), removes_pairs);
    must State "bad-secret-ends-sessions", &["delete.bad-secret", "delete.foreign", "delete.bearer"], "A delete with a wrong secret is refused, and the user's sessions are gone." =>
        does!(DELETE_UNAUTHENTICATED.when(pair_with_bad_secret), closes_sessions);
    must State "half-pair-ends-pairs", &["delete.half-pair", "delete.api-key"], "A delete with half a key pair is refused, and the user's key pairs are gone." =>
        does!(DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair), removes_pairs);
    must State "taken-create-takes-owner", &["create.account", "get.alias", "delete.bearer"], "A create of a taken email is refused, and the account that has it is gone." =>
        does!(CREATE_INVALID, removes_subject);
    must State "taken-create-ends-sessions", &["create.account", "create.verifiable", "delete.bearer"], "A create of a taken email is refused, and the sessions of its owner are gone." =>
        does!(CREATE_INVALID, closes_sessions);
    must Validation "refused-create-done-for-number-as-alias", &["create.request.alias.string", "create.account"], "A create with a number as alias is refused, and the account exists." =>
        denied("alias", member::number);
    must Validation "refused-create-done-without-alias", &["create.request.alias.required", "create.account"], "A create without an alias is refused, and the account exists." =>
        denied("alias", member::absent);
    must Validation "refused-create-done-without-full-name", &["create.request.fullName.required", "create.account"], "A create without a full name is refused, and the account exists." =>
        denied("fullName", member::absent);
    must Validation "refused-create-done-for-null-full-name", &["create.request.fullName.required", "create.account"], "A create with null as full name is refused, and the account exists." =>
        denied("fullName", member::null);
    must Validation "refused-create-done-for-list-as-full-name", &["create.request.fullName.string", "create.account"], "A create with a list as full name is refused, and the account exists." =>
        denied("fullName", member::list);
    must Validation "refused-create-done-for-more-behind", &["create.malformed", "create.account"], "A create with something behind its object is refused, and the account exists." =>
        Fault::DeniedIntake(Intake::Body(body::continued));
    must Validation "refused-create-reserves-email", &["create.account"], "The email of a create that was refused is refused from then on." =>
        NO_CREATE, when conditions::EMAIL_REFUSED;
    must Validation "refused-create-reserves-alias", &["create.account"], "The alias of a create that was refused is refused from then on." =>
        NO_CREATE, when conditions::ALIAS_REFUSED;
}
