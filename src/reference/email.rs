//! Email addresses: which texts are addresses, and which addresses are the same.

/// The longest address that SMTP can carry (RFC 5321, 4.5.3.1.3, without the angle brackets).
const LONGEST_ADDRESS: usize = 254;
/// RFC 5321, 4.5.3.1.1.
const LONGEST_LOCAL_PART: usize = 64;
/// RFC 1035, 2.3.4.
const LONGEST_LABEL: usize = 63;
/// What may stand in a local part beside letters, digits and single dots (RFC 5322, 3.2.3).
const LOCAL_PUNCTUATION: &[u8] = b"!#$%&'*+-/=?^_`{|}~";

/// An email address that a code can be sent to. Two addresses that differ only in letter case are
/// the same address.
#[derive(Clone, Debug)]
pub struct Email {
    given: String,
    folded: String,
}

impl Email {
    /// Reads an address of the plain form: dotted words, `@`, and a host name. Quoted local parts,
    /// address literals and letters beyond ASCII are not read, since mail to them cannot be
    /// relied upon. `None` if the text is no such address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let plain = text.len() <= LONGEST_ADDRESS && is_local_part(local) && is_domain(domain);
        plain.then(|| Self {
            given: text.to_owned(),
            folded: text.to_ascii_lowercase(),
        })
    }

    /// The address exactly as it was given: where mail goes.
    #[must_use]
    pub fn as_given(&self) -> &str {
        &self.given
    }

    /// The form in which equal addresses are equal texts.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

fn is_local_part(text: &str) -> bool {
    text.len() <= LONGEST_LOCAL_PART
        && text.split('.').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || LOCAL_PUNCTUATION.contains(&byte))
        })
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_read() {
        for text in [
            "john@doe.net",
            "john.doe+tag@mail.example.com",
            "o'neil@localhost",
            "a@b",
            "x_1=y@xn--bcher-kva.example",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_given(), text);
        }
    }

    #[test]
    fn texts_that_cannot_be_addresses_are_not() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        let long = format!("a@{}com", "bbbbbbb.".repeat(32));
        for text in [
            "",
            "@",
            "john",
            "john@",
            "@doe.net",
            "john doe@doe.net",
            "john@doe .net",
            " john@doe.net",
            "john@doe.net ",
            "john@@doe.net",
            "a@b@c.net",
            ".john@doe.net",
            "john.@doe.net",
            "jo..hn@doe.net",
            "john@doe..net",
            "john@.net",
            "john@-doe.net",
            "john@doe.net\r\nbcc: x@y.z",
            "<john@doe.net>",
            &long_local,
            &long_label,
            &long,
        ] {
            assert!(Email::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn letter_case_makes_no_other_address() {
        let upper = Email::parse("John@DOE.net").unwrap();
        assert_eq!(upper.folded(), "john@doe.net");
        assert_eq!(upper.as_given(), "John@DOE.net");
    }
}
