//! How a request is sent, apart from what it asks: over which HTTP, on which connection, with what a client says
//! of itself.

use std::fmt::{self, Display, Formatter};

/// One way in which clients differ, and to which an answer must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// Over HTTP/1.0.
    Http10,
    /// On the connection of the client's last exchange, as long as the target keeps it.
    Kept,
    /// With `Connection: close`.
    Closing,
    /// With a query string that the endpoint has no use for.
    Query,
    /// The same, of 2 kB.
    LongQuery,
    /// Without a `User-Agent`.
    NoUserAgent,
    /// With the `User-Agent` of a browser.
    Browser,
    /// With the `User-Agent` of curl.
    Curl,
    /// Without an `Accept`.
    NoAccept,
    /// With `Accept: application/json`.
    AcceptJson,
    /// With the `Accept` of a browser: HTML first, anything else after it.
    AcceptHtml,
    /// With a cookie that the target never gave.
    Cookie,
    /// With an `Origin`: that of the target itself.
    Origin,
    /// With an `Accept-Language`.
    AcceptLanguage,
    /// Without an `Accept-Encoding`.
    NoAcceptEncoding,
    /// With `Accept-Encoding: gzip`.
    AcceptGzip,
    /// With `Accept-Encoding: br`.
    AcceptBrotli,
    /// The members of a JSON body in the reverse order.
    Reversed,
    /// A JSON body with a member more than the endpoint has.
    ExtraMember,
    /// A JSON body with 12 kB of blanks in it.
    Large,
    /// A JSON body with 100 kB of blanks in it.
    Padded,
    /// The body in chunks.
    Chunked,
    /// The body in chunks with extensions, and with a trailer.
    ChunkExtension,
    /// With `Expect: 100-continue`: the body follows once the target has asked for it, or after a second.
    ExpectContinue,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Http10,
        Self::Kept,
        Self::Closing,
        Self::Query,
        Self::LongQuery,
        Self::NoUserAgent,
        Self::Browser,
        Self::Curl,
        Self::NoAccept,
        Self::AcceptJson,
        Self::AcceptHtml,
        Self::Cookie,
        Self::Origin,
        Self::AcceptLanguage,
        Self::NoAcceptEncoding,
        Self::AcceptGzip,
        Self::AcceptBrotli,
        Self::Reversed,
        Self::ExtraMember,
        Self::Large,
        Self::Padded,
        Self::Chunked,
        Self::ChunkExtension,
        Self::ExpectContinue,
    ];

    /// The word for it in suites and results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "http-1.0",
            Self::Kept => "kept",
            Self::Closing => "closing",
            Self::Query => "query",
            Self::LongQuery => "long-query",
            Self::NoUserAgent => "no-user-agent",
            Self::Browser => "browser",
            Self::Curl => "curl",
            Self::NoAccept => "no-accept",
            Self::AcceptJson => "accept-json",
            Self::AcceptHtml => "accept-html",
            Self::Cookie => "cookie",
            Self::Origin => "origin",
            Self::AcceptLanguage => "accept-language",
            Self::NoAcceptEncoding => "no-accept-encoding",
            Self::AcceptGzip => "accept-gzip",
            Self::AcceptBrotli => "accept-br",
            Self::Reversed => "reversed",
            Self::ExtraMember => "extra-member",
            Self::Large => "large",
            Self::Padded => "padded",
            Self::Chunked => "chunked",
            Self::ChunkExtension => "chunk-extension",
            Self::ExpectContinue => "expect-continue",
        }
    }

    /// It in a sentence, after "the request was sent".
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Http10 => "over HTTP/1.0",
            Self::Kept => "on a kept connection",
            Self::Closing => "with Connection: close",
            Self::Query => "with a query string",
            Self::LongQuery => "with a query string of 2 kB",
            Self::NoUserAgent => "without a User-Agent",
            Self::Browser => "with a browser's User-Agent",
            Self::Curl => "with curl's User-Agent",
            Self::NoAccept => "without an Accept",
            Self::AcceptJson => "with Accept: application/json",
            Self::AcceptHtml => "with a browser's Accept",
            Self::Cookie => "with a cookie",
            Self::Origin => "with an Origin",
            Self::AcceptLanguage => "with an Accept-Language",
            Self::NoAcceptEncoding => "without an Accept-Encoding",
            Self::AcceptGzip => "with Accept-Encoding: gzip",
            Self::AcceptBrotli => "with Accept-Encoding: br",
            Self::Reversed => "with the members in the reverse order",
            Self::ExtraMember => "with a member more",
            Self::Large => "with a body of 12 kB",
            Self::Padded => "with a body of 100 kB",
            Self::Chunked => "with a chunked body",
            Self::ChunkExtension => "with chunk extensions and a trailer",
            Self::ExpectContinue => "with Expect: 100-continue",
        }
    }

    /// The condition of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// The header that it sends or leaves out, in small letters; empty if it is about none.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::NoUserAgent | Self::Browser | Self::Curl => "user-agent",
            Self::NoAccept | Self::AcceptJson | Self::AcceptHtml => "accept",
            Self::Cookie => "cookie",
            Self::Origin => "origin",
            Self::AcceptLanguage => "accept-language",
            Self::NoAcceptEncoding | Self::AcceptGzip | Self::AcceptBrotli => "accept-encoding",
            Self::ExpectContinue => "expect",
            Self::Kept | Self::Closing => "connection",
            Self::Http10
            | Self::Query
            | Self::LongQuery
            | Self::Reversed
            | Self::ExtraMember
            | Self::Large
            | Self::Padded
            | Self::Chunked
            | Self::ChunkExtension => "",
        }
    }

    /// Whether it is about a body, so that a request without one cannot have it.
    #[must_use]
    pub const fn needs_body(self) -> bool {
        matches!(
            self,
            Self::Reversed
                | Self::ExtraMember
                | Self::Large
                | Self::Padded
                | Self::Chunked
                | Self::ChunkExtension
                | Self::ExpectContinue
        )
    }

    /// Whether one request cannot have both.
    #[must_use]
    pub fn excludes(self, other: Self) -> bool {
        let same_header = !self.header().is_empty() && self.header() == other.header();
        let either = |these: &[Self]| these.contains(&self) && these.contains(&other);
        self != other
            && (same_header
                || either(&[Self::Query, Self::LongQuery])
                || either(&[Self::Large, Self::Padded])
                || either(&[Self::Chunked, Self::ChunkExtension])
                // HTTP/1.0 has neither of these, and this client no use for the old way of keeping a connection.
                || either(&[Self::Http10, Self::Chunked])
                || either(&[Self::Http10, Self::ChunkExtension])
                || either(&[Self::Http10, Self::ExpectContinue])
                || either(&[Self::Http10, Self::Kept])
                || either(&[Self::Kept, Self::ExpectContinue])
                || either(&[Self::Kept, Self::Padded]))
    }

    const fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// The conditions under which a request is sent. None of them: over HTTP/1.1 on a connection of its own, with
/// what every request of this client says.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Manner(u32);

impl Manner {
    /// All conditions at once, which no request has: a mask.
    pub const EVERYTHING: Self = Self(u32::MAX);

    /// Whether a condition is among them.
    #[must_use]
    pub const fn has(self, condition: Condition) -> bool {
        self.0 & condition.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_plain(self) -> bool {
        self.0 == 0
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, condition: Condition) -> Self {
        Self(self.0 | condition.bit())
    }

    /// Without one.
    #[must_use]
    pub const fn without(self, condition: Condition) -> Self {
        Self(self.0 & !condition.bit())
    }

    /// Those that are not in another.
    #[must_use]
    pub const fn except(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The conditions, in the order of [`Condition::ALL`].
    pub fn conditions(self) -> impl Iterator<Item = Condition> {
        Condition::ALL.into_iter().filter(move |one| self.has(*one))
    }

    /// The names of the conditions, as suites write them.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        let names = self.conditions().map(Condition::as_str);
        names.map(str::to_owned).collect()
    }

    /// Whether a condition can be added.
    #[must_use]
    pub fn admits(self, condition: Condition) -> bool {
        !self.conditions().any(|one| one.excludes(condition))
    }
}

impl FromIterator<Condition> for Manner {
    fn from_iter<I: IntoIterator<Item = Condition>>(conditions: I) -> Self {
        conditions.into_iter().fold(Self::default(), Self::with)
    }
}

impl Display for Manner {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let phrases: Vec<_> = self.conditions().map(Condition::phrase).collect();
        formatter.write_str(&phrases.join(", "))
    }
}

impl fmt::Debug for Manner {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Manner({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_has_a_word_of_its_own_and_a_place_of_its_own() {
        for condition in Condition::ALL {
            assert_eq!(Condition::parse(condition.as_str()), Some(condition));
            let alone = Manner::default().with(condition);
            assert_eq!(alone.conditions().collect::<Vec<_>>(), [condition]);
            assert!(alone.without(condition).is_plain());
        }
    }

    #[test]
    fn what_cannot_be_sent_together_excludes_each_other() {
        let browser = Manner::default().with(Condition::Browser);
        assert!(!browser.admits(Condition::NoUserAgent) && browser.admits(Condition::Http10));
        let old = Manner::default().with(Condition::Http10);
        assert!(!old.admits(Condition::Chunked) && !old.admits(Condition::Kept));
    }
}
