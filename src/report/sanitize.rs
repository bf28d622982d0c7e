//! Text from a target made harmless: nothing in it acts on a terminal, a parser or a reader's eye.
//!
//! Characters that would act unseen are shown as escapes: `\x1b` for ESC, `\u{202e}` for one that turns
//! the direction of writing. Unicode has pictures for some of them, but too few fonts do. No text is
//! shortened here, except by [`cut`], which says so.

/// A text of any number of lines: line feeds and tabs stay, all else that acts is made visible.
#[must_use]
pub(super) fn block(text: &str) -> String {
    visible(text, |letter| matches!(letter, '\n' | '\t'))
}

/// A text for one line: everything that acts is made visible, line feeds and tabs too.
#[must_use]
pub fn line(text: &str) -> String {
    visible(text, |_| false)
}

fn visible(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if stays(letter) {
            shown.push(letter);
        } else {
            push_visible(&mut shown, letter);
        }
    }
    shown
}

fn push_visible(shown: &mut String, letter: char) {
    match letter {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        '\0'..='\u{1f}' | '\u{7f}' => {
            let code = format!("\\x{:02x}", u32::from(letter));
            shown.push_str(&code);
        }
        unseen if acts_unseen(unseen) => shown.extend(unseen.escape_unicode()),
        _ => shown.push(letter),
    }
}

/// Whether a character steers a terminal, is forbidden in XML, turns the direction of writing, or has
/// no shape of its own, so that two different texts would look the same.
const fn acts_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// A JSON text in which what acts unseen stands as an escape. Such characters occur in strings only,
/// where both mean the same.
#[must_use]
pub fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\u{7f}' || acts_unseen(letter) {
            let mut units = [0; 2];
            let units = letter.encode_utf16(&mut units).iter();
            shown.extend(units.map(|unit| format!("\\u{unit:04x}")));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// A text with everything escaped that means something in XML or HTML, in elements and in attributes.
#[must_use]
pub(super) fn markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// A text that can stand in a CDATA section: its end mark is split over two sections, which a parser
/// puts together again.
#[must_use]
pub(super) fn cdata(text: &str) -> String {
    text.replace("]]>", "]]]]><![CDATA[>")
}

/// A text of at most `longest` characters, and how long it was if it was cut.
#[must_use]
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… (cut; {} bytes in all)", &text[..end], text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_made_visible() {
        let hostile = "a\0b\u{1b}[31mc\rd\u{7f}\u{9b}2J\u{202e}x\u{feff}";
        let shown = "a\\x00b\\x1b[31mc\\rd\\x7f\\u{9b}2J\\u{202e}x\\u{feff}";
        assert_eq!(block(hostile), shown);
        assert_eq!(line(hostile), shown);
    }

    #[test]
    fn lines_stay_in_a_block_and_not_in_a_line() {
        assert_eq!(block("a\n\tb"), "a\n\tb");
        assert_eq!(line("a\n\tb"), "a\\n\\tb");
    }

    #[test]
    fn letters_of_every_script_stay() {
        let text = "Ångström Ελλάδα 日本 🦀 👩\u{200d}🔬 \u{fffd}";
        assert_eq!(line(text), text);
    }

    #[test]
    fn json_reads_the_same_and_holds_nothing_that_acts() {
        let text = "a\u{7f}\u{9b}2J\u{202e}\u{e0001}é\u{1b}\n";
        let escaped = json(&serde_json::to_string(text).unwrap());
        assert!(
            escaped
                .chars()
                .all(|letter| letter != '\u{7f}' && !acts_unseen(letter))
        );
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }

    #[test]
    fn a_cut_text_tells_its_length() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 2), "äö… (cut; 8 bytes in all)");
    }
}
