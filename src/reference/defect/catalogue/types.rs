//! Members of a wrong type: accepted, kept as text, or too much for the server.

use serde_json::Value;

use super::{CREATE_INVALID, Defect, answer};
use crate::reference::defect::intake::{body, member};
use crate::reference::defect::{Area, Asked, Change, Fault, Intake};

/// What a number that is too large for any machine is no proper value of.
const NO_TEXT: &[&str] = &[
    "create.request.email.string",
    "create.request.fullName.string",
    "create.request.alias.string",
    "create.malformed",
];
/// What is not answered with 400.
const CRASHED: &[&str] = &[
    "error.no-5xx",
    "create.request.email.string",
    "create.request.fullName.string",
    "create.request.alias.string",
    "create.request.email.required",
    "create.request.fullName.required",
    "create.request.alias.required",
];

const fn takes(name: &'static str, so: fn(Option<&Value>) -> bool) -> Fault {
    Fault::Intake(Intake::Member(name, so))
}

const fn keeps(name: &'static str, so: fn(Option<&Value>) -> bool) -> Fault {
    Fault::Intake(Intake::AsText(name, so))
}

const fn fails(when: fn(&Asked) -> bool) -> Fault {
    answer(CREATE_INVALID.when(when), Change::Refuse(500))
}

/// The members of a create, each if it is there.
fn given(asked: &Asked) -> Vec<Option<Value>> {
    let json = asked.json().unwrap_or_default();
    let names = ["email", "fullName", "alias"];
    names.iter().map(|name| json.get(name).cloned()).collect()
}

fn any(asked: &Asked, so: fn(Option<&Value>) -> bool) -> bool {
    given(asked).iter().any(|value| so(value.as_ref()))
}

fn wrong(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_string() && !value.is_null())
}

fn two_wrong(asked: &Asked) -> bool {
    given(asked)
        .iter()
        .filter(|value| wrong(value.as_ref()))
        .count()
        >= 2
}

fn wrong_and_missing(asked: &Asked) -> bool {
    let given = given(asked);
    given.iter().any(|value| wrong(value.as_ref())) && given.iter().any(Option::is_none)
}

/// Each wrong value, accepted for each member.
macro_rules! types {
    ($($name:literal, $says:literal, $so:ident;)*) => {
        defects! {
            $(must Validation concat!("create-takes-", $name, "-email"), &["create.request.email.string"],
                concat!("A create request that has ", $says, " as email is accepted.") => takes("email", member::$so);
            must Validation concat!("create-takes-", $name, "-full-name"), &["create.request.fullName.string"],
                concat!("A create request that has ", $says, " as fullName is accepted.") => takes("fullName", member::$so);
            must Validation concat!("create-takes-", $name, "-alias"), &["create.request.alias.string"],
                concat!("A create request that has ", $says, " as alias is accepted.") => takes("alias", member::$so);)*
            must Validation "alias-number-kept-as-text", &["create.request.alias.string"], "A number as alias is accepted and comes back as text." =>
                keeps("alias", member::number);
            must Validation "alias-boolean-kept-as-text", &["create.request.alias.string"], "A boolean as alias is accepted and comes back as text." =>
                keeps("alias", member::boolean);
            must Validation "alias-list-kept-as-text", &["create.request.alias.string"], "A list as alias is accepted and comes back as text." =>
                keeps("alias", member::list);
            must Validation "alias-null-kept-as-text", &["create.request.alias.required"], "Null as alias is accepted and comes back as text." =>
                keeps("alias", member::null);
            must Validation "full-name-number-kept-as-text", &["create.request.fullName.string"], "A number as full name is accepted and kept as text." =>
                keeps("fullName", member::number);
            must Validation "create-takes-huge-number", NO_TEXT, "A number too large for any machine is accepted." =>
                Fault::Intake(Intake::Body(body::huge_number));
            must Validation "huge-number-500", &["error.no-5xx", "create.malformed", "create.request.alias.string", "create.request.fullName.string", "create.request.email.string"], "A number too large for any machine is answered with 500." =>
                fails(|asked| body::huge_number(&asked.body));
            must Validation "false-500", CRASHED, "A member that is false is answered with 500." => fails(|asked| any(asked, member::is_false));
            must Validation "zero-500", CRASHED, "A member that is zero is answered with 500." => fails(|asked| any(asked, member::zero));
            must Validation "negative-500", CRASHED, "A member that is a negative number is answered with 500." => fails(|asked| any(asked, member::negative));
            must Validation "large-number-500", CRASHED, "A member that is a large number is answered with 500." => fails(|asked| any(asked, member::large));
            must Validation "empty-list-500", CRASHED, "A member that is an empty list is answered with 500." => fails(|asked| any(asked, member::empty_list));
            must Validation "nested-500", CRASHED, "A member with a list or an object inside is answered with 500." => fails(|asked| any(asked, member::nested));
            must Validation "two-wrong-types-500", CRASHED, "Two members of a wrong type are answered with 500." => fails(two_wrong);
            must Validation "wrong-and-missing-500", CRASHED, "A member of a wrong type beside one that is missing is answered with 500." => fails(wrong_and_missing);
        }
    };
}

types! {
    "false-as", "false", is_false;
    "true-as", "true", is_true;
    "zero-as", "zero", zero;
    "negative-number-as", "a negative number", negative;
    "fraction-as", "a fraction", fraction;
    "large-number-as", "a large number", large;
    "empty-list-as", "an empty list", empty_list;
    "list-of-text-as", "a text in a list", list_of_text;
    "empty-object-as", "an empty object", empty_object;
    "nested-value-as", "a list or an object with another inside", nested;
}
