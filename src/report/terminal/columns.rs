//! How many columns a text fills on a terminal.

/// The columns of a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// The columns of a character. Follows the wide ranges of Unicode's East Asian Width closely enough
/// that a table of names stays straight; a letter that is off by one only bends a line.
const fn columns_of(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The text cut to at most so many columns, with an ellipsis if something is missing.
pub(super) fn fitted(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let (head, _) = split(text, width.saturating_sub(1));
    format!("{head}…")
}

/// The part of a text that fills at most so many columns, and the rest.
pub(super) fn split(text: &str, width: usize) -> (&str, &str) {
    let mut filled = 0;
    for (index, letter) in text.char_indices() {
        filled += columns_of(letter);
        if filled > width {
            return text.split_at(index);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_count_as_they_look() {
        assert_eq!(["abc", "日本", "e\u{301}", "🦀"].map(columns), [3, 4, 1, 2]);
    }

    #[test]
    fn a_text_is_cut_at_the_column() {
        assert_eq!(fitted("日本語", 5), "日本…");
        assert_eq!(fitted("short", 5), "short");
    }
}
