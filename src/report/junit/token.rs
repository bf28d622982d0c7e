//! XML that the `junit-report` crate has written, tag by tag, and set one element a line.
//!
//! Reads that crate's output only: every `>` in an attribute is escaped there, and all content of
//! elements stands in CDATA sections.

/// The beginning of a CDATA section.
const CDATA_START: &str = "<![CDATA[";

/// The end of a CDATA section.
const CDATA_END: &str = "]]>";

/// What an element is set in by, for each element around it.
const INDENT: &str = "  ";

/// A piece of XML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A start tag, end tag, empty element or declaration, with its angle brackets.
    Tag(&'a str),
    /// A CDATA section, with its marks.
    Content(&'a str),
}

/// The pieces of a text, in order.
pub(super) fn tokens(xml: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (end, is_content) = if rest.starts_with(CDATA_START) {
            (CDATA_END, true)
        } else {
            (">", false)
        };
        let length = rest.find(end)? + end.len();
        let (piece, after) = rest.split_at(length);
        rest = after;
        Some(if is_content {
            Token::Content(piece)
        } else {
            Token::Tag(piece.trim_start())
        })
    })
}

/// XML being written, one element a line.
#[derive(Default)]
pub(super) struct TokenPage {
    text: String,
    depth: usize,
    in_content: bool,
}

impl TokenPage {
    /// Writes a tag on a line of its own, unless it ends an element that has content.
    pub(super) fn tag(&mut self, tag: &str) {
        let ends = tag.starts_with("</");
        let empty = tag.ends_with("/>") || tag.starts_with("<?");
        if ends {
            self.depth = self.depth.saturating_sub(1);
        }
        if !(ends && self.in_content) {
            self.line();
        }
        self.text.push_str(tag);
        self.in_content = false;
        if !ends && !empty {
            self.depth += 1;
        }
    }

    /// Writes content right behind what stands before it: space around it would belong to it.
    pub(super) fn content(&mut self, content: &str) {
        self.text.push_str(content);
        self.in_content = true;
    }

    /// The whole text, with a line feed at its end.
    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn line(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
            self.text.push_str(&INDENT.repeat(self.depth));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_in_content_are_content() {
        let read: Vec<_> = tokens("<a><![CDATA[<b>]]]]><![CDATA[>]]></a>").collect();
        assert_eq!(
            read,
            [
                Token::Tag("<a>"),
                Token::Content("<![CDATA[<b>]]]]>"),
                Token::Content("<![CDATA[>]]>"),
                Token::Tag("</a>"),
            ]
        );
    }

    #[test]
    fn elements_stand_on_lines_of_their_own_and_content_stays_as_it_is() {
        let mut page = TokenPage::default();
        for token in tokens("<?xml?><a><b/><c><![CDATA[ x ]]></c></a>") {
            match token {
                Token::Tag(tag) => page.tag(tag),
                Token::Content(content) => page.content(content),
            }
        }
        let expected = "<?xml?>\n<a>\n  <b/>\n  <c><![CDATA[ x ]]></c>\n</a>\n";
        assert_eq!(page.finish(), expected);
    }
}
