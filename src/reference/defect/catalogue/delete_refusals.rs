//! Refused deletes with a wrong status.

use super::{DELETE_FORBIDDEN, DELETE_UNAUTHENTICATED, answer};
use crate::reference::defect::{Area, Asked, CallKind, Change, Defect, Fault, Refuser};

fn bearer_and_pair(asked: &Asked) -> bool {
    asked.has_bearer() && asked.key().is_some() && asked.secret().is_some()
}

defects! {
    must Status "delete-bare-400", &["delete.no-credentials"], "A delete without credentials is answered with 400." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials), Change::Refuse(400));
    must Status "delete-bare-403", &["delete.no-credentials"], "A delete without credentials is answered with 403." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials), Change::Refuse(403));
    must Status "delete-bare-500", &["delete.no-credentials", "error.no-5xx"], "A delete without credentials is answered with 500." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials), Change::Refuse(500));
    must Status "delete-bad-bearer-403", &["delete.bad-bearer"], "A delete with an unknown bearer is answered with 403." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_bearer), Change::Refuse(403));
    must Status "delete-bad-bearer-404", &["delete.bad-bearer"], "A delete with an unknown bearer is answered with 404." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_bearer), Change::Refuse(404));
    must Status "delete-bad-bearer-500", &["delete.bad-bearer", "delete.dead-credentials", "error.no-5xx"], "A delete with an unknown bearer is answered with 500." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_bearer), Change::Refuse(500));
    must Status "delete-odd-authorization-500", &["delete.no-credentials", "delete.bad-bearer", "error.no-5xx"], "Authorization of another scheme is answered with 500." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_odd_authorization), Change::Refuse(500));
    must Status "delete-bad-pair-403", &["delete.bad-key", "delete.bad-secret"], "A delete with a wrong key or secret is answered with 403." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_pair), Change::Refuse(403));
    must Status "delete-bad-pair-404", &["delete.bad-key", "delete.bad-secret", "delete.foreign"], "A delete with a wrong key or secret is answered with 404." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_pair), Change::Refuse(404));
    must Status "delete-half-pair-404", &["delete.half-pair"], "A delete with half a key pair is answered with 404." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair), Change::Refuse(404));
    must Status "delete-half-pair-500", &["delete.half-pair", "error.no-5xx"], "A delete with half a key pair is answered with 500." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair), Change::Refuse(500));
    must Status "delete-unverified-400", &["delete.unverified", "create.verifiable"], "A delete by a session that is not verified is answered with 400." =>
        answer(DELETE_FORBIDDEN, Change::Refuse(400));
    must Status "delete-unverified-404", &["delete.unverified", "create.verifiable"], "A delete by a session that is not verified is answered with 404." =>
        answer(DELETE_FORBIDDEN, Change::Refuse(404));
    must Status "delete-two-credentials-500", &["delete.bad-bearer", "error.no-5xx"], "A bearer beside a key pair is answered with 500." =>
        Fault::Refuser(Refuser { on: CallKind::DeleteUser, when: bearer_and_pair, status: 500 });
}
