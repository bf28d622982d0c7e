//! Defects behind conditions: each behaviour is that of a defect that shows always.

use std::sync::LazyLock;

use super::{Defect, unconditional};
use crate::reference::defect::Trigger;
use crate::reference::defect::conditions::{
    AFTER_500, AFTER_REFUSAL, ALL, BLANK, CHUNKED, CLOSING, COOKIE, DEAD_2_S, DEAD_5_S,
    DIGIT_FIRST, EMAIL_CAPITAL, EMAIL_DIGIT_FIRST, EMAIL_DOT, EMAIL_LONG, EMAIL_SUBDOMAIN,
    EMAIL_TAG, EMAIL_UNDERSCORE, EXPECTING, FROM_BROWSER, FROM_CURL, GZIP, HAS_PAIR, HEIR, HTML,
    HTTP_1_0, HUNDREDTH, KEPT, LANGUAGE, LARGE_BODY, LATER_PAIR, LATER_SESSION, LONG, MORE_MEMBERS,
    NAMELESS, NO_ACCEPT, NOT_ASCII, ORIGIN, OVER_6, OVER_16, OVER_20_ALIVE, OVER_32, OVER_64,
    QUERY, REORDERED, SIGN_FIRST, TENTH, VERY_LARGE_BODY,
};

/// The behaviours of random compositions. Each shows to a client that provokes its condition.
#[rustfmt::skip]
const BASES: &[&str] = &[
    "x-error-missing", "x-error-id-missing", "x-error-blank", "x-error-id-blank", "x-error-missing-on-404",
    "x-error-id-missing-on-401", "x-error-missing-on-create", "x-error-null", "x-error-id-constant",
    "get-unknown-500", "get-unknown-200", "get-malformed-500", "get-malformed-200", "delete-bare-500",
    "delete-acknowledges-nobody", "delete-acknowledges-bad-bearer", "delete-acknowledges-unverified",
    "create-status-201", "get-status-201", "delete-status-200", "create-says-500", "get-redirects",
    "media-type-html", "media-type-html-on-get", "media-type-missing", "get-two-documents", "alias-lower-case",
    "alias-of-another", "create-keeps-nothing", "delete-keeps-all", "delete-late", "delete-takes-same-alias",
    "delete-leaves-sessions", "delete-leaves-key-pairs", "session-born-verified", "code-any", "code-in-vain",
    "mail-lost", "mail-wrong-code", "delete-by-any-secret", "delete-by-key-alone", "bearer-in-other-case",
    "create-takes-number-as-alias", "create-takes-absent-full-name", "sessions-share-session-id",
    "delete-bearer-not-enough",
];

/// What is composed and has a name of its own.
#[rustfmt::skip]
const PAIRS: &[(&str, &[&Trigger])] = &[
    // The headers of an error are owed to every client alike.
    ("x-error-missing", &[
        HTTP_1_0, KEPT, TENTH, HUNDREDTH, QUERY, LONG, NAMELESS, FROM_BROWSER, FROM_CURL, HTML, NO_ACCEPT,
        ORIGIN, LANGUAGE, CLOSING, GZIP, COOKIE, MORE_MEMBERS, REORDERED, LARGE_BODY, VERY_LARGE_BODY, CHUNKED,
        EXPECTING, AFTER_500, OVER_6, OVER_16,
    ]),
    ("x-error-id-missing", &[
        HTTP_1_0, KEPT, HUNDREDTH, QUERY, LONG, NAMELESS, FROM_BROWSER, HTML, NO_ACCEPT, ORIGIN, CLOSING,
        CHUNKED, VERY_LARGE_BODY, HEIR, AFTER_REFUSAL, OVER_6, OVER_16,
    ]),
    ("get-unknown-500", &[HTTP_1_0, QUERY, FROM_BROWSER, KEPT, ORIGIN, OVER_16]),
    ("get-malformed-500", &[HTTP_1_0, FROM_CURL]),
    ("media-type-html", &[HTTP_1_0, FROM_BROWSER, HTML, NO_ACCEPT, KEPT, ORIGIN]),
    ("get-two-documents", &[KEPT, GZIP]),
    ("create-status-201", &[HTTP_1_0, FROM_BROWSER, CHUNKED, CLOSING]),
    ("delete-status-200", &[HTTP_1_0, QUERY, LATER_SESSION, AFTER_REFUSAL]),
    // Accounts are alike, whatever they are called and whoever else there is.
    ("alias-lower-case", &[
        NOT_ASCII, DIGIT_FIRST, BLANK, OVER_32, OVER_64, SIGN_FIRST, EMAIL_SUBDOMAIN, REORDERED, CHUNKED,
    ]),
    ("create-keeps-nothing", &[MORE_MEMBERS, EMAIL_SUBDOMAIN, EMAIL_LONG, CHUNKED, LARGE_BODY]),
    ("mail-lost", &[
        EMAIL_CAPITAL, EMAIL_TAG, EMAIL_DOT, EMAIL_DIGIT_FIRST, EMAIL_SUBDOMAIN, EMAIL_LONG, EMAIL_UNDERSCORE,
        HEIR, NOT_ASCII,
    ]),
    ("mail-wrong-code", &[EMAIL_SUBDOMAIN, HEIR]),
    ("delete-keeps-all", &[
        HTTP_1_0, QUERY, KEPT, HAS_PAIR, LATER_SESSION, AFTER_REFUSAL, ORIGIN, OVER_20_ALIVE, HEIR, DIGIT_FIRST,
        EMAIL_SUBDOMAIN, OVER_6,
    ]),
    ("delete-leaves-sessions", &[DEAD_2_S, DEAD_5_S, LATER_SESSION, HTTP_1_0]),
    ("delete-leaves-key-pairs", &[DEAD_2_S, LATER_PAIR]),
    ("delete-by-any-secret", &[HTTP_1_0, QUERY, LATER_PAIR, FROM_BROWSER]),
    ("delete-acknowledges-nobody", &[HTTP_1_0, FROM_BROWSER, ORIGIN]),
    ("code-any", &[LATER_SESSION, HEIR, AFTER_REFUSAL, HTTP_1_0, CHUNKED]),
    ("session-born-verified", &[EMAIL_SUBDOMAIN, HEIR, OVER_20_ALIVE]),
    ("create-takes-number-as-alias", &[HTTP_1_0, MORE_MEMBERS, REORDERED, CHUNKED]),
    // However many calls come at a moment.
    ("sessions-share-session-id", &[OVER_6, OVER_16]),
    ("create-says-500", &[OVER_6, OVER_16]),
    ("get-redirects", &[OVER_6, OVER_16]),
];

impl Defect {
    /// The same behaviour, but only under a condition. The name is made once and lasts as long as the
    /// process: compositions are as few as a proof tries.
    #[must_use]
    pub fn behind(&self, condition: &'static Trigger) -> Self {
        let says = self.says.trim_end_matches('.');
        Self {
            name: format!("{}-{}", self.name, condition.name).leak(),
            says: format!("{says}, but only {}.", condition.says).leak(),
            condition,
            ..*self
        }
    }
}

/// All pairs of a behaviour and a condition that may be composed at random. Not each of them can be seen.
#[must_use]
pub fn pairs() -> Vec<(&'static Defect, &'static Trigger)> {
    let behaviours = unconditional().filter(|defect| BASES.contains(&defect.name));
    behaviours
        .flat_map(|defect| ALL.iter().map(move |condition| (defect, *condition)))
        .filter(|(defect, condition)| !is_honest(defect, condition))
        .collect()
}

/// The composition of this name. It lasts as long as the process, which asks for one or a few.
pub(super) fn composed(name: &str) -> Option<&'static Defect> {
    let pairs = pairs().into_iter();
    let mut pairs = pairs.filter(|(behaviour, _)| name.starts_with(behaviour.name));
    let is_named = |condition: &Trigger, behaviour: &Defect| {
        let rest = name.strip_prefix(behaviour.name);
        rest.and_then(|rest| rest.strip_prefix('-')) == Some(condition.name)
    };
    let (behaviour, condition) = pairs.find(|(one, condition)| is_named(condition, one))?;
    Some(Box::leak(Box::new(behaviour.behind(condition))))
}

/// Whether a server that does so is within its rights, as the document goes: it may lock out who tried in vain, may
/// give an id again whose owner was deleted, and owes a right mail to whoever creates a user: of the mails for later
/// sessions and key pairs the document says nothing.
fn is_honest(defect: &Defect, condition: &Trigger) -> bool {
    let locks_out = ["code-in-vain", "delete-bearer-not-enough", "mail-lost"];
    let gives_again = ["sessions-share-session-id"];
    let of_later_mails = [
        "after-reading",
        "for-later-session",
        "with-key-pair",
        "after-second-pair",
        "2-s-after-creation",
        "5-s-after-creation",
        "2-s-after-verification",
    ];
    let of_mails = ["mail-lost", "mail-wrong-code"];
    of_mails.contains(&defect.name) && of_later_mails.contains(&condition.name)
        || condition.name == "after-refusal" && locks_out.contains(&defect.name)
        || condition.name == "for-heir" && gives_again.contains(&defect.name)
}

/// All that have a name of their own.
pub(super) static NAMED: LazyLock<Vec<Defect>> = LazyLock::new(|| {
    let behaviour = |name: &str| unconditional().find(|defect| defect.name == name);
    let pairs = PAIRS
        .iter()
        .filter_map(|(name, conditions)| Some((behaviour(name)?, conditions)));
    pairs
        .flat_map(|(defect, conditions)| {
            conditions.iter().map(|condition| defect.behind(condition))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_composed_exists() {
        let exists = |name: &&str| unconditional().any(|defect| defect.name == *name);
        let named = PAIRS.iter().map(|(name, _)| name);
        let lost: Vec<_> = BASES
            .iter()
            .chain(named)
            .filter(|name| !exists(name))
            .collect();
        assert!(lost.is_empty(), "{lost:?}");
        assert!(BASES.len() >= 40);
    }
}
