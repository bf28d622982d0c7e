//! Which codes verify, and how they are sent.

use crate::reference::defect::store::{CodeFault, its_own_id, nothing, zeros};
use crate::reference::defect::{Area, Defect, Fault, LetterFault, StateFault, letters};

const fn code(fault: CodeFault) -> Fault {
    Fault::State(StateFault::Code(fault))
}

pub(super) const DEFECTS: &[Defect] = &[
    Defect::must(
        "code-any",
        Area::State,
        &["create.verifiable"],
        "Any code verifies.",
        code(CodeFault::Any),
    ),
    Defect::must(
        "code-zeros",
        Area::State,
        &["create.verifiable"],
        "Six zeros verify everything.",
        code(CodeFault::Also(zeros)),
    ),
    Defect::must(
        "code-empty",
        Area::State,
        &["create.verifiable"],
        "An empty code verifies.",
        code(CodeFault::Also(nothing)),
    ),
    Defect::must(
        "code-is-its-id",
        Area::State,
        &["create.verifiable"],
        "The id of a code serves as the code.",
        code(CodeFault::Also(its_own_id)),
    ),
    Defect::must(
        "code-of-another",
        Area::State,
        &["create.verifiable"],
        "The code of any other user verifies.",
        code(CodeFault::AnyIssued),
    ),
    Defect::must(
        "code-never",
        Area::State,
        &["create.verifiable"],
        "No code verifies.",
        code(CodeFault::Never),
    ),
    Defect::must(
        "code-in-vain",
        Area::State,
        &["create.verifiable"],
        "The right code is acknowledged and verifies nothing.",
        code(CodeFault::InVain),
    ),
    Defect::must(
        "mail-lost",
        Area::State,
        &["create.code"],
        "No code is sent.",
        Fault::Letter(LetterFault::Lost),
    ),
    Defect::must(
        "mail-misdirected",
        Area::State,
        &["create.code"],
        "Codes are sent to another address.",
        Fault::Letter(LetterFault::Changed(letters::misdirected)),
    ),
    Defect::must(
        "mail-without-code",
        Area::State,
        &["create.code"],
        "The mail holds no code.",
        Fault::Letter(LetterFault::Changed(letters::without_code)),
    ),
    Defect::must(
        "mail-code-cut-off",
        Area::State,
        &["create.code"],
        "The code in the mail breaks off.",
        Fault::Letter(LetterFault::Changed(letters::cut_off)),
    ),
    Defect::must(
        "mail-wrong-code",
        Area::State,
        &["create.verifiable"],
        "The mail holds another code than the right one.",
        Fault::Letter(LetterFault::Changed(letters::with_another_code)),
    ),
];
