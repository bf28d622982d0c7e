//! Which codes verify, and how they are sent.

use crate::reference::defect::codes::{its_own_id, nothing, zeros};
use crate::reference::defect::{Area, CodeFault, Defect, Fault, LetterFault, StateFault, letters};

const fn code(fault: CodeFault) -> Fault {
    Fault::State(StateFault::Code(fault))
}

defects! {
    must State "code-any", &["create.verifiable"], "Any code verifies." =>
        code(CodeFault::Any);
    must State "code-zeros", &["create.verifiable"], "Six zeros verify everything." =>
        code(CodeFault::Also(zeros));
    must State "code-empty", &["create.verifiable"], "An empty code verifies." =>
        code(CodeFault::Also(nothing));
    must State "code-is-its-id", &["create.verifiable"], "The id of a code serves as the code." =>
        code(CodeFault::Also(its_own_id));
    must State "code-of-another", &["create.verifiable"], "The code of any other user verifies." =>
        code(CodeFault::AnyIssued);
    must State "code-never", &["create.verifiable"], "No code verifies." =>
        code(CodeFault::Never);
    must State "code-in-vain", &["create.verifiable", "delete.bearer", "delete.api-key"], "The right code is acknowledged and verifies nothing." =>
        code(CodeFault::InVain);
    must State "mail-lost", &["create.code"], "No code is sent." =>
        Fault::Letter(LetterFault::Lost);
    must State "mail-misdirected", &["create.code"], "Codes are sent to another address." =>
        Fault::Letter(LetterFault::Changed(letters::misdirected));
    must State "mail-without-code", &["create.code"], "The mail holds no code." =>
        Fault::Letter(LetterFault::Changed(letters::without_code));
    must State "mail-code-cut-off", &["create.code"], "The code in the mail breaks off." =>
        Fault::Letter(LetterFault::Changed(letters::cut_off));
    must State "mail-wrong-code", &["create.verifiable"], "The mail holds another code than the right one." =>
        Fault::Letter(LetterFault::Changed(letters::with_another_code));
}
