//! Which suites a run used, so that another can use the same.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::digest::hex;
use crate::contract::ContractDocument;

/// The suites of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SuitesUsed {
    /// The folder that they were read from; none for those inside the binary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// SHA-256 over the names and texts of the suite files, of the catalogue of requirements and of the
    /// JSON Schemas, in hexadecimal digits.
    pub sha256: String,
    /// The text that the requirements were read from, if their catalogue names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<ContractDocument>,
}

impl SuitesUsed {
    /// The suites of a folder, or those inside the binary, by their names and texts in the order in
    /// which they were read.
    pub fn new<'a>(
        folder: Option<String>,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut digest = Sha256::new();
        for (name, text) in files {
            // With their lengths in front, no two lists of files give the same bytes.
            for part in [name, text] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
        }
        let sha256 = hex(&digest.finalize());
        Self {
            folder,
            sha256,
            document: None,
        }
    }

    /// The same, with the text that their requirements were read from.
    #[must_use]
    pub fn read_from(self, document: Option<ContractDocument>) -> Self {
        Self { document, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_counts_and_so_does_the_file_it_stands_in() {
        let of = |files: &[(&str, &str)]| SuitesUsed::new(None, files.iter().copied()).sha256;
        assert_eq!(of(&[("a", "b")]), of(&[("a", "b")]));
        assert_eq!(of(&[]).len(), 64);
        for other in [[("a", "c")], [("ab", "")], [("", "ab")]] {
            assert_ne!(of(&[("a", "b")]), of(&other));
        }
    }
}
