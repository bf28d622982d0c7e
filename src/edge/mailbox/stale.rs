//! The words by which a mail says that a number was a code once: "your old code", "has expired". It asks
//! only what is said, not how much that weighs.

use super::label;

/// Right before a number, or before the word for a code that stands there, these say that it is not the code
/// to type in.
const BEFORE: [&str; 23] = [
    "old",
    "previous",
    "former",
    "earlier",
    "expired",
    "invalid",
    "outdated",
    "alter",
    "alte",
    "altes",
    "alten",
    "vorheriger",
    "bisheriger",
    "abgelaufener",
    "anterior",
    "antiguo",
    "ancien",
    "précédent",
    "vecchio",
    "precedente",
    "oude",
    "старый",
    "прежний",
];

/// The same after a number or after the word for a code: `código anterior`, `111111 has expired`.
const AFTER: [&str; 17] = [
    "old",
    "previous",
    "former",
    "earlier",
    "expired",
    "invalid",
    "void",
    "outdated",
    "anterior",
    "antiguo",
    "précédent",
    "expiré",
    "caducado",
    "abgelaufen",
    "ungültig",
    "precedente",
    "scaduto",
];

/// Verbs between a number and such a word.
const VERBS: [&str; 10] = [
    "has", "have", "had", "is", "was", "are", "does", "ist", "war", "ha",
];

/// What else may stand between a number and such a word behind it.
const FILLERS: [&str; 5] = ["now", "already", "your", "the", "one"];

/// Words that call for a number, so that what stands before them speaks of another one.
const CALLS: [&str; 4] = ["use", "enter", "verify", "confirm"];

/// A name of a number on the line above begins with no more than this many other words: `Your old code:`.
const WORDS_AHEAD: usize = 1;

/// Whether the words right around a number, in lower case, say that it was a code once.
pub(super) fn is_stale(before: &str, after: &str) -> bool {
    let before = before.rsplit(ends_clause).next().unwrap_or("");
    let after = after.split(ends_clause).next().unwrap_or("");
    ends_in_stale(before).is_some() || begins_with_stale(after)
}

/// Whether a line or a cell, in lower case, names a number below it as one that was a code once.
pub(super) fn names_stale(name: &str) -> bool {
    let name = name.trim().trim_end_matches(':');
    let name = name.rsplit(ends_clause).next().unwrap_or("");
    ends_in_stale(name).is_some_and(|ahead| ahead <= WORDS_AHEAD)
}

/// How many words stand before the stale name that a text ends in, if it does.
fn ends_in_stale(text: &str) -> Option<usize> {
    let words = label::words(text);
    for (at, (_, word)) in words.iter().enumerate().rev() {
        if BEFORE.contains(word) || AFTER.contains(word) {
            return Some(at);
        }
        let names = label::strength(word).is_some() && !CALLS.contains(word);
        if !names && !label::NUMBER_WORDS.contains(word) && !VERBS.contains(word) {
            return None;
        }
    }
    None
}

fn begins_with_stale(text: &str) -> bool {
    let words = label::words(text);
    let skipped = |word: &str| {
        VERBS.contains(&word)
            || FILLERS.contains(&word)
            || (label::strength(word).is_some() && !CALLS.contains(&word))
    };
    let mut rest = words.iter().map(|(_, word)| *word);
    match rest.find(|word| !skipped(word)) {
        Some("no") => rest.next() == Some("longer"),
        Some("nicht") => rest.next() == Some("mehr"),
        Some(word) => AFTER.contains(&word),
        None => false,
    }
}

/// What parts one statement from the next, other numbers among them.
fn ends_clause(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, '.' | ',' | ';' | '!' | '?' | '。' | '，')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beside_a_number_say_that_it_is_old() {
        for (before, after) in [
            ("your old code ", " does not work"),
            ("previous verification code: ", ""),
            ("expired: ", ""),
            ("your old code was ", ""),
            ("código anterior: ", ""),
            ("code ", " has expired"),
            ("code ", " is no longer valid"),
            ("", " was your previous code"),
            ("", " (expired)"),
        ] {
            assert!(is_stale(before, after), "{before}N{after}");
        }
        for (before, after) in [
            ("your code is ", ""),
            ("your old code 111111 was replaced by ", ""),
            ("your old code expired. the new one is ", ""),
            ("if it has expired use ", ""),
            ("", " is your code, old ones have expired"),
            ("", " is your new code"),
            ("", " expires in 10 minutes"),
            ("code ", " replaces your old code 111111"),
        ] {
            assert!(!is_stale(before, after), "{before}N{after}");
        }
    }

    #[test]
    fn a_short_name_above_says_it_too() {
        for name in ["old code:", "your previous code", "expired", "old codes:"] {
            assert!(names_stale(name), "{name}");
        }
        for name in ["new code:", "this replaces your previous code:", "", "code"] {
            assert!(!names_stale(name), "{name}");
        }
    }
}
