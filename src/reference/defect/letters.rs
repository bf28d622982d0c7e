//! Letters that are not what they should be.

use crate::reference::{Email, Letter, Secret};

/// What becomes of a letter.
#[derive(Clone, Copy, Debug)]
pub enum LetterFault {
    /// It is not sent.
    Lost,
    /// Another one is sent.
    Changed(fn(&Letter) -> Letter),
    /// Each one whose number, from 1, is a multiple of one is not sent, or another one is.
    Seldom {
        /// At least 1.
        every: u64,
        /// What is sent; nothing, if there is none.
        change: Option<fn(&Letter) -> Letter>,
    },
}

impl LetterFault {
    /// The letter that is sent, if any, of the letter with this number, from 1.
    #[must_use]
    pub fn spoil(&self, letter: &Letter, number: u64) -> Option<Letter> {
        match self {
            Self::Lost => None,
            Self::Changed(change) => Some(change(letter)),
            Self::Seldom { every, .. } if !number.is_multiple_of(*every) => Some(letter.clone()),
            Self::Seldom { change, .. } => change.map(|change| change(letter)),
        }
    }
}

/// Where letters go that went wrong.
const ELSEWHERE: &str = "postmaster@assize.example";
/// Of a code that breaks off so many digits are left.
const DIGITS_LEFT: usize = 3;

/// A letter to somebody else.
pub(super) fn misdirected(letter: &Letter) -> Letter {
    Letter {
        to: Email::parse(ELSEWHERE).unwrap_or_else(|| letter.to.clone()),
        ..letter.clone()
    }
}

/// A letter in which the place of the code is empty.
pub(super) fn without_code(letter: &Letter) -> Letter {
    with_digits(letter, String::new())
}

/// A letter with a code that breaks off.
pub(super) fn cut_off(letter: &Letter) -> Letter {
    let digits = letter.digits.reveal().chars();
    with_digits(letter, digits.take(DIGITS_LEFT).collect())
}

/// A letter with another code than the right one: each digit is what it lacks to nine.
pub(super) fn with_another_code(letter: &Letter) -> Letter {
    let turned = |digit: char| char::from_digit(9 - digit.to_digit(10)?, 10);
    let digits = letter.digits.reveal().chars();
    with_digits(letter, digits.filter_map(turned).collect())
}

fn with_digits(letter: &Letter, digits: String) -> Letter {
    Letter {
        digits: Secret::new(digits),
        ..letter.clone()
    }
}
