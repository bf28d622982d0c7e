//! What `tests/report-parts.sh` installs.

use std::path::PathBuf;

/// Something that was installed; none, with the reason printed, if it was not.
#[expect(clippy::print_stdout, reason = "a test that is skipped says why")]
pub(crate) fn part(path: &str) -> Option<PathBuf> {
    let whole = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("target/report-parts")
        .join(path);
    if !whole.exists() {
        println!("skipped, because tests/report-parts.sh has not installed {path}");
        return None;
    }
    Some(whole)
}
