//! Programs that some tests need and not every machine has. A test that cannot be tried says so and passes;
//! where `CI` is set it fails, so that no gate is green because it lacks something.

use std::path::{Path, PathBuf};

/// A program, in the search path or where those of the administrator are. None, which is said, if it is not there.
#[track_caller]
pub(crate) fn program(name: &str, remedy: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        missing(name, remedy);
    }
    found
}

/// A file that a script of `tests/` puts below `target`. None, which is said, if it did not.
#[track_caller]
pub(crate) fn part(path: &str, script: &str) -> Option<PathBuf> {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target")
        .join(path);
    if whole.exists() {
        return Some(whole);
    }
    missing(&format!("target/{path}"), &format!("{script} installs it"));
    None
}

/// Says that a test is not tried, and how to get what it needs.
#[track_caller]
#[expect(clippy::print_stdout, reason = "a test's own word to who runs it")]
fn missing(what: &str, remedy: &str) {
    let sentence = format!("{what} is missing; {remedy}");
    assert!(std::env::var_os("CI").is_none(), "{sentence}");
    println!("skipped, because {sentence}");
}
