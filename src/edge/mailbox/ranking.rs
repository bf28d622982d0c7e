//! Which six digits of a mail are its code: each candidate gets points for what stands around it.

use super::candidate::{self, Candidate, CandidateShape};
use super::code::MOST_CODES;
use super::label::{self, Strength};
use super::mail::Mail;
use super::stale;

/// What speaks for a candidate, in points. Above zero it is taken for a code if none has more.
mod points {
    /// Six digits in a row.
    pub(super) const TOGETHER: i32 = 10;
    /// Digits in groups need a label to count.
    pub(super) const SPACED: i32 = -20;
    /// A line or a table cell of its own.
    pub(super) const OWN_CELL: i32 = 60;
    /// "Code: 123456"; more than a cell of its own, which may be the postcode of a footer.
    pub(super) const LABEL_BEFORE: i32 = 70;
    /// "123456 is your code"
    pub(super) const LABEL_AFTER: i32 = 50;
    /// "Your code:" on a line above, or "is your code" on the line below.
    pub(super) const LABEL_NEARBY: i32 = 40;
    /// "Order no. 123456"
    pub(super) const OTHER_NUMBER: i32 = -200;
    /// "Your old code 123456", "123456 has expired"; less than a label and a number have together, since
    /// such words may speak of another code.
    pub(super) const STALE: i32 = -60;
    /// "PIN 123456": a code, or the postal code of an Indian address.
    pub(super) const PIN: i32 = -38;
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

/// The six digits that may be the code, those with the most points first and no more than a target is asked to
/// try; of equals the first, and texts before the subject.
pub(super) fn likeliest(mail: &Mail) -> Vec<String> {
    let mut best: Vec<(i32, String)> = Vec::new();
    for text in mail.texts.iter().chain(std::iter::once(&mail.subject)) {
        let text = plain(text);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<RankedLine<'_>> = lines.map(RankedLine::new).collect();
        for (at, line) in lines.iter().enumerate() {
            for candidate in &line.candidates {
                let score = score(&lines, at, *candidate);
                if score > 0 {
                    add(&mut best, score, candidate::digits(line.text, *candidate));
                }
            }
        }
    }
    best.into_iter().map(|(_, code)| code).collect()
}

/// Adds a candidate to the best so far. A number that comes twice counts where it has more points.
fn add(best: &mut Vec<(i32, String)>, score: i32, code: String) {
    if let Some(known) = best.iter().position(|(_, other)| *other == code) {
        if best[known].0 >= score {
            return;
        }
        best.remove(known);
    }
    let place = best.partition_point(|(more, _)| *more >= score);
    best.insert(place, (score, code));
    best.truncate(MOST_CODES);
}

/// A line, and what it means for the lines around it.
#[derive(Debug)]
struct RankedLine<'a> {
    text: &'a str,
    candidates: Vec<Candidate>,
    /// How it calls a number on another line; a label with a number beside it speaks of that one.
    label: Option<Strength>,
    /// Whether it names another number on the line below.
    names_other: bool,
}

impl<'a> RankedLine<'a> {
    fn new(text: &'a str) -> Self {
        let candidates = candidate::candidates(text);
        let lower = text.to_lowercase();
        let label = label::strongest(&lower).map(|label| label.strength);
        Self {
            text,
            label: label.filter(|_| candidates.is_empty()),
            names_other: text.len() <= LONGEST_NAME && label::ends_in_other_number(&lower),
            candidates,
        }
    }
}

fn score(lines: &[RankedLine<'_>], at: usize, candidate: Candidate) -> i32 {
    let (before, after) = candidate::around(lines[at].text, candidate);
    let (before, after) = (before.to_lowercase(), after.to_lowercase());
    let mut score = match candidate.shape {
        CandidateShape::Together => points::TOGETHER,
        CandidateShape::Spaced => points::SPACED,
    };
    if candidate::fills_its_cell(lines[at].text, candidate) {
        score += points::OWN_CELL;
    }
    if is_other_number(lines, at, &before) {
        score += points::OTHER_NUMBER;
    }
    if stale::is_stale(&before, &after) || has_stale_name(lines, at, &before) {
        score += points::STALE;
    }
    if label::ends_in_pin(&before) {
        score += points::PIN;
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
fn is_other_number(lines: &[RankedLine<'_>], at: usize, before: &str) -> bool {
    if before.chars().any(char::is_alphabetic) {
        return label::ends_in_other_number(before);
    }
    at.checked_sub(1)
        .is_some_and(|above| lines[above].names_other)
}

/// Whether the nearest words above a number that stands for itself name it as an old one; in a table the
/// words above its cell.
fn has_stale_name(lines: &[RankedLine<'_>], at: usize, before: &str) -> bool {
    if before.chars().any(char::is_alphabetic) {
        return false;
    }
    let mut above = lines[at.saturating_sub(LINES_ABOVE)..at].iter().rev();
    let name = above.find(|line| line.text.chars().any(char::is_alphabetic));
    name.filter(|line| line.text.len() <= LONGEST_NAME)
        .is_some_and(|line| {
            let lower = line.text.to_lowercase();
            let column = before.matches('\t').count();
            let cell = lower.split('\t').nth(column).unwrap_or(&lower);
            stale::names_stale(cell)
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

fn label_nearby(lines: &[RankedLine<'_>], at: usize) -> i32 {
    let above = lines[at.saturating_sub(LINES_ABOVE)..at].iter().rev();
    let below = lines.get(at + 1..=at + 1).unwrap_or_default().iter();
    let nearest_first = above.enumerate().chain(below.enumerate());
    let labels = nearest_first.filter_map(|(distance, line)| {
        let lines_between = i32::try_from(distance).unwrap_or(i32::MAX);
        Some(weighed(points::LABEL_NEARBY, line.label?, "") - lines_between)
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
