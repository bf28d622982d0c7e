//! What `tests/report-parts.sh` installs.

use std::path::PathBuf;

use crate::common::installed;

/// Something that was installed. None, which is said, if it was not.
pub(crate) fn part(path: &str) -> Option<PathBuf> {
    installed::part(&format!("report-parts/{path}"), "tests/report-parts.sh")
}
