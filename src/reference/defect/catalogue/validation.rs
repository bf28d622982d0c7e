//! Create requests that are accepted although they should be refused.

use serde_json::Value;

use crate::reference::defect::intake::{body, member};
use crate::reference::defect::{Area, Defect, Fault, Intake};

const fn takes(name: &'static str, so: fn(Option<&Value>) -> bool) -> Fault {
    Fault::Intake(Intake::Member(name, so))
}

defects! {
    must Validation "create-takes-absent-email", &["create.request.email.required"], "A create request that has no email is accepted." =>
        takes("email", member::absent);
    must Validation "create-takes-null-email", &["create.request.email.required"], "A create request that has null as email is accepted." =>
        takes("email", member::null);
    must Validation "create-takes-number-as-email", &["create.request.email.string"], "A create request that has a number as email is accepted." =>
        takes("email", member::number);
    must Validation "create-takes-boolean-as-email", &["create.request.email.string"], "A create request that has a boolean as email is accepted." =>
        takes("email", member::boolean);
    must Validation "create-takes-list-as-email", &["create.request.email.string"], "A create request that has a list as email is accepted." =>
        takes("email", member::list);
    must Validation "create-takes-object-as-email", &["create.request.email.string"], "A create request that has an object as email is accepted." =>
        takes("email", member::object);
    must Validation "create-takes-absent-full-name", &["create.request.fullName.required"], "A create request that has no fullName is accepted." =>
        takes("fullName", member::absent);
    must Validation "create-takes-null-full-name", &["create.request.fullName.required"], "A create request that has null as fullName is accepted." =>
        takes("fullName", member::null);
    must Validation "create-takes-number-as-full-name", &["create.request.fullName.string"], "A create request that has a number as fullName is accepted." =>
        takes("fullName", member::number);
    must Validation "create-takes-boolean-as-full-name", &["create.request.fullName.string"], "A create request that has a boolean as fullName is accepted." =>
        takes("fullName", member::boolean);
    must Validation "create-takes-list-as-full-name", &["create.request.fullName.string"], "A create request that has a list as fullName is accepted." =>
        takes("fullName", member::list);
    must Validation "create-takes-object-as-full-name", &["create.request.fullName.string"], "A create request that has an object as fullName is accepted." =>
        takes("fullName", member::object);
    must Validation "create-takes-absent-alias", &["create.request.alias.required"], "A create request that has no alias is accepted." =>
        takes("alias", member::absent);
    must Validation "create-takes-null-alias", &["create.request.alias.required"], "A create request that has null as alias is accepted." =>
        takes("alias", member::null);
    must Validation "create-takes-number-as-alias", &["create.request.alias.string"], "A create request that has a number as alias is accepted." =>
        takes("alias", member::number);
    must Validation "create-takes-boolean-as-alias", &["create.request.alias.string"], "A create request that has a boolean as alias is accepted." =>
        takes("alias", member::boolean);
    must Validation "create-takes-list-as-alias", &["create.request.alias.string"], "A create request that has a list as alias is accepted." =>
        takes("alias", member::list);
    must Validation "create-takes-object-as-alias", &["create.request.alias.string"], "A create request that has an object as alias is accepted." =>
        takes("alias", member::object);
    must Validation "create-takes-email-without-at", &["create.request.email.address"], "An email without an @ is accepted." =>
        takes("email", member::without_at);
    must Validation "create-takes-empty-email", &["create.request.email.address"], "An empty email is accepted." =>
        takes("email", member::empty);
    should Validation "create-takes-email-with-two-ats", &["create.request.email.impossible"], "An email with two @ is accepted." =>
        takes("email", member::two_ats);
    should Validation "create-takes-email-with-blank", &["create.request.email.impossible"], "An email with a blank inside is accepted." =>
        takes("email", member::blank_inside);
    should Validation "create-takes-email-with-line-end", &["create.request.email.impossible"], "An email with a line end inside is accepted." =>
        takes("email", member::line_end_inside);
    should Validation "create-takes-half-an-email", &["create.request.email.impossible"], "An email with nothing before or behind the @ is accepted." =>
        takes("email", member::half_an_address);
    must Validation "create-takes-empty-body", &["create.malformed"], "An empty body is accepted." =>
        Fault::Intake(Intake::Body(body::empty));
    must Validation "create-takes-trailing-garbage", &["create.malformed"], "A body with something behind the object is accepted." =>
        Fault::Intake(Intake::Body(body::continued));
    must Validation "create-takes-body-cut-off", &["create.malformed"], "A body that breaks off is accepted." =>
        Fault::Intake(Intake::Body(body::cut_off));
    must Validation "create-takes-array", &["create.malformed"], "An array is accepted as a create request." =>
        Fault::Intake(Intake::Body(body::array));
    must Validation "create-takes-object-in-array", &["create.malformed"], "A create request in an array is accepted." =>
        Fault::Intake(Intake::Body(body::array_of_object));
    must Validation "create-takes-text", &["create.malformed"], "A JSON text is accepted as a create request." =>
        Fault::Intake(Intake::Body(body::text));
    must Validation "create-takes-number", &["create.malformed"], "A number is accepted as a create request." =>
        Fault::Intake(Intake::Body(body::number));
    must Validation "create-takes-boolean", &["create.malformed"], "A boolean is accepted as a create request." =>
        Fault::Intake(Intake::Body(body::boolean));
    must Validation "create-takes-null", &["create.malformed"], "JSON null is accepted as a create request." =>
        Fault::Intake(Intake::Body(body::null));
    must Validation "create-takes-form", &["create.malformed"], "A form is accepted as a create request." =>
        Fault::Intake(Intake::Body(body::form));
    must Validation "create-takes-single-quotes", &["create.malformed"], "A create request in single quotation marks is accepted." =>
        Fault::Intake(Intake::Body(body::single_quoted));
    must Validation "create-takes-comma-at-end", &["create.malformed"], "A create request with a comma behind its last member is accepted." =>
        Fault::Intake(Intake::Body(body::comma_at_end));
    must Validation "create-takes-deep-nesting", &["create.malformed"], "Deeply nested arrays are accepted as a create request." =>
        Fault::Intake(Intake::Body(body::deep));
    should Validation "create-takes-invalid-utf8", &["create.malformed"], "A create request that is not UTF-8 is accepted." =>
        Fault::Intake(Intake::Body(body::not_utf8));
    should Validation "create-takes-raw-newline", &["create.malformed"], "A create request with a raw line end inside a text is accepted." =>
        Fault::Intake(Intake::Body(body::raw_newline));
}
