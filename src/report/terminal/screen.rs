//! A page of text being written: the one gate through which every text passes on its way to a
//! terminal, so that none brings escape sequences of its own.

use super::columns::{columns, split};
use super::style::{Look, Tone};
use crate::report::sanitize;

/// A text in a tone.
pub(super) type StyledText<'a> = (Tone, &'a str);

/// A page of text being written.
pub(super) struct Screen {
    look: Look,
    lines: Vec<String>,
}

/// A word with the space before it.
struct ScreenWord {
    tone: Tone,
    gap: usize,
    text: String,
}

impl Screen {
    /// An empty page.
    pub(super) const fn new(look: Look) -> Self {
        Self {
            look,
            lines: Vec::new(),
        }
    }

    /// The columns of the page.
    pub(super) fn columns(&self) -> usize {
        self.look.columns()
    }

    /// An empty line, unless the page is empty or ends in one.
    pub(super) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A heading.
    pub(super) fn heading(&mut self, tone: Tone, title: &str, aside: &str) {
        self.blank();
        self.flow(
            0,
            0,
            &[(tone, title), (Tone::Plain, "  "), (Tone::Quiet, aside)],
        );
    }

    /// Text set in by `indent`, broken between words where the page ends; lines after the first are
    /// set in by `hang`. Runs of spaces stay as they are within a line.
    pub(super) fn flow(&mut self, indent: usize, hang: usize, spans: &[StyledText<'_>]) {
        let mut line = ScreenLine::new(self.look, indent);
        for word in words(spans) {
            for (piece, gap) in pieces(&word, self.columns().saturating_sub(hang)) {
                if !line.takes(gap, piece) {
                    self.lines.push(line.finish());
                    line = ScreenLine::new(self.look, hang);
                }
                line.push(gap, word.tone, piece);
            }
        }
        self.lines.push(line.finish());
    }

    /// Text that is not broken, so that it can be copied whole. Its own line feeds stay.
    pub(super) fn verbatim(&mut self, indent: usize, tone: Tone, text: &str) {
        let text = sanitize::block(text);
        let painted = self.look.paint(tone, &text);
        self.lines.push(format!("{}{painted}", " ".repeat(indent)));
    }

    /// The whole page, with a line feed at its end.
    pub(super) fn finish(self) -> String {
        self.lines.join("\n") + "\n"
    }

    /// The only line of the page, without a line feed.
    pub(super) fn finish_line(self) -> String {
        self.lines.join(" ")
    }
}

/// The words of harmless spans. What stands in two spans without a space between is two words.
fn words(spans: &[StyledText<'_>]) -> Vec<ScreenWord> {
    let mut words = Vec::new();
    let mut gap = 0;
    for (tone, text) in spans {
        let text = sanitize::line(&text.replace('\n', " "));
        for (index, part) in text.split(' ').enumerate() {
            gap += usize::from(index > 0);
            if !part.is_empty() {
                words.push(ScreenWord {
                    tone: *tone,
                    gap: std::mem::take(&mut gap),
                    text: part.to_owned(),
                });
            }
        }
    }
    words
}

/// The word in pieces that fit on a line each, with the gap before them.
fn pieces(word: &ScreenWord, width: usize) -> Vec<(&str, usize)> {
    let mut pieces = Vec::new();
    let mut rest = word.text.as_str();
    let mut gap = word.gap;
    while !rest.is_empty() {
        let (piece, after) = split(rest, width.max(2));
        pieces.push((piece, gap));
        gap = 0;
        rest = after;
    }
    pieces
}

/// A line being filled.
struct ScreenLine {
    look: Look,
    text: String,
    filled: usize,
    /// The run of words in one tone that is not painted yet.
    run: String,
    tone: Tone,
    is_empty: bool,
}

impl ScreenLine {
    fn new(look: Look, indent: usize) -> Self {
        Self {
            look,
            text: " ".repeat(indent),
            filled: indent,
            run: String::new(),
            tone: Tone::Plain,
            is_empty: true,
        }
    }

    fn takes(&self, gap: usize, word: &str) -> bool {
        self.is_empty || self.filled + gap + columns(word) <= self.look.columns()
    }

    fn push(&mut self, gap: usize, tone: Tone, word: &str) {
        let gap = if self.is_empty { 0 } else { gap };
        if tone == self.tone {
            self.run.push_str(&" ".repeat(gap));
        } else {
            self.flush();
            self.tone = tone;
            self.text.push_str(&" ".repeat(gap));
        }
        self.run.push_str(word);
        self.filled += gap + columns(word);
        self.is_empty = false;
    }

    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        self.text.push_str(&self.look.paint(self.tone, &run));
    }

    fn finish(mut self) -> String {
        self.flush();
        if self.is_empty {
            self.text.clear();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(look: Look, spans: &[StyledText<'_>]) -> String {
        let mut screen = Screen::new(look);
        screen.flow(0, 2, spans);
        screen.finish()
    }

    #[test]
    fn text_breaks_between_words_and_long_words_break_anywhere() {
        let look = Look {
            colour: false,
            width: 40,
        };
        let long = "x".repeat(50);
        let text = format!("one two three four five six seven eight nine {long}");
        for line in page(look, &[(Tone::Plain, &text)]).lines() {
            assert!(columns(line) <= 40, "{line}");
        }
        assert_eq!(
            page(look, &[(Tone::Plain, &text)]).replace(['\n', ' '], ""),
            text.replace(' ', "")
        );
    }

    #[test]
    fn no_escape_sequence_passes_and_ours_appear_only_when_asked() {
        let hostile = (Tone::Bad, "a\u{1b}[2Jb\r\u{9b}x");
        let plain = page(Look::PLAIN, &[hostile]);
        assert_eq!(plain, "a\\x1b[2Jb\\r\\u{9b}x\n");
        let look = Look {
            colour: true,
            ..Look::PLAIN
        };
        assert_eq!(
            page(look, &[hostile]),
            format!("\u{1b}[1;31m{}\u{1b}[0m\n", plain.trim_end())
        );
    }
}
