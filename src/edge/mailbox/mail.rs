//! What a mail says: raw bytes as recipients, a subject and texts. Reads nothing but its argument.

use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser, PartType};

use super::html;

/// Texts beyond this many bytes are cut: a code stands near the beginning of a mail.
const LONGEST_TEXT: usize = 256 * 1024;

/// A subject is cut after this many characters: it only has to be recognised in a message.
const LONGEST_SUBJECT: usize = 120;

/// More text parts than this are not looked at.
const MOST_PARTS: usize = 32;

/// Headers besides `To`, `Cc` and `Bcc` that mail servers write the recipient into.
const RECIPIENT_HEADERS: [&str; 6] = [
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "apparently-to",
];

/// A mail, decoded: charsets and transfer encodings are undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Whom its header names as recipients, in order, each once.
    pub recipients: Vec<String>,
    /// Its subject, at most 120 characters; empty if it has none.
    pub subject: String,
    /// What its sender calls it; empty if it has no such name.
    pub(super) message_id: String,
    /// Its plain texts, then its HTML as text.
    pub(super) texts: Vec<String>,
    /// Its HTML as it was sent.
    pub(super) sources: Vec<String>,
    /// Where its links lead.
    pub(super) links: Vec<String>,
}

impl Mail {
    /// Reads a mail (RFC 5322, MIME). Whatever is broken in it is read as far as it goes; bytes
    /// that are no mail at all are taken for a text.
    #[must_use]
    pub fn parse(raw: &[u8]) -> Self {
        let mut mail = Self::default();
        match MessageParser::default().parse(raw) {
            Some(message) => mail.take(&message),
            None => mail.take_text(&String::from_utf8_lossy(raw)),
        }
        let plain = std::mem::take(&mut mail.texts);
        let pages = mail.sources.iter().map(|source| html::read(source));
        let (shown, links): (Vec<_>, Vec<_>) = pages.map(|page| (page.text, page.links)).unzip();
        mail.texts = plain.into_iter().chain(shown).collect();
        mail.links = links.into_iter().flatten().collect();
        mail
    }

    fn take(&mut self, message: &Message<'_>) {
        self.recipients = recipients(message);
        self.message_id = message.message_id().map_or_else(String::new, str::to_owned);
        let subject = message.subject().unwrap_or_default();
        self.subject = subject.chars().take(LONGEST_SUBJECT).collect();
        self.take_parts(message);
    }

    /// The bodies; the text attachments and attached mails only if no body holds any text.
    fn take_parts(&mut self, message: &Message<'_>) {
        let mut bodies: Vec<u32> = Vec::new();
        for id in message.text_body.iter().chain(&message.html_body) {
            if !bodies.contains(id) {
                bodies.push(*id);
            }
        }
        self.take_bodies(message, &bodies);
        if self.is_blank() {
            self.take_bodies(message, &message.attachments);
        }
    }

    fn take_bodies(&mut self, message: &Message<'_>, ids: &[u32]) {
        for id in ids.iter().take(MOST_PARTS) {
            match message.part(*id).map(|part| &part.body) {
                Some(PartType::Text(text)) => self.take_text(text),
                Some(PartType::Html(text)) => self.sources.push(cut(text)),
                Some(PartType::Message(inner)) => self.take_parts(inner),
                _ => {}
            }
        }
    }

    fn take_text(&mut self, text: &str) {
        if html::looks_like_html(text) {
            self.sources.push(cut(text));
        } else {
            self.texts.push(cut(text));
        }
    }

    fn is_blank(&self) -> bool {
        let mut texts = self.texts.iter().chain(&self.sources);
        texts.all(|text| text.trim().is_empty())
    }
}

fn recipients(message: &Message<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |address: &str| {
        let address = address.trim().trim_start_matches('<').trim_end_matches('>');
        if !address.is_empty() && !found.iter().any(|known| known == address) {
            found.push(address.to_owned());
        }
    };
    for header in message.headers() {
        match &header.name {
            HeaderName::To | HeaderName::Cc | HeaderName::Bcc => {
                addresses(&header.value, &mut add);
            }
            name if RECIPIENT_HEADERS
                .iter()
                .any(|known| name.as_str().eq_ignore_ascii_case(known)) =>
            {
                addresses(&header.value, &mut add);
            }
            _ => {}
        }
    }
    found
}

fn addresses(value: &HeaderValue<'_>, add: &mut impl FnMut(&str)) {
    match value {
        HeaderValue::Address(Address::List(list)) => {
            list.iter().filter_map(|one| one.address()).for_each(add);
        }
        HeaderValue::Address(Address::Group(groups)) => {
            let members = groups.iter().flat_map(|group| &group.addresses);
            members.filter_map(|one| one.address()).for_each(add);
        }
        HeaderValue::Text(text) => add(text),
        HeaderValue::TextList(list) => list.iter().for_each(|text| add(text)),
        _ => {}
    }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(LONGEST_TEXT)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_that_names_a_recipient_counts_once() {
        let mail = Mail::parse(
            "To: Ann <ann+tag@x.org>, \"B, C\" <bc@x.org>\r\nCc: team: d@x.org, e@x.org;\r\n\
             Bcc: ann+tag@x.org\r\nDelivered-To: box@x.org\r\nX-Original-To: <ann+tag@x.org>\r\n\
             Envelope-to: jürgen@bücher.example\r\nFrom: me@x.org\r\n\r\nhi\r\n"
                .as_bytes(),
        );
        assert_eq!(
            mail.recipients,
            [
                "ann+tag@x.org",
                "bc@x.org",
                "d@x.org",
                "e@x.org",
                "box@x.org",
                "jürgen@bücher.example"
            ]
        );
    }

    #[test]
    fn subjects_are_decoded_and_cut() {
        let mail = Mail::parse(b"Subject: =?utf-8?B?Q8OzZGlnbw==?= x\r\n\r\n");
        assert_eq!(mail.subject, "Código x");
        let long = format!("Subject: {}\r\n\r\n", "é".repeat(500));
        assert_eq!(Mail::parse(long.as_bytes()).subject.chars().count(), 120);
    }

    #[test]
    fn any_bytes_are_read() {
        for raw in [
            &b""[..],
            b"\0",
            b"\xff\xfe",
            b"\r\n\r\n",
            b"Content-Type: multipart/mixed; boundary=\r\n\r\n",
        ] {
            assert_eq!(Mail::parse(raw).recipients, [""; 0]);
        }
    }
}
