//! Text made harmless for Markdown as GitHub and GitLab read it.

use crate::report::sanitize;

/// Longer texts are cut: whole they stand in `results.json`.
const LONGEST_TEXT: usize = 300;

/// Longer blocks are cut.
const LONGEST_BLOCK: usize = 6_000;

/// The fewest backticks of a fence.
const FENCE: usize = 3;

/// A text as code, whatever it holds. All that is neither letter nor digit stands as an entity, which
/// no parser takes for structure; and within `code` no name, link or number becomes a reference.
pub(in crate::report) fn code(text: &str) -> String {
    let text = sanitize::line(&sanitize::cut(text, LONGEST_TEXT));
    if text.is_empty() {
        return String::new();
    }
    format!("<code>{}</code>", entities(&text))
}

/// A sentence as prose if nothing in it could be taken for a link, a mention or a reference, and as
/// code otherwise.
pub(in crate::report) fn prose(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || " ,.;:()'\"-–/=•…`".contains(letter);
    if text.chars().all(plain) && !text.contains("//") && !text.contains("www.") {
        entities(&sanitize::cut(text, LONGEST_TEXT))
    } else {
        code(text)
    }
}

fn entities(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' ' | ',' => safe.push(letter),
            letter if letter.is_ascii_alphanumeric() || !letter.is_ascii() => safe.push(letter),
            letter => {
                let entity = format!("&#{};", u32::from(letter));
                safe.push_str(&entity);
            }
        }
    }
    safe
}

/// A block of text that is shown as it is: the fence around it is longer than any in it.
pub(in crate::report) fn block(language: &str, text: &str) -> String {
    let text = sanitize::block(&sanitize::cut(text, LONGEST_BLOCK));
    let fence = "`".repeat(longest_run(&text).max(FENCE - 1) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|letter| letter != '`');
    runs.map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_left_that_means_something() {
        assert_eq!(
            code("a|b `@x` <b>"),
            "<code>a&#124;b &#96;&#64;x&#96; &#60;b&#62;</code>"
        );
        for reference in [
            "see @kim",
            "https://x.example",
            "www.x.example",
            "fixes #1",
            "a_b",
        ] {
            assert!(prose(reference).starts_with("<code>"), "{reference}");
        }
        assert_eq!(prose("3 of 4 failed; so"), "3 of 4 failed&#59; so");
    }

    #[test]
    fn no_text_ends_the_fence_around_it() {
        assert_eq!(
            block("text", "a\n````\nb"),
            "`````text\na\n````\nb\n`````\n"
        );
    }
}
