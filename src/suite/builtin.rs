//! The suites inside the binary.

use include_dir::{Dir, include_dir};

use super::error::SuiteText;
use crate::model::Place;

static SUITES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/suites");

/// The catalogue of requirements stands beside the suites, but is not one.
const CATALOGUE: &str = "requirements.yaml";

/// The suites inside the binary, sorted by file name.
#[must_use]
pub fn builtin_suites() -> Vec<SuiteText> {
    let mut suites: Vec<SuiteText> = SUITES
        .files()
        .filter_map(|file| {
            let name = file.path().to_string_lossy();
            let text = file.contents_utf8()?;
            (name.ends_with(".yaml") && name != CATALOGUE).then(|| SuiteText {
                file: Place::builtin_file(&name),
                text: text.to_owned(),
            })
        })
        .collect();
    suites.sort_by(|one, other| one.file.cmp(&other.file));
    suites
}
