//! Aliases that do not come back as they were given.

/// Longer aliases are cut by [`cut`], in characters. Longer than any that stands for a mere name.
const LONGEST: usize = 20;

pub(super) fn trimmed(alias: &str) -> String {
    alias.trim().to_owned()
}

pub(super) fn single_spaced(alias: &str) -> String {
    alias
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn lower_case(alias: &str) -> String {
    alias.to_lowercase()
}

/// The composed form of the letters that are composed most often; Unicode has thousands.
pub(super) fn composed(alias: &str) -> String {
    alias
        .replace("e\u{301}", "\u{e9}")
        .replace("n\u{303}", "\u{f1}")
}

/// Typographic forms taken apart into plain letters.
pub(super) fn folded(alias: &str) -> String {
    alias.replace('\u{fb01}', "fi")
}

pub(super) fn html_escaped(alias: &str) -> String {
    alias
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

pub(super) fn html_unescaped(alias: &str) -> String {
    alias
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

pub(super) fn without_tags(alias: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for letter in alias.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

pub(super) fn cut(alias: &str) -> String {
    alias.chars().take(LONGEST).collect()
}

pub(super) fn ascii_only(alias: &str) -> String {
    alias
        .chars()
        .map(|letter| if letter.is_ascii() { letter } else { '?' })
        .collect()
}

/// What a column of at most three bytes a character makes of it.
pub(super) fn basic_plane_only(alias: &str) -> String {
    let basic = |letter: char| {
        if letter > '\u{ffff}' {
            '\u{fffd}'
        } else {
            letter
        }
    };
    alias.chars().map(basic).collect()
}

/// UTF-8 read as if it were Latin-1.
pub(super) fn mistaken_for_latin1(alias: &str) -> String {
    alias.bytes().map(char::from).collect()
}

pub(super) fn without_controls(alias: &str) -> String {
    alias
        .chars()
        .filter(|letter| !letter.is_control())
        .collect()
}

/// Without what shows nothing: marks of direction and spaces without width.
pub(super) fn without_invisibles(alias: &str) -> String {
    let shows = |letter: &char| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}');
    alias.chars().filter(shows).collect()
}

pub(super) fn without_backslashes(alias: &str) -> String {
    alias.replace('\\', "")
}

/// Quotation marks doubled, as in SQL.
pub(super) fn doubled_quotes(alias: &str) -> String {
    alias.replace('\'', "''")
}

pub(super) fn percent_decoded(alias: &str) -> String {
    alias.replace("%3C", "<").replace("%3E", ">")
}

/// Expressions in double braces evaluated, as by a template engine.
pub(super) fn evaluated(alias: &str) -> String {
    alias.replace("{{7*7}}", "49")
}
