//! What a reader can do with a page beside reading it, and the policy that lets this script act and no other.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::element::Element;

/// The parts of the script, in the order in which they need each other.
const PARTS: [&str; 4] = [
    include_str!("tools.js"),
    include_str!("search.js"),
    include_str!("copy.js"),
    include_str!("moments.js"),
];

/// The script as it stands in a page: without what only its authors read.
fn script() -> String {
    let lines = PARTS.iter().flat_map(|part| part.lines()).map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// The element of the script. It goes to the end of the body, since it reads what stands before.
pub(super) fn element() -> Element {
    Element::new("script").rules(&script())
}

/// What a page with the script may do: show its own style sheet and run exactly this script, by its hash. Nothing that a
/// target said could be run, should it ever stand in a page as markup.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(script()));
    format!("{}; script-src 'sha256-{hash}'", super::POLICY)
}
