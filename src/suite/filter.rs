//! What can be done to a value on its way into a text: `${token|prefix:10}`.

use super::mutation::Mutation;

/// The most times that a value may be repeated: a text of one letter is then 16 MiB.
const MOST_REPEATS: usize = 16 * 1024 * 1024;

/// One change to a value. Characters are those of Unicode, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Its first characters; below zero, all but so many at its end.
    Prefix(isize),
    /// Its last characters; below zero, all but so many at its beginning.
    Suffix(isize),
    /// The value so many times in a row.
    Repeat(usize),
    /// In capital letters.
    Upper,
    /// In small letters.
    Lower,
    /// Of an address, what stands before the last `@`.
    Local,
    /// Of an address, what stands behind the last `@`.
    Domain,
    /// An address below its own domain, if nobody can have that domain; else the address itself: its mail might
    /// come to nobody.
    Subdomain,
    /// An address with a digit in front, if nobody can have its domain; else the address itself: it might be
    /// somebody else's.
    DigitFirst,
    /// The value with so many characters, filled up with the letter x if it has fewer.
    Fill(usize),
    /// Nearly the value.
    Mutated(Mutation),
}

impl Filter {
    /// The filters as they are written.
    pub(super) const NAMES: [&'static str; 10] = [
        "prefix:N",
        "suffix:N",
        "repeat:N",
        "fill:N",
        "upper",
        "lower",
        "local",
        "domain",
        "subdomain",
        "digit-first",
    ];

    /// The filter that a text stands for; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some((name, number)) = text.split_once(':') {
            return match name {
                "prefix" => number.parse().ok().map(Self::Prefix),
                "suffix" => number.parse().ok().map(Self::Suffix),
                "repeat" => number
                    .parse()
                    .ok()
                    .filter(|times| *times <= MOST_REPEATS)
                    .map(Self::Repeat),
                "fill" => number
                    .parse()
                    .ok()
                    .filter(|count| *count <= MOST_REPEATS)
                    .map(Self::Fill),
                _ => Mutation::parse(text).map(Self::Mutated),
            };
        }
        match text {
            "upper" => Some(Self::Upper),
            "lower" => Some(Self::Lower),
            "local" => Some(Self::Local),
            "domain" => Some(Self::Domain),
            "subdomain" => Some(Self::Subdomain),
            "digit-first" => Some(Self::DigitFirst),
            _ => Mutation::parse(text).map(Self::Mutated),
        }
    }

    /// What it makes of a value, in words.
    pub(super) fn says(self) -> String {
        match self {
            Self::Prefix(count @ 0..) => format!("its first {count} characters"),
            Self::Prefix(count) => format!("without its last {} characters", count.unsigned_abs()),
            Self::Suffix(count @ 0..) => format!("its last {count} characters"),
            Self::Suffix(count) => format!("without its first {} characters", count.unsigned_abs()),
            Self::Repeat(times) => format!("{times} times in a row"),
            Self::Upper => "in capital letters".to_owned(),
            Self::Lower => "in small letters".to_owned(),
            Self::Local => "what stands before its @".to_owned(),
            Self::Domain => "what stands behind its @".to_owned(),
            Self::Subdomain => "below its domain".to_owned(),
            Self::DigitFirst => "with a digit in front".to_owned(),
            Self::Fill(count) => format!("filled up to {count} characters"),
            Self::Mutated(mutation) => mutation.says(),
        }
    }

    /// The value changed.
    #[must_use]
    pub fn apply(self, value: &str) -> String {
        match self {
            Self::Prefix(count) => value[..boundary(value, count)].to_owned(),
            Self::Suffix(count) => {
                let length = isize::try_from(value.chars().count()).unwrap_or(isize::MAX);
                let skipped = if count < 0 {
                    count.saturating_neg()
                } else {
                    length.saturating_sub(count).max(0)
                };
                value[boundary(value, skipped)..].to_owned()
            }
            Self::Repeat(times) => value.repeat(times),
            Self::Upper => value.to_uppercase(),
            Self::Lower => value.to_lowercase(),
            Self::Local => value
                .rsplit_once('@')
                .map_or(value, |parts| parts.0)
                .to_owned(),
            Self::Domain => value
                .rsplit_once('@')
                .map_or("", |parts| parts.1)
                .to_owned(),
            Self::Subdomain => match nobodys(value) {
                Some((local, domain)) => format!("{local}@mail.{domain}"),
                None => value.to_owned(),
            },
            Self::DigitFirst => match nobodys(value) {
                Some(_) => format!("7{value}"),
                None => value.to_owned(),
            },
            Self::Fill(count) => {
                let lacking = count.saturating_sub(value.chars().count());
                format!("{value}{}", "x".repeat(lacking))
            }
            Self::Mutated(mutation) => mutation.apply(value),
        }
    }
}

/// Both parts of an address whose domain nobody can have (RFC 6761): whoever gives its mail to us gives us that of
/// all addresses like it.
fn nobodys(address: &str) -> Option<(&str, &str)> {
    let (local, domain) = address.rsplit_once('@')?;
    let top = domain.rsplit('.').next()?;
    ["example", "invalid", "localhost", "test"]
        .contains(&top)
        .then_some((local, domain))
}

/// Where in bytes so many characters end; below zero, counted from the end.
fn boundary(value: &str, count: isize) -> usize {
    let kept = if count < 0 {
        value.chars().count().saturating_sub(count.unsigned_abs())
    } else {
        count.unsigned_abs()
    };
    value
        .char_indices()
        .nth(kept)
        .map_or(value.len(), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_does_what_it_says() {
        for (text, value, expected) in [
            ("prefix:2", "añb", "añ"),
            ("prefix:9", "ab", "ab"),
            ("prefix:-1", "añ", "a"),
            ("prefix:-9", "ab", ""),
            ("suffix:2", "añb", "ñb"),
            ("suffix:9", "ab", "ab"),
            ("suffix:-1", "ñab", "ab"),
            ("suffix:-9", "ab", ""),
            ("repeat:3", "ab", "ababab"),
            ("upper", "aß", "ASS"),
            ("lower", "AÉ", "aé"),
            ("local", "a@b@c", "a@b"),
            ("domain", "a@b@c", "c"),
            ("subdomain", "a@b.example", "a@mail.b.example"),
            ("subdomain", "a@example.com", "a@example.com"),
            ("digit-first", "a@b.test", "7a@b.test"),
            ("digit-first", "a@b.net", "a@b.net"),
            ("fill:3", "a", "axx"),
            ("fill:3", "abcd", "abcd"),
            ("other:0", "123", "623"),
            ("reversed", "ab", "ba"),
        ] {
            let filter = Filter::parse(text).unwrap();
            assert_eq!(filter.apply(value), expected, "{text} of {value}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "prefix",
            "prefix:x",
            "upper:1",
            "repeat:-1",
            "repeat:99999999",
            "cut:1",
            "",
        ] {
            assert_eq!(Filter::parse(text), None, "{text}");
        }
    }
}
