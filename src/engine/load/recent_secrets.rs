//! The secrets that a worker was told of late. A target may give away in one answer what belongs to another
//! user, so they must be known where an answer is shown; and there are too many to keep them all.

use std::collections::VecDeque;

use crate::model::Redactor;

/// So many secrets are kept: those of the users that come and go about the time of an answer.
const WINDOW: usize = 2048;

/// The secrets that a worker was told of late, and those that were so when an example was taken.
#[derive(Debug, Default)]
pub(super) struct RecentSecrets {
    recent: VecDeque<String>,
    kept: Vec<String>,
    /// Whether there is an example that one of them may stand in.
    needed: bool,
}

impl RecentSecrets {
    /// Takes a secret in place of the oldest.
    pub(super) fn add(&mut self, secret: String) {
        if self.recent.len() == WINDOW {
            self.recent.pop_front();
        }
        self.recent.push_back(secret);
    }

    /// Keeps those of now: an answer was taken as an example.
    pub(super) fn keep(&mut self) {
        self.needed = true;
        self.kept.extend(self.recent.drain(..));
    }

    /// Teaches those that may stand in an example. Takes some 20 µs for each, so it waits for the end.
    pub(super) fn teach(self, redactor: &Redactor) {
        if self.needed {
            let secrets = self.kept.iter().chain(&self.recent);
            secrets.for_each(|secret| redactor.learn(secret));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_about_the_time_of_an_example_is_learnt() {
        let shown = |with_example: bool| {
            let mut secrets = RecentSecrets::default();
            let secret = |number: usize| format!("secret-{number:05}");
            (0..=WINDOW).for_each(|number| secrets.add(secret(number)));
            if with_example {
                secrets.keep();
            }
            (WINDOW + 1..WINDOW * 3).for_each(|number| secrets.add(secret(number)));
            let redactor = Redactor::new();
            secrets.teach(&redactor);
            let is_known = |number: usize| redactor.text(&secret(number)) != secret(number);
            [0, 1, WINDOW, WINDOW * 3 - 1].map(is_known)
        };
        assert_eq!(shown(true), [false, true, true, true]);
        assert_eq!(shown(false), [false; 4]);
    }
}
