//! Markup that is escaped by its construction: text and attributes enter through this type only.

use std::fmt::Display;

use crate::report::sanitize;

/// Elements that have no content and no end tag.
const VOID: [&str; 4] = ["meta", "link", "input", "br"];

/// Elements after which a new line is begun, so that the file can be read and compared.
const BLOCKS: [&str; 24] = [
    "meta", "link", "title", "style", "head", "header", "nav", "main", "section", "article", "div",
    "p", "h1", "h2", "h3", "h4", "ul", "li", "dl", "tr", "thead", "details", "summary", "figure",
];

/// An element under construction.
pub(super) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

impl Element {
    /// An element without attributes and content.
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: String::new(),
            content: String::new(),
        }
    }

    /// Adds an attribute. The name comes from the source, the value from anywhere.
    pub(super) fn attribute(mut self, name: &'static str, value: impl Display) -> Self {
        let value = sanitize::markup(&sanitize::line(&value.to_string()));
        for part in [" ", name, "=\"", &value, "\""] {
            self.attributes.push_str(part);
        }
        self
    }

    /// Adds the class by which the style sheet finds it.
    pub(super) fn class(self, class: &'static str) -> Self {
        self.attribute("class", class)
    }

    /// Adds text. Line feeds and tabs stay; what could act unseen is made visible.
    pub(super) fn text(mut self, text: impl Display) -> Self {
        let text = sanitize::markup(&sanitize::block(&text.to_string()));
        self.content.push_str(&text);
        self
    }

    /// Adds an element.
    pub(super) fn child(mut self, child: Self) -> Self {
        self.content.push_str(&child.render());
        self
    }

    /// Adds elements.
    pub(super) fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Adds style rules as they are. They must be made of constants and numbers only: nothing of a
    /// report may come in here.
    pub(super) fn rules(mut self, rules: &str) -> Self {
        self.content.push_str(rules);
        self
    }

    /// The element as markup.
    pub(super) fn render(self) -> String {
        let Self {
            name,
            attributes,
            content,
        } = self;
        let end = if BLOCKS.contains(&name) { "\n" } else { "" };
        if VOID.contains(&name) {
            return format!("<{name}{attributes}>{end}");
        }
        format!("<{name}{attributes}>{content}</{name}>{end}")
    }
}

/// An element with a class and text: the most common kind.
pub(super) fn labelled(name: &'static str, class: &'static str, text: impl Display) -> Element {
    Element::new(name).class(class).text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_cannot_leave_their_place() {
        let element = Element::new("a")
            .attribute("title", "\"><script>\n")
            .text("</a><script>\u{1b}");
        assert_eq!(
            element.render(),
            r#"<a title="&quot;&gt;&lt;script&gt;\n">&lt;/a&gt;&lt;script&gt;\x1b</a>"#
        );
    }
}
