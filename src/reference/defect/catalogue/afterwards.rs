//! What goes wrong only later, for some, or where either reading is fine.

use serde_json::Value;

use super::{CREATE, CREATE_INVALID, DELETE_UNAUTHENTICATED, DELETED, GET_UNKNOWN, GOT, answer};
use crate::reference::defect::{
    Area, Asked, CallKind, Calls, Change, CodeFault, Defect, Fault, Refuser, Replies, StateFault,
    codes, conditions,
};

/// What is lost with an account that cannot be read any more, whatever it had survived.
const LOST: &[&str] = &[
    "create.account",
    "get.alias",
    "delete.own",
    "delete.foreign",
    "delete.no-credentials",
    "delete.bad-bearer",
    "delete.bad-key",
    "delete.bad-secret",
    "delete.half-pair",
    "delete.unverified",
];
const MEMBERS: &[&str] = &[
    "create.body.bearer",
    "create.body.sessionID",
    "create.body.expireAt",
    "create.body.ip",
    "create.body.userAgent",
    "create.body.verificationCodeID",
    "create.request.email.impossible",
];
/// What a refused delete is not that is called a success.
const CALLED_DONE: &[&str] = &[
    "delete.no-credentials",
    "delete.bad-bearer",
    "delete.bad-key",
    "delete.bad-secret",
    "delete.half-pair",
    "delete.foreign",
    "delete.dead-credentials",
    "delete.body",
];
const CODE: &[&str] = &["create.verifiable"];

const VANISHED: Fault = Fault::Refuser(Refuser {
    on: CallKind::GetUser,
    when: Asked::any,
    status: 404,
});

const fn code(fault: CodeFault) -> Fault {
    Fault::State(StateFault::Code(fault))
}

fn in_capitals(alias: &Value) -> Value {
    alias.as_str().unwrap_or_default().to_uppercase().into()
}

const RENAMED: Fault = answer(GOT, Change::Member("alias", in_capitals));

/// A create with nothing wrong in itself: its email is taken, or its alias is not liked.
fn sound(asked: &Asked) -> bool {
    let email = asked.text("email").unwrap_or_default();
    email.contains('@') && asked.text("fullName").is_some() && asked.text("alias").is_some()
}

fn both(asked: &Asked) -> bool {
    asked.has_bearer() && asked.key().is_some() && asked.secret().is_some()
}

fn not_json(asked: &Asked) -> bool {
    !asked.media_type.is_empty() && !asked.media_type.contains("json")
}

const TAKEN: Calls = CREATE_INVALID.when(sound);
const OTHER_TYPE: Calls = Calls::new(CREATE, Replies::Refused).when(not_json);

defects! {
    must State "account-vanishes-2-s-after-creation", LOST, "An account cannot be read any more 2 s after it was created." => VANISHED, when conditions::BORN_2_S;
    must State "account-vanishes-5-s-after-creation", LOST, "An account cannot be read any more 5 s after it was created." => VANISHED, when conditions::BORN_5_S;
    must State "account-vanishes-once-20-follow", LOST, "The first account cannot be read any more once 20 others were made." => VANISHED, when conditions::FIRST_OF_20;
    must State "accounts-vanish-while-over-20", LOST, "No account can be read while more than 20 stand." => VANISHED, when conditions::OVER_20_ALIVE;
    must State "account-vanishes-with-second-pair", LOST, "An account cannot be read any more once it has two key pairs." => VANISHED, when conditions::LATER_PAIR;
    must State "heir-cannot-be-read", LOST, "An account made anew at an address cannot be read." => VANISHED, when conditions::HEIR;
    must State "alias-changes-when-read-again", &["get.alias"], "An alias comes back in capitals from the second reading on." => RENAMED, when conditions::READ;
    must State "alias-changes-after-2-s", &["get.alias"], "An alias comes back in capitals 2 s after the account was created." => RENAMED, when conditions::BORN_2_S;
    must State "alias-changes-with-second-session", &["get.alias"], "An alias comes back in capitals once the user has two sessions." => RENAMED, when conditions::LATER_SESSION;
    must State "alias-changes-with-key-pair", &["get.alias"], "An alias comes back in capitals once the user has a key pair." => RENAMED, when conditions::HAS_PAIR;
    must State "alias-of-heir-changes", &["get.alias"], "An alias comes back in capitals if the account was made anew at an address." => RENAMED, when conditions::HEIR;
    must State "alias-changes-from-30th-account", &["get.alias"], "An alias comes back in capitals from the thirtieth account on." => RENAMED, when conditions::FROM_30TH;
    must State "delete-undone-after-2-s", &["delete.gone", "delete.gone-at-once"], "A deleted account can be read again 2 s later." =>
        Fault::State(StateFault::Lingering { readings: 10_000 }), when conditions::DEAD_2_S;
    must State "delete-undone-after-5-s", &["delete.gone", "delete.gone-at-once"], "A deleted account can be read again 5 s later." =>
        Fault::State(StateFault::Lingering { readings: 10_000 }), when conditions::DEAD_5_S;
    must State "deleted-still-read-if-read-before", &["delete.gone", "delete.gone-at-once"], "A deleted account that was read before can still be read." =>
        Fault::State(StateFault::Lingering { readings: 10_000 }), when conditions::READ;
    must Authentication "bearer-ends-2-s-after-verification", &["delete.bearer"], "A bearer does not suffice to delete 2 s after its session was verified." =>
        Fault::Refuser(Refuser { on: CallKind::DeleteUser, when: Asked::has_bearer, status: 401 }), when conditions::VERIFIED_2_S;
    must State "code-next", CODE, "The next number after a code verifies, too." => code(CodeFault::Also(codes::next));
    must State "code-previous", CODE, "The number before a code verifies, too." => code(CodeFault::Also(codes::previous));
    must State "code-first-digit-aside", CODE, "The first digit of a code does not matter." => code(CodeFault::Also(codes::first_digit_aside));
    must State "code-last-digit-aside", CODE, "The last digit of a code does not matter." => code(CodeFault::Also(codes::last_digit_aside));
    must State "code-beginning", CODE, "The beginning of a code verifies." => code(CodeFault::Also(codes::beginnings));
    must State "code-end", CODE, "The end of a code verifies." => code(CodeFault::Also(codes::ends));
    must State "code-continued", CODE, "A code with one more digit verifies." => code(CodeFault::Also(codes::continued));
    must State "code-doubled", CODE, "A code that stands there twice verifies." => code(CodeFault::Also(codes::doubled));
    must State "code-backwards", CODE, "A code verifies backwards, too." => code(CodeFault::Also(codes::backwards));
    must State "code-nines", CODE, "Six nines verify everything." => code(CodeFault::Also(codes::nines));
    must State "code-counted-up", CODE, "The code 123456 verifies everything." => code(CodeFault::Also(codes::counted_up));
    must State "code-of-older-mail", CODE, "A code that was mailed to the same address before verifies." => code(CodeFault::Older);
    must State "code-third-try", CODE, "The third code that is tried verifies, whatever it is." => code(CodeFault::ThirdTry);
    // Where acceptance and refusal are both fine, neither of them is half done.
    must Schema "taken-create-200-error", MEMBERS, "A create that is refused for what the document does not forbid is answered with 200 and an error." => answer(TAKEN, Change::Status(200));
    must Schema "taken-create-202-error", MEMBERS, "A create that is refused for what the document does not forbid is answered with 202 and an error." => answer(TAKEN, Change::Status(202));
    must Schema "taken-create-acknowledged", MEMBERS, "A create of a taken email is acknowledged without a session." => answer(TAKEN, Change::Grant);
    must Headers "taken-create-without-x-error", &["error.x-error"], "The refusal of a taken email has no x-error." => answer(TAKEN, Change::DropHeader("x-error"));
    must Headers "taken-create-without-x-error-id", &["error.x-error-id"], "The refusal of a taken email has no x-error-id." => answer(TAKEN, Change::DropHeader("x-error-id"));
    must Headers "other-type-without-x-error", &["error.x-error"], "The refusal of another media type than JSON has no x-error." => answer(OTHER_TYPE, Change::DropHeader("x-error"));
    must Headers "other-type-without-x-error-id", &["error.x-error-id"], "The refusal of another media type than JSON has no x-error-id." => answer(OTHER_TYPE, Change::DropHeader("x-error-id"));
    must Status "get-unknown-200-error", &["get.unknown", "get.alias", "delete.gone", "delete.gone-at-once"], "An id that nobody has is answered with 200 and an error." => answer(GET_UNKNOWN, Change::Status(200));
    must Authentication "delete-refused-202-error", CALLED_DONE, "A delete with bad credentials is answered with 202 and an error." => answer(DELETE_UNAUTHENTICATED, Change::Status(202));
    must Authentication "delete-by-both-200", &["delete.status"], "A delete by bearer and key pair is answered with 200." => answer(DELETED.when(both), Change::Status(200));
    must State "delete-by-both-keeps-all", &["delete.gone", "delete.gone-at-once", "delete.dead-credentials"], "A delete by bearer and key pair is acknowledged and removes nothing." =>
        Fault::State(StateFault::Kept), when conditions::BY_BOTH;
}
