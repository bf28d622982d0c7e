//! Who may do what.

use super::{DELETE_FORBIDDEN, DELETE_UNAUTHENTICATED, GET_INVALID, answer};
use crate::reference::defect::{Area, Asked, CallKind, Change, Defect, Fault, Refuser};

fn email_in_path(asked: &Asked) -> bool {
    asked.path.contains("%40") || asked.path.contains('@')
}

defects! {
    must Authentication "delete-bearer-not-enough", &["delete.bearer"], "A bearer alone does not suffice to delete." =>
        Fault::Refuser(Refuser { on: CallKind::DeleteUser, when: Asked::has_bearer, status: 401 });
    must Authentication "delete-key-pair-not-enough", &["delete.api-key"], "A key pair alone does not suffice to delete." =>
        Fault::Refuser(Refuser { on: CallKind::DeleteUser, when: Asked::has_pair, status: 401 });
    must Authentication "delete-acknowledges-bad-bearer", &["delete.bad-bearer", "delete.dead-credentials"], "A delete with an unknown bearer is acknowledged." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_bearer), Change::Grant);
    must Authentication "delete-acknowledges-bad-pair", &["delete.bad-key", "delete.bad-secret", "delete.foreign", "delete.dead-credentials"], "A delete with an unknown key pair is acknowledged." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_pair), Change::Grant);
    must Authentication "delete-acknowledges-half-pair", &["delete.half-pair"], "A delete with half a key pair is acknowledged." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_half_a_pair), Change::Grant);
    must Authentication "delete-acknowledges-nobody", &["delete.no-credentials"], "A delete without credentials is acknowledged." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_no_credentials), Change::Grant);
    must Authentication "delete-acknowledges-odd-authorization", &["delete.no-credentials", "delete.bad-bearer"], "A delete with authorization of another form is acknowledged." =>
        answer(DELETE_UNAUTHENTICATED.when(Asked::has_odd_authorization), Change::Grant);
    must Authentication "delete-acknowledges-unverified", &["delete.unverified", "create.verifiable"], "A delete by a session that is not verified is acknowledged." =>
        answer(DELETE_FORBIDDEN, Change::Grant);
    should Authentication "get-wants-credentials", &["get.anonymous"], "A user is read only with credentials." =>
        Fault::Refuser(Refuser { on: CallKind::GetUser, when: Asked::has_no_credentials, status: 401 });
    should Authentication "get-by-email", &["get.malformed-id"], "A user is found by email, too." =>
        answer(GET_INVALID.when(email_in_path), Change::Grant);
}
