//! Colours by meaning, and the size of the page.

use crate::model::{Outcome, Verdict};

/// Narrower terminals are treated as this wide: fewer columns leave no room for an id and its numbers.
const NARROWEST: usize = 40;

/// How a text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI colours may be used.
    pub colour: bool,
    /// The width in columns. Fewer than 40 are treated as 40.
    pub width: usize,
}

impl Look {
    /// Plain text of 100 columns, for files and pipes.
    pub const PLAIN: Self = Self {
        colour: false,
        width: 100,
    };

    /// The width to fill.
    pub(super) fn columns(self) -> usize {
        self.width.max(NARROWEST)
    }

    /// A harmless text in a tone.
    pub(in crate::report) fn paint(self, tone: Tone, text: &str) -> String {
        match tone.code() {
            Some(code) if self.colour && !text.is_empty() => {
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            }
            _ => text.to_owned(),
        }
    }
}

/// What a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    /// Nothing special.
    Plain,
    /// Read this first.
    Strong,
    /// Read this last.
    Quiet,
    /// As it should be.
    Good,
    /// The target's fault.
    Bad,
    /// Should be otherwise.
    Doubtful,
    /// Not the target's fault.
    Broken,
}

impl Tone {
    /// The parameters of the ANSI sequence; bold ones for what must be seen.
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Strong => Some("1"),
            Self::Quiet => Some("2"),
            Self::Good => Some("32"),
            Self::Bad => Some("1;31"),
            Self::Doubtful => Some("33"),
            Self::Broken => Some("1;35"),
        }
    }

    /// The tone of a verdict.
    pub(super) const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Good,
            Verdict::Skip => Self::Quiet,
            Verdict::Warn => Self::Doubtful,
            Verdict::Fail => Self::Bad,
            Verdict::Broken => Self::Broken,
        }
    }

    /// The tone of the way a run ended.
    pub(in crate::report) const fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Conforms => Self::Good,
            Outcome::Violated | Outcome::ThresholdMissed => Self::Bad,
            Outcome::Misused
            | Outcome::Broken
            | Outcome::NothingRan
            | Outcome::MeasurementInvalid
            | Outcome::Interrupted => Self::Broken,
        }
    }
}

/// The sign of a verdict, one column wide.
pub(super) const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Skip => "–",
        Verdict::Warn | Verdict::Broken => "!",
        Verdict::Fail => "✗",
    }
}
