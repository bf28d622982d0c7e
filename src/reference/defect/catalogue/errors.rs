//! What errors are called and how they are described.

use super::{REFUSED, answer};
use crate::reference::defect::{Area, Asked, Change, Defect, Fault};

/// Ids that errors of different kinds share.
const SHARED: &[&str] = &["error.kinds", "error.unique-id"];
/// Texts that describe nothing.
const BARE: &[&str] = &["error.x-error", "error.described"];

const fn id(make: fn(&Asked, u16, u64) -> String) -> Fault {
    answer(REFUSED, Change::ErrorId(make))
}

macro_rules! described_as {
    ($text:literal) => {
        answer(REFUSED, Change::Header("x-error", |_| $text.to_owned()))
    };
}

fn paired(status: u16, one: u16, other: u16) -> String {
    let status = if status == one { other } else { status };
    format!("E-{status}")
}

defects! {
    must Headers "x-error-id-of-connection", SHARED, "All errors of a connection have one id." =>
        id(|asked, _, _| format!("C-{}", asked.came.connection));
    must Headers "x-error-id-of-two-on-connection", SHARED, "The second and the third answer of a connection have one error id, and so on." =>
        id(|asked, _, _| format!("C-{}-{}", asked.came.connection, asked.came.answer / 2));
    must Headers "x-error-id-of-second", SHARED, "All errors of a second have one id." =>
        id(|asked, _, _| format!("T-{}", asked.came.at_ms / 1_000));
    must Headers "x-error-id-of-100-ms", SHARED, "All errors of a tenth of a second have one id." =>
        id(|asked, _, _| format!("T-{}", asked.came.at_ms / 100));
    must Headers "x-error-id-of-10-ms", SHARED, "All errors of a hundredth of a second have one id." =>
        id(|asked, _, _| format!("T-{}", asked.came.at_ms / 10));
    must Headers "x-error-id-of-path-length", SHARED, "All errors of paths that are equally long have one id." =>
        id(|asked, _, _| format!("P-{}", asked.path.len()));
    must Headers "x-error-id-of-path", SHARED, "All errors of one path have one id." =>
        id(|asked, _, _| format!("P-{}", asked.path.trim_start_matches('/').replace('/', "-")));
    must Headers "x-error-id-of-body-length", SHARED, "All errors of bodies that are equally long have one id." =>
        id(|asked, _, _| format!("B-{}", asked.body.len()));
    must Headers "x-error-id-of-client", SHARED, "All errors of one client, by the name that it gives itself, have one id." =>
        id(|asked, _, _| format!("U-{}", asked.came.header("user-agent").unwrap_or_default().len()));
    must Headers "x-error-id-of-header-count", SHARED, "All errors of calls with as many headers have one id." =>
        id(|asked, _, _| format!("H-{}", asked.came.headers.len()));
    must Headers "x-error-id-of-two", SHARED, "Two errors after each other have one id." =>
        id(|_, _, number| format!("N-{}", number / 2));
    must Headers "x-error-id-of-ten", SHARED, "Ten errors after each other have one id." =>
        id(|_, _, number| format!("N-{}", number / 10));
    must Headers "x-error-id-every-tenth", SHARED, "Every tenth error has the same id again." =>
        id(|_, _, number| format!("N-{}", number % 10));
    must Headers "x-error-id-every-fiftieth", SHARED, "Every fiftieth error has the same id again." =>
        id(|_, _, number| format!("N-{}", number % 50));
    must Headers "x-error-id-of-400-and-403", SHARED, "Invalid requests and credentials that do not suffice have one error id." =>
        answer(REFUSED, Change::Header("x-error-id", |status| paired(status, 403, 400)));
    must Headers "x-error-id-of-401-and-403", SHARED, "Bad credentials and those that do not suffice have one error id." =>
        answer(REFUSED, Change::Header("x-error-id", |status| paired(status, 403, 401)));
    must Headers "x-error-id-of-403-and-404", SHARED, "Credentials that do not suffice and what is not found have one error id." =>
        answer(REFUSED, Change::Header("x-error-id", |status| paired(status, 404, 403)));
    must Headers "x-error-id-null", SHARED, "The id of each error is the word null." =>
        answer(REFUSED, Change::Header("x-error-id", |_| "null".to_owned()));
    must Headers "x-error-missing", &["error.x-error"], "No refusal has an x-error." =>
        answer(REFUSED, Change::DropHeader("x-error"));
    must Headers "x-error-id-missing", &["error.x-error-id"], "No refusal has an x-error-id." =>
        answer(REFUSED, Change::DropHeader("x-error-id"));
    must Headers "x-error-full-stop", BARE, "An error is described by a full stop." => described_as!(".");
    must Headers "x-error-dash", BARE, "An error is described by a dash." => described_as!("-");
    must Headers "x-error-quotes", BARE, "An error is described by an empty text in quotation marks." => described_as!("\"\"");
    must Headers "x-error-braces", BARE, "An error is described by an empty object." => described_as!("{}");
    must Headers "x-error-encoded-line-end", BARE, "An error is described by an encoded line end." => described_as!("%0A");
    must Headers "x-error-encoded-blank", BARE, "An error is described by an encoded blank." => described_as!("%20");
    must Headers "x-error-null", BARE, "An error is described by the word null." => described_as!("null");
    must Headers "x-error-undefined", BARE, "An error is described by the word undefined." => described_as!("undefined");
    must Headers "x-error-none", BARE, "An error is described by the word None." => described_as!("None");
    must Headers "x-error-object", BARE, "An error is described as an object." => described_as!("[object Object]");
    must Headers "x-error-template", BARE, "An error is described by a template that nobody filled in." => described_as!("{{ message }}");
    must Headers "x-error-format", BARE, "An error is described by a format that nobody filled in." => described_as!("%s: %v");
    should Headers "x-error-one-text", &["error.described"], "All errors are described by the same text." => described_as!("an error occurred");
}
