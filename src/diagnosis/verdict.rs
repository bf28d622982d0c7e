//! What a look over the whole run has found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::fingerprint::Fingerprint;
use crate::model::{CaseId, Redactor};

/// More exchanges are not named as examples.
const EXAMPLES: usize = 8;

/// A shape that the exchanges of a run have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunShape {
    /// Every answer leads elsewhere.
    Redirected,
    /// A gateway answers for a server that it does not reach.
    Gateway,
    /// Something in front wants credentials of its own.
    Guarded,
    /// One page answers everything.
    Page,
    /// What answers is not the API, or the API has another path.
    Elsewhere,
    /// Every request is refused with the same words.
    Refused,
    /// No user is admitted.
    NoCreates,
    /// From some moment on nothing is answered.
    Gone,
    /// For a time nothing was answered.
    Outage,
    /// Something between answered some of the requests.
    Between,
    /// Two servers that do not share what they know.
    TwoServers,
    /// From some moment on no mail comes any more.
    MailsStopped,
    /// From some moment on every answer is the target's own failure.
    Failing,
}

/// Whose fault a shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The target's: what it answered is judged as ever.
    Target,
    /// Something on the way to it, so that nobody can be blamed for what was met.
    Way,
}

/// What a look over the whole run has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnosis {
    /// The shape.
    pub shape: RunShape,
    /// Whose fault it is.
    pub fault: Party,
    /// What happened, as a sentence without a full stop.
    pub sentence: String,
    /// The words of whoever answered, or of the failure; secrets masked, shortened.
    pub quote: String,
    /// What to do.
    pub advice: String,
    /// The numbers of some of the exchanges that show it, the first first.
    pub exchanges: Vec<u64>,
    /// How many exchanges met it.
    pub met: usize,
    /// The cases that met it and are therefore not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suffered: Vec<CaseId>,
    /// The numbers of all exchanges that met it.
    #[serde(skip)]
    pub all_exchanges: BTreeSet<u64>,
    /// The addresses to which no mail came for it.
    #[serde(skip)]
    pub addresses: BTreeSet<String>,
}

impl Diagnosis {
    /// A shape on the way to the target that these exchanges show.
    pub(super) fn on_the_way<'a>(
        shape: RunShape,
        sentence: impl Into<String>,
        quote: impl Into<String>,
        advice: impl Into<String>,
        met: impl IntoIterator<Item = &'a Fingerprint>,
    ) -> Self {
        let all: BTreeSet<u64> = met.into_iter().map(|print| print.number).collect();
        Self {
            shape,
            fault: Party::Way,
            sentence: sentence.into(),
            quote: quote.into(),
            advice: advice.into(),
            exchanges: all.iter().copied().take(EXAMPLES).collect(),
            met: all.len(),
            suffered: Vec::new(),
            all_exchanges: all,
            addresses: BTreeSet::new(),
        }
    }

    /// The same with what got such an answer later, too: where a run was ended, what was under way then may hide the
    /// shape from a later look, as an admission does that is answered later than the refusals after it.
    #[must_use]
    pub fn with_later(mut self, evidence: &Evidence) -> Self {
        let prints = || evidence.prints().iter();
        let is_met = |print: &&Fingerprint| self.all_exchanges.contains(&print.number);
        let answers = prints().filter(is_met).filter_map(Fingerprint::answer);
        let alike: BTreeSet<u64> = answers.map(|one| one.sameness).collect();
        let begun = self.all_exchanges.first().copied().unwrap_or(u64::MAX);
        let later = prints().filter(|print| {
            let answer = print.answer();
            print.number > begun && answer.is_some_and(|one| alike.contains(&one.sameness))
        });
        let later: Vec<u64> = later.map(|print| print.number).collect();
        self.all_exchanges.extend(later);
        self.met = self.all_exchanges.len();
        self
    }

    /// Mails that came until some moment and to none of these addresses afterwards.
    #[must_use]
    pub fn mails_stopped(addresses: BTreeSet<String>, quote: String) -> Self {
        let sentence = format!(
            "mails came at first, and then to none of {} addresses",
            addresses.len()
        );
        let advice =
            "see the log of what delivers them for a quota or a fault, or raise --mail-limit";
        Self {
            addresses,
            ..Self::on_the_way(RunShape::MailsStopped, sentence, quote, advice, [])
        }
    }

    /// Masks every known secret.
    pub fn mask(&mut self, redactor: &Redactor) {
        for text in [&mut self.sentence, &mut self.quote] {
            *text = redactor.text(text);
        }
    }

    /// Whether no user could be made because of it.
    #[must_use]
    pub const fn keeps_users_out(&self) -> bool {
        !matches!(
            self.shape,
            RunShape::Between | RunShape::Outage | RunShape::Failing | RunShape::MailsStopped
        )
    }

    /// Whether a run asks no further because of it.
    #[must_use]
    pub const fn ends_runs(&self) -> bool {
        self.keeps_users_out() && !matches!(self.shape, RunShape::TwoServers)
    }

    /// Whether what met it says nothing of the target: two servers answer as the API does, each by itself.
    #[must_use]
    pub fn excuses_answers(&self) -> bool {
        self.shape != RunShape::TwoServers
    }

    /// All of it as one sentence.
    #[must_use]
    pub fn told(&self) -> String {
        let Self {
            sentence,
            quote,
            advice,
            ..
        } = self;
        format!("{sentence}: {quote}; {advice}")
    }
}
