//! Six digits in a line that may be a code, and what stands around them. Ranks nothing by words.

/// How the digits of a candidate are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CandidateShape {
    /// `123456`
    Together,
    /// `123 456`, `123-456` or `1 2 3 4 5 6`: too common elsewhere to count without a label.
    Spaced,
}

/// Six digits that may be a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) shape: CandidateShape,
    /// Where it begins, in bytes of the line.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// What keeps groups of one number together. A tab ends a cell, but boxes of one digit each are
/// cells of their own.
const SEPARATORS: [&str; 4] = [" ", "-", "\t", "\t\t"];

/// After or before digits these make a sum of money or a share of them.
const MONEY: [char; 7] = ['$', '€', '£', '¥', '₹', '₽', '%'];

/// Between digits these make one number, a date, a time, a version or a path of them.
const JOINERS: [char; 7] = ['.', ',', ':', '/', '-', '–', '\''];

/// What is looked at before and after a candidate, in bytes each; so that a line without an end
/// takes no time without an end.
const SURROUNDINGS: usize = 256;

/// The candidates of a line, in order: six digits that are not visibly part of something else.
pub(super) fn candidates(line: &str) -> Vec<Candidate> {
    let runs = digit_runs(line);
    let mut found = Vec::new();
    let mut at = 0;
    while at < runs.len() {
        let (shape, groups) = shape_at(line, &runs, at).unwrap_or((CandidateShape::Together, 0));
        if groups == 0 {
            at += 1;
            continue;
        }
        let candidate = Candidate {
            shape,
            start: runs[at].0,
            end: runs[at + groups - 1].1,
        };
        if stands_alone(line, candidate) {
            found.push(candidate);
        }
        at += groups;
    }
    found
}

/// The six digits themselves.
pub(super) fn digits(line: &str, candidate: Candidate) -> String {
    let text = &line[candidate.start..candidate.end];
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What stands before and after a candidate, as far as it is looked at.
pub(super) fn around(line: &str, candidate: Candidate) -> (&str, &str) {
    let from = line.ceil_char_boundary(candidate.start.saturating_sub(SURROUNDINGS));
    let to = line.floor_char_boundary(candidate.end.saturating_add(SURROUNDINGS));
    (&line[from..candidate.start], &line[candidate.end..to])
}

/// Whether a candidate is all that its line or table cell holds, but for brackets, quotes and stars.
pub(super) fn fills_its_cell(line: &str, candidate: Candidate) -> bool {
    let (before, after) = around(line, candidate);
    let before = before.rsplit('\t').next().unwrap_or("");
    let after = after.split('\t').next().unwrap_or("");
    let is_frame = |letter: char| {
        !letter.is_alphanumeric() && !MONEY.contains(&letter) && letter != '#' && letter != '+'
    };
    before.chars().all(is_frame) && after.chars().all(is_frame)
}

/// The runs of digits of a line: where each begins and ends.
fn digit_runs(line: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in line.bytes().enumerate() {
        match runs.last_mut() {
            _ if !byte.is_ascii_digit() => {}
            Some(run) if run.1 == at => run.1 = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// The shape that begins with a run, and how many runs it takes.
fn shape_at(line: &str, runs: &[(usize, usize)], at: usize) -> Option<(CandidateShape, usize)> {
    for (shape, lengths) in [
        (CandidateShape::Together, &[6][..]),
        (CandidateShape::Spaced, &[3, 3]),
        (CandidateShape::Spaced, &[1, 1, 1, 1, 1, 1]),
    ] {
        let Some(groups) = runs.get(at..at + lengths.len()) else {
            continue;
        };
        let fits = groups
            .iter()
            .zip(lengths)
            .all(|(run, length)| run.1 - run.0 == *length);
        let mut gaps = groups.windows(2).map(|pair| &line[pair[0].1..pair[1].0]);
        let first = gaps.next();
        let joined =
            first.is_none_or(|gap| SEPARATORS.contains(&gap)) && gaps.all(|gap| Some(gap) == first);
        if fits && joined {
            return Some((shape, lengths.len()));
        }
    }
    None
}

/// False for digits that are a piece of a word, an address, a sum, a date or a longer number.
fn stands_alone(line: &str, candidate: Candidate) -> bool {
    let (before, after) = around(line, candidate);
    !continues(before.chars().rev())
        && !continues(after.chars())
        && !is_money(before.chars().rev())
        && !is_money(after.chars())
        && !before.ends_with('+')
        && !follows_digits(before)
        && !(candidate.shape == CandidateShape::Spaced && precedes_digits(after))
        && !in_address(before, after)
}

/// Whether a word or a number goes on, in either direction.
fn continues(mut outwards: impl Iterator<Item = char>) -> bool {
    /// Chinese, Japanese and Korean letters begin here; they need no space beside a number.
    const FIRST_UNSPACED: char = '\u{2e80}';
    let (next, second) = (outwards.next(), outwards.next());
    let Some(next) = next else { return false };
    let in_word = next == '_' || (next.is_alphanumeric() && next < FIRST_UNSPACED);
    let joined = JOINERS.contains(&next) && second.is_some_and(|second| second.is_ascii_digit());
    in_word || joined
}

fn is_money(outwards: impl Iterator<Item = char>) -> bool {
    let mut signs = outwards.skip_while(|letter| *letter == ' ');
    signs.next().is_some_and(|sign| MONEY.contains(&sign))
}

/// `0800 123456`, `(030) 123456`: the rest of a telephone number.
fn follows_digits(before: &str) -> bool {
    let Some(head) = before.strip_suffix([' ', '-']) else {
        return false;
    };
    head.trim_end_matches(')')
        .ends_with(|letter: char| letter.is_ascii_digit())
}

fn precedes_digits(after: &str) -> bool {
    let rest = after.strip_prefix([' ', '-', '\t']).unwrap_or("");
    rest.starts_with(|letter: char| letter.is_ascii_digit())
}

/// Whether the word around the candidate is an email address or a URL.
fn in_address(before: &str, after: &str) -> bool {
    let head = before.rsplit(char::is_whitespace).next().unwrap_or("");
    let tail = after.split(char::is_whitespace).next().unwrap_or("");
    let inside = |mark| head.contains(mark) || tail.contains(mark);
    inside("@") || inside("://") || head.starts_with("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        let found = candidates(line).into_iter();
        found.map(|candidate| digits(line, candidate)).collect()
    }

    #[test]
    fn six_digits_are_found_however_they_are_set_off() {
        for line in [
            "123456",
            "Code: 123456.",
            "(123456)",
            "**123456**",
            "your code123 is not it, 123456 is",
            "您的验证码是123456，请",
            "123 456",
            "123-456",
            "1 2 3 4 5 6",
            "1\t\t2\t\t3\t\t4\t\t5\t\t6",
            "G-123456",
            "code=123456",
            "123456 10 minutes",
            "2. 123456",
        ] {
            assert_eq!(found(line), ["123456"], "{line}");
        }
    }

    #[test]
    fn pieces_of_something_else_are_not_candidates() {
        for line in [
            "1234567",
            "12345",
            "a123456",
            "123456b",
            "é123456",
            "5f35d2c4-5633-4b16-bbf0-5ca123456e2e",
            "20240115",
            "2024-01-15 12:34:56",
            "+123456",
            "+49 30 123456",
            "0800 123456",
            "(030) 123456",
            "123-456-7890",
            "555 123 4567",
            "123456-7890",
            "€123456",
            "$ 123456",
            "123456 €",
            "123456.78",
            "1,123456",
            "123456/2024",
            "123456%",
            "ann.123456@x.org",
            "123456@x.org",
            "https://x.org/123456/",
            "www.x.org/123456",
            "_123456",
            "1 2 3 4 5 6 7",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn a_candidate_may_fill_its_line_or_cell() {
        let fills = |line: &str| fills_its_cell(line, candidates(line)[0]);
        for line in [
            "123456",
            "** 123456 **",
            "Code\t123456\tx",
            "[123-456]",
            "→ 123456 ←",
        ] {
            assert!(fills(line), "{line}");
        }
        for line in ["#123456", "a 123456", "123456 b"] {
            assert!(!fills(line), "{line}");
        }
    }
}
