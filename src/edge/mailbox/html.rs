//! HTML of mails as lines of text, the way a reader sees them. Judges nothing about the text.
//!
//! Blocks become lines and table cells are separated by tabs, so that an element of its own stays a
//! line or a cell of its own. What a reader does not see (heads, styles, scripts, comments,
//! attributes) is left out; the targets of links are kept apart.

use mail_parser::decoders::html::add_html_token;

/// What an HTML text shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TextOfHtml {
    /// The text: blocks as lines, cells of a table row separated by tabs.
    pub(super) text: String,
    /// Where its links lead, in order.
    pub(super) links: Vec<String>,
}

/// Elements whose content is not shown.
const HIDDEN: [&str; 5] = ["head", "style", "script", "template", "title"];

/// Elements inside a line of text; all others begin a new one.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "kbd", "mark", "o:p",
    "s", "small", "span", "strong", "sub", "sup", "tt", "u", "var", "wbr",
];

/// The longest entity, `&CounterClockwiseContourIntegral;`, is shorter than this many bytes.
const LONGEST_ENTITY: usize = 40;

/// Reads HTML, however broken: what is not a tag is text.
pub(super) fn read(html: &str) -> TextOfHtml {
    let mut page = TextOfHtml::default();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        push_text(&mut page.text, &rest[..open]);
        rest = &rest[open..];
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            after(comment, "-->")
        } else if starts_tag(rest) {
            read_tag(&mut page, rest)
        } else {
            page.text.push('<');
            &rest[1..]
        };
    }
    push_text(&mut page.text, rest);
    page
}

/// Whether a text looks like HTML although nothing declares it.
pub(super) fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    ["<!doctype html", "<html"].iter().any(|opening| {
        start
            .get(..opening.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(opening))
    })
}

/// Takes the tag at the beginning of a text, and the content of a hidden element with it. What
/// follows.
fn read_tag<'a>(page: &mut TextOfHtml, text: &'a str) -> &'a str {
    let end = tag_end(text);
    let inside = text[1..end].trim_end_matches('>');
    let rest = &text[end..];
    let closing = inside.starts_with('/');
    let name: String = inside
        .trim_start_matches('/')
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == ':')
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if HIDDEN.contains(&name.as_str()) && !closing {
        return after_element(rest, &name);
    }
    if name == "a" && !closing {
        page.links.extend(attribute(inside, "href"));
    }
    match name.as_str() {
        "td" | "th" => page.text.push('\t'),
        name if INLINE.contains(&name) => {}
        _ => page.text.push('\n'),
    }
    rest
}

fn starts_tag(text: &str) -> bool {
    let second = text[1..].chars().next();
    second.is_some_and(|letter| letter.is_ascii_alphabetic() || "/!?".contains(letter))
}

/// Where the tag at the beginning of a text ends. A `>` between quotes does not end it.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('>', None) => return at + 1,
            (closing, Some(open)) if closing == open => quote = None,
            // A quote only opens a value: an apostrophe elsewhere in a tag is a slip.
            ('"' | '\'', None) if after_equals => quote = Some(letter),
            _ => {}
        }
        if !letter.is_whitespace() {
            after_equals = letter == '=';
        }
    }
    text.len()
}

/// What follows the end of an element whose opening tag was just taken.
fn after_element<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(open) = rest.find("</") {
        rest = &rest[open + 2..];
        let head = rest.get(..name.len());
        if head.is_some_and(|head| head.eq_ignore_ascii_case(name)) {
            return after(rest, ">");
        }
    }
    ""
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    text.find(mark).map_or("", |at| &text[at + mark.len()..])
}

/// The value of an attribute of a tag, its entities decoded.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find(name) {
        let start = from + found;
        from = start + name.len();
        let own_word =
            tag[..start].ends_with(|before: char| before.is_whitespace() || before == '"');
        let value = tag[from..]
            .trim_start()
            .strip_prefix('=')
            .map(str::trim_start);
        if let (true, Some(value)) = (own_word, value) {
            let mut decoded = String::new();
            push_text(&mut decoded, unquoted(value));
            return Some(decoded.trim().to_owned());
        }
    }
    None
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return inner.split(quote).next().unwrap_or(inner);
        }
    }
    value.split_whitespace().next().unwrap_or("")
}

/// Adds text between tags: white space is one space, entities are decoded.
fn push_text(text: &mut String, html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        push_spaced(text, &rest[..at]);
        rest = &rest[at..];
        let end = rest
            .bytes()
            .take(LONGEST_ENTITY)
            .position(|byte| byte == b';');
        let entity = end.map_or("&", |end| &rest[..=end]);
        let is_entity = entity.len() > 2
            && entity[1..entity.len() - 1]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
        if is_entity {
            add_html_token(text, entity.as_bytes(), false);
            rest = &rest[entity.len()..];
        } else {
            text.push('&');
            rest = &rest[1..];
        }
    }
    push_spaced(text, rest);
}

fn push_spaced(text: &mut String, html: &str) {
    for letter in html.chars() {
        if !letter.is_ascii_whitespace() {
            text.push(letter);
        } else if !text.ends_with([' ', '\n', '\t']) {
            text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<String> {
        let text = read(html).text;
        let lines = text.lines().map(|line| line.trim().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn blocks_are_lines_and_cells_are_kept_apart() {
        assert_eq!(
            lines("<div>Your code<p><b>12</b><span>34</span>56<br/>bye</div>"),
            ["Your code", "123456", "bye"]
        );
        assert_eq!(
            lines("<table><tr><td>Order</td><td>1</td></tr></table>"),
            ["Order\t\t1"]
        );
    }

    #[test]
    fn what_a_reader_does_not_see_is_left_out() {
        assert_eq!(
            lines(
                "<html><head><title>111111</title><style>a{color:#222222}</style></head>\
                 <body style='color:#333333' data-x=\"a > 444444\"><!-- 555555 <b> -->\
                 <SCRIPT>var x = '666666';</SCRIPT ><!--[if mso]>777777<![endif]-->seen</body>"
            ),
            ["seen"]
        );
    }

    #[test]
    fn entities_are_decoded_and_what_is_none_stays() {
        assert_eq!(
            lines("&#49;&#x32;3&amp;4 &eacute; AT&T &; & <3 a < b"),
            ["12".to_owned() + "3&4 é AT&T &; & <3 a < b"]
        );
    }

    #[test]
    fn links_are_kept_apart() {
        let page =
            read("<a class=x href='https://h/v?a=1&amp;code=2'>go</a><a HREF=/x>y</a><a>z</a>");
        assert_eq!(page.links, ["https://h/v?a=1&code=2", "/x"]);
        assert_eq!(page.text, "goyz");
    }

    #[test]
    fn html_is_recognised_without_a_declaration() {
        assert!(looks_like_html("\r\n <!DOCTYPE html><p>x"));
        assert!(looks_like_html("<HTML>"));
        assert!(!looks_like_html("Your code is <b>"));
        assert!(!looks_like_html("ü"));
    }

    #[test]
    fn broken_html_is_read_to_its_end() {
        for html in [
            "<",
            "<a href='",
            "<!--",
            "<style>",
            "</",
            "a<b",
            "&#99999999999;",
            "<td",
            "&",
        ] {
            read(html);
        }
        assert_eq!(lines("<p title='it's'>Code 123456</p>"), ["Code 123456"]);
    }
}
