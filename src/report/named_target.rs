//! The target as reports name it.

use super::report::RunInfo;

/// What is said of a target that nobody has named.
const EMBEDDED: &str = "the reference server inside assize";

impl RunInfo {
    /// The target as reports name it: whoever reads one must see that no server of theirs was tried.
    pub(super) fn target_named(&self) -> String {
        if self.embedded {
            format!("{} ({EMBEDDED})", self.target)
        } else {
            self.target.clone()
        }
    }

    /// What the target calls itself. Nothing that a server says of itself is proof, and many say nothing.
    pub(super) fn server_named(&self) -> String {
        if self.servers.is_empty() {
            "none came".to_owned()
        } else {
            self.servers.join(", ")
        }
    }

    /// What is added to the sentence of a run that tried no server of the user's.
    pub(super) fn tried(&self) -> String {
        if self.embedded {
            format!("; tried was {EMBEDDED}")
        } else {
            String::new()
        }
    }
}
