//! Credentials that are taken for others which they only resemble.

use url::form_urlencoded;

use super::{Asked, Holder};

/// Which part of the credentials is compared wrongly; the other parts must be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The bearer of a session.
    Bearer,
    /// The public half of a key pair.
    Key,
    /// The secret half of a key pair.
    Secret,
}

/// A delete is done for somebody whose credentials are nearly those given.
#[derive(Clone, Copy, Debug)]
pub struct Nearly {
    /// Which part is compared wrongly.
    pub part: Part,
    /// Whether what was given, second, is taken for what is known, first. They are not equal, and
    /// neither is empty.
    pub alike: fn(&str, &str) -> bool,
}

impl Nearly {
    /// For whom a delete is done, if they are not who the credentials say.
    #[must_use]
    pub fn holder<'a>(&self, holders: &'a [Holder], asked: &Asked) -> Option<&'a Holder> {
        let alike = |known: &str, given: Option<&str>| {
            given.is_some_and(|given| {
                let both = !known.is_empty() && !given.is_empty();
                both && known != given && (self.alike)(known, given)
            })
        };
        let equal = |known: &str, given: Option<&str>| !known.is_empty() && given == Some(known);
        let right = |of: &[Holder]| of.iter().any(|one| equal(&one.bearer, asked.bearer()));
        if self.part == Part::Bearer && right(holders) {
            return None;
        }
        holders.iter().find(|holder| match self.part {
            Part::Bearer => alike(&holder.bearer, asked.bearer()),
            Part::Key => {
                alike(&holder.api_key, asked.key()) && equal(&holder.api_secret, asked.secret())
            }
            Part::Secret => {
                equal(&holder.api_key, asked.key()) && alike(&holder.api_secret, asked.secret())
            }
        })
    }
}

/// Shorter beginnings and ends are not compared, in bytes: nobody would guess a longer one.
const COMPARED: usize = 16;

fn differing(known: &str, given: &str) -> Vec<usize> {
    let pairs = known.bytes().zip(given.bytes()).enumerate();
    pairs
        .filter(|(_, (one, other))| one != other)
        .map(|(place, _)| place)
        .collect()
}

/// The only place at which two texts of one length differ.
fn only_difference(known: &str, given: &str) -> Option<usize> {
    match differing(known, given).as_slice() {
        [place] if known.len() == given.len() => Some(*place),
        _ => None,
    }
}

pub(super) fn letter_case(known: &str, given: &str) -> bool {
    known.eq_ignore_ascii_case(given)
}

pub(super) fn case_of_one_letter(known: &str, given: &str) -> bool {
    letter_case(known, given) && only_difference(known, given).is_some()
}

pub(super) fn but_for_first(known: &str, given: &str) -> bool {
    only_difference(known, given) == Some(0)
}

pub(super) fn but_for_last(known: &str, given: &str) -> bool {
    only_difference(known, given) == Some(known.len() - 1)
}

pub(super) fn but_for_one_inside(known: &str, given: &str) -> bool {
    only_difference(known, given).is_some_and(|place| place > 0 && place < known.len() - 1)
}

pub(super) fn by_beginning(known: &str, given: &str) -> bool {
    let beginning = known.get(..COMPARED);
    beginning.is_some_and(|beginning| given.starts_with(beginning))
}

pub(super) fn by_end(known: &str, given: &str) -> bool {
    let end = known.len().checked_sub(COMPARED);
    end.and_then(|at| known.get(at..))
        .is_some_and(|end| given.ends_with(end))
}

pub(super) fn without_last(known: &str, given: &str) -> bool {
    known.len() == given.len() + 1 && known.starts_with(given)
}

pub(super) fn without_first(known: &str, given: &str) -> bool {
    known.len() == given.len() + 1 && known.ends_with(given)
}

pub(super) fn with_one_more(known: &str, given: &str) -> bool {
    given.len() == known.len() + 1 && given.starts_with(known)
}

pub(super) fn with_one_before(known: &str, given: &str) -> bool {
    given.len() == known.len() + 1 && given.ends_with(known)
}

pub(super) fn doubled(known: &str, given: &str) -> bool {
    given.len() == 2 * known.len() && given.starts_with(known) && given.ends_with(known)
}

pub(super) fn percent_encoded(known: &str, given: &str) -> bool {
    let decoded = form_urlencoded::parse(given.as_bytes()).next();
    decoded.is_some_and(|(text, _)| text == known)
}

pub(super) fn in_quotes(known: &str, given: &str) -> bool {
    given.trim_matches(['"', '\'']) == known
}

pub(super) fn with_blanks_inside(known: &str, given: &str) -> bool {
    given.split_whitespace().collect::<String>() == known
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "AbCdEfGhIjKlMnOpQrStUvWx";

    #[test]
    fn each_takes_what_it_names_and_nothing_else() {
        type Alike = fn(&str, &str) -> bool;
        let cases: [(Alike, &str); 14] = [
            (letter_case, "abcdefghijklmnopqrstuvwx"),
            (case_of_one_letter, "abCdEfGhIjKlMnOpQrStUvWx"),
            (but_for_first, "0bCdEfGhIjKlMnOpQrStUvWx"),
            (but_for_last, "AbCdEfGhIjKlMnOpQrStUvW0"),
            (but_for_one_inside, "AbCdEfGhIjK0MnOpQrStUvWx"),
            (by_beginning, "AbCdEfGhIjKlMnOp"),
            (by_end, "IjKlMnOpQrStUvWx"),
            (without_last, "AbCdEfGhIjKlMnOpQrStUvW"),
            (without_first, "bCdEfGhIjKlMnOpQrStUvWx"),
            (with_one_more, "AbCdEfGhIjKlMnOpQrStUvWx0"),
            (with_one_before, "0AbCdEfGhIjKlMnOpQrStUvWx"),
            (doubled, "AbCdEfGhIjKlMnOpQrStUvWxAbCdEfGhIjKlMnOpQrStUvWx"),
            (percent_encoded, "%41bCdEfGhIjKlMnOpQrStUvWx"),
            (in_quotes, "\"AbCdEfGhIjKlMnOpQrStUvWx\""),
        ];
        for (alike, given) in cases {
            assert!(alike(KNOWN, given), "{given}");
            assert!(!alike(KNOWN, "something else altogether"), "{given}");
        }
        assert!(with_blanks_inside(KNOWN, "AbCd EfGhIjKlMnOpQrStUvWx"));
    }

    #[test]
    fn the_right_bearer_is_nobody_elses() {
        let holder = |bearer: &str| Holder {
            bearer: bearer.to_owned(),
            ..Holder::default()
        };
        let nearly = Nearly {
            part: Part::Bearer,
            alike: letter_case,
        };
        let asked = |bearer: &str| Asked {
            credentials: crate::reference::Credentials {
                bearer: Some(crate::reference::Secret::new(bearer)),
                ..Default::default()
            },
            ..Asked::default()
        };
        let holders = [holder("Aa"), holder("aA")];
        assert!(nearly.holder(&holders, &asked("Aa")).is_none());
        let found = nearly.holder(&holders, &asked("aa")).map(|one| &one.bearer);
        assert_eq!(found, Some(&"Aa".to_owned()));
    }
}
