//! A mistake in a short text that a user wrote: what, where, and the way out.

use std::fmt;
use std::ops::Range;

/// A mistake in a short text that a user wrote, such as a profile or a threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The whole text.
    pub text: String,
    /// Where in it the mistake is, in bytes; empty at the end of a text that is too short.
    pub at: Range<usize>,
    /// What is wrong, as a fragment.
    pub reason: String,
    /// What to do about it, as a fragment.
    pub help: String,
}

impl Mistake {
    /// A mistake at a part of a text.
    #[must_use]
    pub fn new(
        text: &str,
        at: Range<usize>,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            text: text.to_owned(),
            at,
            reason: reason.into(),
            help: help.into(),
        }
    }

    /// The part that is wrong; empty if something is missing.
    #[must_use]
    pub fn part(&self) -> &str {
        self.text.get(self.at.clone()).unwrap_or_default()
    }

    /// The text with a caret under the mistake, in two lines.
    #[must_use]
    pub fn pointed(&self) -> String {
        let before = self.text.get(..self.at.start).unwrap_or(&self.text);
        let carets = self.part().chars().count().max(1);
        format!(
            "    {}\n    {}{}",
            self.text,
            " ".repeat(before.chars().count()),
            "^".repeat(carets)
        )
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`: {}; {}", self.text, self.reason, self.help)
    }
}

impl std::error::Error for Mistake {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_mistake() {
        let mistake = Mistake::new("µ p9x < 1ms", 3..6, "unknown measure", "write p99");
        assert_eq!(mistake.pointed(), "    µ p9x < 1ms\n      ^^^");
        assert_eq!(
            mistake.to_string(),
            "`µ p9x < 1ms`: unknown measure; write p99"
        );
        let missing = Mistake::new("hold", 4..4, "a time is missing", "write `hold 10s`");
        assert_eq!(missing.pointed(), "    hold\n        ^");
    }
}
