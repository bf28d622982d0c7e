//! What an excerpt has left of secrets: the beginning of one in front of a cut, the end of one behind it.
//!
//! A target decides how many marks stand in a text, and a load how many secrets there are, so each mark costs
//! no more than the longest secret is long, however many there are.

use std::collections::HashMap;
use std::ops::Range;

use super::pattern::SHORTEST;

/// How a text says that it was cut.
const CUT: char = '…';

/// So many bytes tell a secret.
type Key = [u8; SHORTEST];

/// Secrets by their first and by their last bytes.
#[derive(Debug, Default)]
pub(super) struct CutSecrets {
    beginnings: HashMap<Key, Vec<String>>,
    ends: HashMap<Key, Vec<String>>,
    /// The length of the longest, in bytes.
    longest: usize,
}

impl CutSecrets {
    /// Adds a secret; one that is too short to be told by a part is left out.
    pub(super) fn add(&mut self, secret: &str) {
        let bytes = secret.as_bytes();
        let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) else {
            return;
        };
        self.longest = self.longest.max(bytes.len());
        let add = |map: &mut HashMap<Key, Vec<String>>, key: &Key| {
            map.entry(*key).or_default().push(secret.to_owned());
        };
        add(&mut self.beginnings, first);
        add(&mut self.ends, last);
    }

    /// Where parts of secrets stand beside a cut, in bytes.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.longest == 0 {
            return found;
        }
        let bytes = text.as_bytes();
        for (at, mark) in text.match_indices(CUT) {
            let behind = at + mark.len();
            found.extend(self.beginning_before(bytes, at));
            found.extend(self.end_behind(bytes, behind));
        }
        found
    }

    /// The longest beginning of a secret that ends here.
    fn beginning_before(&self, text: &[u8], end: usize) -> Option<Range<usize>> {
        let starts = end.saturating_sub(self.longest)..=end.checked_sub(SHORTEST)?;
        let is_beginning = |start: &usize| {
            let part = &text[*start..end];
            let secrets = part.first_chunk().and_then(|key| self.beginnings.get(key));
            let mut secrets = secrets.into_iter().flatten();
            secrets.any(|secret| secret.as_bytes().starts_with(part))
        };
        starts
            .into_iter()
            .find(is_beginning)
            .map(|start| start..end)
    }

    /// The longest end of a secret that begins here.
    fn end_behind(&self, text: &[u8], start: usize) -> Option<Range<usize>> {
        let last = start.saturating_add(self.longest).min(text.len());
        let is_end = |end: &usize| {
            let part = &text[start..*end];
            let secrets = part.last_chunk().and_then(|key| self.ends.get(key));
            let mut secrets = secrets.into_iter().flatten();
            secrets.any(|secret| secret.as_bytes().ends_with(part))
        };
        let ends = start + SHORTEST..=last;
        ends.rev().find(is_end).map(|end| start..end)
    }
}
