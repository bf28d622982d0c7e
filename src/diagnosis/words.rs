//! Texts of answers, made comparable and fit for a sentence.

use serde_json::Value;

use crate::model::{Request, path_only};

/// The most of a foreign text that a sentence quotes, in characters.
const LONGEST: usize = 100;
/// Longer words are not shown, in characters.
const LONGEST_SHOWN: usize = 80;
/// Longer runs of letters are ids, not words.
const LONGEST_WORD: usize = 20;
/// What stands for a part that varies.
const VARYING: &str = "#";

/// What servers say of a name that somebody has, in small letters.
const TAKEN: [&str; 8] = [
    "taken",
    "exists",
    "already exist",
    "already has",
    "already registered",
    "already used",
    "in use",
    "not available",
];

/// Whether a text says that somebody has a name already.
#[must_use]
pub fn tells_taken(text: &str) -> bool {
    let text = text.to_lowercase().replace("mistaken", "");
    TAKEN.iter().any(|word| text.contains(word))
}

/// What limiters and quotas say, in small letters.
pub(super) const LIMITING: [&str; 4] = ["quota", "limit", "too many", "rate"];

/// Whether a text speaks of a limit or quota: it is nothing that the request it refuses says of itself.
pub(super) fn tells_limit(text: &str) -> bool {
    let text = text.to_lowercase();
    LIMITING.iter().any(|word| text.contains(word))
}

/// Whether a text may speak of a limit, which another user's removal may lift.
#[must_use]
pub fn may_tell_limit(text: &str) -> bool {
    let small = text.to_lowercase();
    let more = ["maximum", "at most", "capacity", "moment", "again", "later"];
    tells_limit(text) || more.iter().any(|word| small.contains(word))
}

/// One line of at most 100 characters. Cut between words only, and without words that are too long for words: a
/// part of what turns out to be a secret could not be masked any more.
pub(super) fn shortened(text: &str) -> String {
    let mut line = String::new();
    let mut left = LONGEST;
    for word in text.split_whitespace() {
        let length = word.chars().count() + 1;
        if length > LONGEST_SHOWN || length > left {
            line.push('…');
            return line;
        }
        left -= length;
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The title of a page, or else its first words.
pub(super) fn title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let between = |open: &str, close: &str| {
        let start = lower.find(open)?;
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find(close)?;
        let text = shortened(&without_tags(&page[start..end]));
        (!text.is_empty()).then_some(text)
    };
    between("<title", "</title")
        .or_else(|| between("<h1", "</h1"))
        .unwrap_or_else(|| shortened(&without_tags(page)))
}

fn without_tags(markup: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for letter in markup.chars() {
        match letter {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            _ if !in_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

/// A URL in front of its query.
pub(super) fn before_query(url: &str) -> &str {
    path_only(url)
}

/// A text without what it repeats of the request, and without numbers and ids.
pub(super) fn without_request(text: &str, request: &Request) -> String {
    let mut text = text.to_owned();
    for sent in sent_texts(request) {
        text = text.replace(&sent, VARYING);
    }
    let mut plain = String::with_capacity(text.len());
    for word in text.split_inclusive(|letter: char| !letter.is_alphanumeric()) {
        let letters = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        let varies =
            letters.len() > LONGEST_WORD || letters.contains(|one: char| one.is_ascii_digit());
        plain.push_str(if varies { VARYING } else { letters });
        plain.push_str(&word[letters.len()..]);
    }
    plain
}

/// What a request says that an answer may repeat, the longest first.
fn sent_texts(request: &Request) -> Vec<String> {
    let body = request.body.as_deref().unwrap_or_default();
    let members = match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    };
    let values = members.values().filter_map(Value::as_str);
    let mut sent: Vec<String> = values.map(str::to_owned).collect();
    sent.push(request.path.clone());
    sent.push(request.method.clone());
    sent.retain(|text| text.trim().len() >= 3);
    sent.sort_by_key(|text| std::cmp::Reverse(text.len()));
    sent
}
