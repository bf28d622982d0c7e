//! Where what outlives a run is kept that nobody but its owner may read.

use std::path::{Path, PathBuf};

use crate::record::sha256;

/// The folder beside the configuration. Hidden, so that what a job publishes does not pick it up.
const FOLDER: &str = ".assize";
/// Where a user keeps the state of all programs (XDG Base Directory Specification), if anywhere.
const STATE_HOME: &str = "XDG_STATE_HOME";
/// The folder of this program there.
const PROGRAM: &str = "assize";
/// So many digits tell projects apart.
const DIGITS: usize = 16;

/// The folder of a project's state: the one given, one of its own below `XDG_STATE_HOME`, or `.assize` in
/// the folder of its configuration.
pub(super) fn folder(given: Option<&Path>, project: &Path) -> PathBuf {
    if let Some(given) = given {
        return given.to_owned();
    }
    let home = std::env::var_os(STATE_HOME).map(PathBuf::from);
    // A relative path is to be ignored, says the specification.
    match home.filter(|home| home.is_absolute()) {
        Some(home) => home.join(PROGRAM).join(name_of(project)),
        None => project.join(FOLDER),
    }
}

/// A name that no other project has.
fn name_of(project: &Path) -> String {
    let here = if project.as_os_str().is_empty() {
        Path::new(".")
    } else {
        project
    };
    // One that cannot be found out is told apart by how it is written.
    let whole = std::fs::canonicalize(here).unwrap_or_else(|_| here.to_owned());
    let mut digest = sha256(whole.as_os_str().as_encoded_bytes());
    digest.truncate(DIGITS);
    digest
}
