//! The code in a mail: which of its numbers is the one to type in. A function of the mail alone.

use regex::Regex;

use super::candidate::{self, Candidate, Shape};
use super::label::{self, Strength};
use super::mail::Mail;

/// How a code is told from the rest of a mail.
#[derive(Clone, Debug, Default)]
pub enum CodePattern {
    /// Six digits, the likeliest of the mail by what stands around them.
    #[default]
    SixDigits,
    /// The first match of an expression of the user: its first group, or all of it if it has none.
    Custom(Regex),
}

/// Why a text is no pattern for codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no regular expression for codes: {cause}")]
pub struct PatternError {
    pattern: String,
    cause: String,
}

/// What speaks for a candidate, in points. Above zero it is taken for a code if none has more.
mod points {
    /// Six digits in a row.
    pub(super) const TOGETHER: i32 = 10;
    /// Digits in groups need a label to count.
    pub(super) const SPACED: i32 = -20;
    /// A line or a table cell of its own.
    pub(super) const OWN_CELL: i32 = 60;
    /// "Code: 123456"
    pub(super) const LABEL_BEFORE: i32 = 60;
    /// "123456 is your code"
    pub(super) const LABEL_AFTER: i32 = 50;
    /// "Your code:" on a line above, or "is your code" on the line below.
    pub(super) const LABEL_NEARBY: i32 = 40;
    /// "Order no. 123456"
    pub(super) const OTHER_NUMBER: i32 = -200;
    /// "#123456": a ticket or a colour, but sometimes a code.
    pub(super) const HASH: i32 = -40;
    /// "2024 123456", "AB-123456"
    pub(super) const NEIGHBOUR: i32 = -20;
}

/// A label further away than this many bytes says nothing about a number.
const LABEL_REACH: usize = 120;

/// Above a number, a label may stand this many lines away that are not blank.
const LINES_ABOVE: usize = 3;

/// A line above that is longer than this many bytes is prose, not the name of a number.
const LONGEST_NAME: usize = 40;

impl CodePattern {
    /// A pattern of the user.
    ///
    /// # Errors
    ///
    /// If it is not a regular expression, or matches the empty text.
    pub fn custom(pattern: &str) -> Result<Self, PatternError> {
        let refused = |cause: String| PatternError {
            pattern: pattern.to_owned(),
            cause,
        };
        let regex = Regex::new(pattern).map_err(|error| refused(error.to_string()))?;
        if regex.is_match("") {
            return Err(refused("it matches an empty text".to_owned()));
        }
        Ok(Self::Custom(regex))
    }

    /// The code in a mail, if there is one.
    #[must_use]
    pub fn find(&self, mail: &Mail) -> Option<String> {
        match self {
            Self::SixDigits => likeliest(mail).or_else(|| in_links(mail)),
            Self::Custom(regex) => first_match(regex, mail),
        }
    }
}

/// The first match in the texts, else in the subject, the links, the HTML as it was sent.
fn first_match(regex: &Regex, mail: &Mail) -> Option<String> {
    let subject = std::iter::once(&mail.subject);
    let places = mail.texts.iter().chain(subject);
    let mut places = places.chain(&mail.links).chain(&mail.sources);
    places.find_map(|text| {
        let captures = regex.captures(text)?;
        let group = captures.get(1).or_else(|| captures.get(0))?;
        Some(group.as_str().trim().to_owned()).filter(|code| !code.is_empty())
    })
}

/// The six digits with the most points; of equals the first, and texts before the subject.
fn likeliest(mail: &Mail) -> Option<String> {
    let mut best: Option<(i32, String)> = None;
    for text in mail.texts.iter().chain(std::iter::once(&mail.subject)) {
        let text = plain(text);
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        for (at, line) in lines.iter().enumerate() {
            for candidate in candidate::candidates(line) {
                let score = score(&lines, at, candidate);
                let beaten = best.as_ref().is_some_and(|(most, _)| *most >= score);
                if score > 0 && !beaten {
                    best = Some((score, candidate::digits(line, candidate)));
                }
            }
        }
    }
    best.map(|(_, code)| code)
}

/// A code that only stands in a link: `…?code=123456`, `…/verify/123456`.
fn in_links(mail: &Mail) -> Option<String> {
    let bare = mail.texts.iter().flat_map(|text| text.split_whitespace());
    let bare = bare.filter(|word| word.contains("://"));
    let mut links = mail.links.iter().map(String::as_str).chain(bare);
    links.find_map(|link| {
        let mut pieces = link.split(['/', '?', '&', '=', '#']);
        let mut before = "";
        pieces.find_map(|piece| {
            let named = label::last(&before.to_lowercase()).is_some();
            before = piece;
            let digits = piece.bytes().all(|byte| byte.is_ascii_digit());
            (named && digits && piece.len() == 6).then(|| piece.to_owned())
        })
    })
}

fn score(lines: &[&str], at: usize, candidate: Candidate) -> i32 {
    let line = lines[at];
    let before = line[..candidate.start].to_lowercase();
    let after = line[candidate.end..].to_lowercase();
    let mut score = match candidate.shape {
        Shape::Together => points::TOGETHER,
        Shape::Spaced => points::SPACED,
    };
    if candidate::fills_its_cell(line, candidate) {
        score += points::OWN_CELL;
    }
    if is_other_number(lines, at, &before) {
        score += points::OTHER_NUMBER;
    }
    if before.ends_with('#') {
        score += points::HASH;
    }
    if has_neighbour(&before, &after) {
        score += points::NEIGHBOUR;
    }
    let beside = label_before(&before).max(label_after(&after));
    score + beside.max(label_nearby(lines, at))
}

/// Whether the words right before name another number, be it on a line of their own above.
fn is_other_number(lines: &[&str], at: usize, before: &str) -> bool {
    if before.chars().any(char::is_alphabetic) {
        return label::ends_in_other_number(before);
    }
    let above = at.checked_sub(1).map(|above| lines[above]);
    above.is_some_and(|above| {
        above.len() <= LONGEST_NAME && label::ends_in_other_number(&above.to_lowercase())
    })
}

fn label_before(before: &str) -> i32 {
    let label = label::last(before);
    label.map_or(0, |label| {
        weighed(points::LABEL_BEFORE, label.strength, &before[label.end..])
    })
}

fn label_after(after: &str) -> i32 {
    let label = label::first(after);
    label.map_or(0, |label| {
        weighed(points::LABEL_AFTER, label.strength, &after[..label.start])
    })
}

fn label_nearby(lines: &[&str], at: usize) -> i32 {
    let above = lines[at.saturating_sub(LINES_ABOVE)..at].iter().rev();
    let below = lines.get(at + 1..=at + 1).unwrap_or_default().iter();
    let nearest_first = above.enumerate().chain(below.enumerate());
    // A label with a number beside it speaks of that one.
    let free = nearest_first.filter(|(_, line)| candidate::candidates(line).is_empty());
    let labels = free.filter_map(|(distance, line)| {
        let label = label::strongest(&line.to_lowercase())?;
        let lines_between = i32::try_from(distance).unwrap_or(i32::MAX);
        Some(weighed(points::LABEL_NEARBY, label.strength, "") - lines_between)
    });
    labels.max().unwrap_or(0)
}

/// The points of a label by its strength and by what stands between it and the number.
fn weighed(points: i32, strength: Strength, between: &str) -> i32 {
    /// One point is lost for this many bytes between the label and the number.
    const BYTES_A_POINT: usize = 4;
    const SENTENCE_ENDS: [&str; 4] = [". ", "! ", "? ", "。"];
    if between.len() > LABEL_REACH {
        return 0;
    }
    let lost = i32::try_from(between.len() / BYTES_A_POINT).unwrap_or(0);
    let apart = SENTENCE_ENDS.iter().any(|end| between.contains(end));
    if strength == Strength::Strong && !apart {
        points - lost
    } else {
        (points / 2 - lost).max(0)
    }
}

fn has_neighbour(before: &str, after: &str) -> bool {
    let word_dash = before
        .strip_suffix('-')
        .is_some_and(|head| head.ends_with(|letter: char| letter.is_ascii_alphabetic()));
    let digit_space = after
        .strip_prefix(' ')
        .is_some_and(|tail| tail.starts_with(|letter: char| letter.is_ascii_digit()));
    word_dash || digit_space
}

/// A text with wide digits and odd spaces made plain, and what cannot be seen removed.
fn plain(text: &str) -> String {
    let plain = text.chars().filter_map(|letter| match letter {
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{34f}' => None,
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(letter) - 0xff10, 10),
        '\u{2010}' | '\u{2011}' => Some('-'),
        '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | '\t' => Some(letter),
        space if space.is_whitespace() => Some(' '),
        _ => Some(letter),
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<String> {
        let mail = Mail {
            texts: vec![text.to_owned()],
            ..Mail::default()
        };
        CodePattern::SixDigits.find(&mail)
    }

    #[test]
    fn the_labelled_number_wins() {
        for text in [
            "Order no. 482913. Your verification code is 123456.",
            "Your code expires 311224. Code: 123456",
            "Hi user 482913,\n\nyour verification code:\n\n123456\n\nBye 777777",
            "123456 is your code. Your account is 482913.",
            "482913 things\nSecurity code: 123-456",
            "Dein Bestätigungscode lautet 123 456.",
            "Your code is 1 2 3 4 5 6",
            "Ticket\t482913\nCode\t123456",
            "Postal code 482913\nPIN 123456",
            "您的验证码是123456，10分钟内有效。订单 482913",
            "Code: １２３４５６",
            "Code: 12\u{200b}3456",
            "Your code: #123456",
            "To finish creating your account, use 123456 within 10 minutes.",
            "123456",
            "G-123456 is your Google verification code.",
        ] {
            assert_eq!(code(text).as_deref(), Some("123456"), "{text}");
        }
    }

    #[test]
    fn a_mail_without_a_code_has_none() {
        for text in [
            "Call 482913 or 555 1234567.",
            "Order number\n482913",
            "Invoice 482913",
            "color: #482913;",
            "Bengaluru, postal code 560001",
            "482 913 people joined",
            "Session ID: 482913",
            "USD 482913",
            "https://x.org/t/482913?u=482913",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn a_link_is_the_last_resort() {
        assert_eq!(
            code("Click https://x.org/t/482913/verify?code=123456&x=777777").as_deref(),
            Some("123456")
        );
        assert_eq!(
            code("https://x.org/verify/123456").as_deref(),
            Some("123456")
        );
    }

    #[test]
    fn a_pattern_of_the_user_gives_its_group_or_its_match() {
        let mail = Mail {
            texts: vec!["ref 999999 key=AB-12 and key=CD-34".to_owned()],
            subject: "777".to_owned(),
            sources: vec!["<p data-code='Z1'>".to_owned()],
            ..Mail::default()
        };
        let find = |pattern: &str| CodePattern::custom(pattern).unwrap().find(&mail);
        assert_eq!(find("key=([A-Z]+-[0-9]+)").as_deref(), Some("AB-12"));
        assert_eq!(find("[A-Z]{2}-[0-9]{2}").as_deref(), Some("AB-12"));
        assert_eq!(find("^7+$").as_deref(), Some("777"));
        assert_eq!(find("data-code='(..)'").as_deref(), Some("Z1"));
        assert_eq!(find("nothing"), None);
    }

    #[test]
    fn a_bad_pattern_is_refused_with_its_reason() {
        let error = CodePattern::custom("([0-9]").unwrap_err().to_string();
        assert!(
            error.contains("([0-9]") && error.contains("unclosed group"),
            "{error}"
        );
        assert!(CodePattern::custom("[0-9]*").is_err());
    }
}
