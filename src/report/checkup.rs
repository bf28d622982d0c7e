//! What a look at the target, the mailbox and this machine has found before any run: one line each.

use crate::model::Outcome;

/// How one thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitness {
    /// As a run needs it.
    Well,
    /// A run can do with it, and tells less by it.
    Doubtful,
    /// No run can do with it.
    Failed,
    /// It was not looked at, because something before it failed or because it does not apply.
    Untried,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckupLine {
    /// What was looked at, in a word or two.
    pub what: &'static str,
    /// How it was found.
    pub health: Fitness,
    /// What was found.
    pub text: String,
    /// What to do about it; empty where nothing is to be done.
    pub remedy: String,
}

/// Everything that was looked at, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkup {
    /// One line each.
    pub lines: Vec<CheckupLine>,
}

/// The width of the names.
const NAMES: usize = 10;

impl CheckupLine {
    /// It is as it should be.
    pub fn well(what: &'static str, text: impl Into<String>) -> Self {
        Self::new(what, Fitness::Well, text.into())
    }

    /// It was not looked at, for this reason.
    pub fn untried(what: &'static str, text: impl Into<String>) -> Self {
        Self::new(what, Fitness::Untried, text.into())
    }

    /// A run can do with it, and tells less. What to do stands behind the first semicolon.
    #[must_use]
    pub fn doubtful(what: &'static str, told: &str) -> Self {
        Self::with_remedy(what, Fitness::Doubtful, told)
    }

    /// No run can do with it. What to do stands behind the first semicolon.
    #[must_use]
    pub fn failed(what: &'static str, told: &str) -> Self {
        Self::with_remedy(what, Fitness::Failed, told)
    }

    fn with_remedy(what: &'static str, health: Fitness, told: &str) -> Self {
        let (text, remedy) = told.split_once("; ").unwrap_or((told, ""));
        Self {
            remedy: remedy.to_owned(),
            ..Self::new(what, health, text.to_owned())
        }
    }

    const fn new(what: &'static str, health: Fitness, text: String) -> Self {
        Self {
            what,
            health,
            text,
            remedy: String::new(),
        }
    }

    /// The line for a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mark = match self.health {
            Fitness::Well => "✓",
            Fitness::Doubtful => "!",
            Fitness::Failed => "✗",
            Fitness::Untried => "–",
        };
        let remedy = if self.remedy.is_empty() {
            String::new()
        } else {
            format!("; to do: {}", self.remedy)
        };
        let what = self.what;
        format!("{mark} {what:<NAMES$}  {}{remedy}\n", self.text)
    }
}

impl Checkup {
    /// Whether a run can be made: broken if anything failed.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.count(Fitness::Failed) {
            0 => Outcome::Conforms,
            _ => Outcome::Broken,
        }
    }

    /// The last line, which counts.
    #[must_use]
    pub fn verdict(&self) -> String {
        let failed = self.count(Fitness::Failed);
        let doubtful = self.count(Fitness::Doubtful);
        match (failed, doubtful) {
            (0, 0) => "all is well: `assize run` can be made\n".to_owned(),
            (0, some) => format!("a run can be made; {some} to look at, marked !\n"),
            (some, _) => format!("no run can be made yet: {some} to mend, marked ✗\n"),
        }
    }

    fn count(&self, health: Fitness) -> usize {
        let of_it = self.lines.iter().filter(|line| line.health == health);
        of_it.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_to_do_and_only_a_failure_keeps_a_run_away() {
        let mut checkup = Checkup::default();
        checkup.lines.push(CheckupLine::well("names", "is known"));
        let doubtful = CheckupLine::doubtful("mailbox", "none is given; give --mailbox; or not");
        assert_eq!(
            doubtful.text(),
            "! mailbox     none is given; to do: give --mailbox; or not\n"
        );
        checkup.lines.push(doubtful);
        checkup
            .lines
            .push(CheckupLine::untried("TLS", "plain HTTP"));
        assert_eq!(checkup.outcome(), Outcome::Conforms);
        assert!(checkup.verdict().contains("1 to look at"));
        checkup.lines.push(CheckupLine::failed("TCP", "refused"));
        assert_eq!(checkup.outcome(), Outcome::Broken);
        assert!(checkup.verdict().contains("1 to mend"));
        assert_eq!(
            checkup.lines[3].text(),
            "✗ TCP         refused\n",
            "nothing to do is not announced"
        );
    }
}
