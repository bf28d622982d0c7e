//! The code in a mail: which of its numbers is the one to type in. A function of the mail alone.

use regex::Regex;

use super::label;
use super::mail::Mail;
use super::ranking;

/// So many numbers of a mail may be tried as its code: a target may lock after a few wrong ones.
pub(super) const MOST_CODES: usize = 3;

/// How a code is told from the rest of a mail.
#[derive(Clone, Debug, Default)]
pub enum CodePattern {
    /// Six digits, the likeliest of the mail by what stands around them.
    #[default]
    SixDigits,
    /// The first match of an expression of the user: its first group, or all of it if it has none.
    Custom(Regex),
}

/// Why a text is no pattern for codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no regular expression for codes: {cause}")]
pub struct CodePatternError {
    pattern: String,
    cause: String,
}

impl CodePattern {
    /// A pattern of the user.
    ///
    /// # Errors
    ///
    /// If it is not a regular expression, or matches the empty text.
    pub fn custom(pattern: &str) -> Result<Self, CodePatternError> {
        let refused = |cause: String| CodePatternError {
            pattern: pattern.to_owned(),
            cause,
        };
        let regex = Regex::new(pattern).map_err(|error| refused(error.to_string()))?;
        if regex.is_match("") {
            return Err(refused("it matches an empty text".to_owned()));
        }
        Ok(Self::Custom(regex))
    }

    /// The code in a mail, if there is one.
    #[must_use]
    pub fn find(&self, mail: &Mail) -> Option<String> {
        self.candidates(mail).into_iter().next()
    }

    /// What may be the code in a mail, the likeliest first.
    pub(super) fn candidates(&self, mail: &Mail) -> Vec<String> {
        match self {
            Self::SixDigits => match ranking::likeliest(mail) {
                none if none.is_empty() => in_links(mail).into_iter().collect(),
                likeliest => likeliest,
            },
            Self::Custom(regex) => matches(regex, mail),
        }
    }
}

/// The matches in the first text that has any, else in the subject, the links, the HTML as it was sent.
fn matches(regex: &Regex, mail: &Mail) -> Vec<String> {
    let subject = std::iter::once(&mail.subject);
    let places = mail.texts.iter().chain(subject);
    let mut places = places.chain(&mail.links).chain(&mail.sources);
    let found = places.find_map(|text| {
        let mut codes: Vec<String> = Vec::new();
        for captures in regex.captures_iter(text) {
            let group = captures.get(1).or_else(|| captures.get(0));
            let code = group.map_or("", |group| group.as_str().trim());
            if !code.is_empty() && !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
            if codes.len() == MOST_CODES {
                break;
            }
        }
        (!codes.is_empty()).then_some(codes)
    });
    found.unwrap_or_default()
}

/// A code that only stands in a link: `…?code=123456`, `…/verify/123456`.
fn in_links(mail: &Mail) -> Option<String> {
    let bare = mail.texts.iter().flat_map(|text| text.split_whitespace());
    let bare = bare.filter(|word| word.contains("://"));
    let mut links = mail.links.iter().map(String::as_str).chain(bare);
    links.find_map(|link| {
        let mut pieces = link.split(['/', '?', '&', '=', '#']);
        let mut before = "";
        pieces.find_map(|piece| {
            let named = label::last(&before.to_lowercase()).is_some();
            before = piece;
            let digits = piece.bytes().all(|byte| byte.is_ascii_digit());
            (named && digits && piece.len() == 6).then(|| piece.to_owned())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<String> {
        let mail = Mail {
            texts: vec![text.to_owned()],
            ..Mail::default()
        };
        CodePattern::SixDigits.find(&mail)
    }

    #[test]
    fn the_labelled_number_wins() {
        for text in [
            "Order no. 482913. Your verification code is 123456.",
            "Your code expires 311224. Code: 123456",
            "Hi user 482913,\n\nyour verification code:\n\n123456\n\nBye 777777",
            "123456 is your code. Your account is 482913.",
            "482913 things\nSecurity code: 123-456",
            "Dein Bestätigungscode lautet 123 456.",
            "Your code is 1 2 3 4 5 6",
            "Ticket\t482913\nCode\t123456",
            "Postal code 482913\nPIN 123456",
            "您的验证码是123456，10分钟内有效。订单 482913",
            "Code: １２３４５６",
            "Code: 12\u{200b}3456",
            "Your code: #123456",
            "To finish creating your account, use 123456 within 10 minutes.",
            "123456",
            "482913\nYour code is 123456.\n482914",
            "G-123456 is your Google verification code.",
        ] {
            assert_eq!(code(text).as_deref(), Some("123456"), "{text}");
        }
    }

    #[test]
    fn a_number_that_was_a_code_once_yields_to_the_one_that_is() {
        for text in [
            "Your old code 111111 no longer works. Your new code is 222222.",
            "Your new code is 222222. Your old code was 111111.",
            "Code 111111 has expired.\nCode 222222 is valid for 10 minutes.",
            "Code: 222222\n\nThe previous verification code: 111111",
            "Your old code 111111 was replaced by the code 222222.",
            "Old code:\n111111\nNew code:\n222222",
            "Old codes:\n111111\n333333\n\nYour code:\n222222",
            "Old code\tNew code\n111111\t222222",
            "Expired code\t111111\nCode\t222222",
            "Código anterior: 111111. Tu código: 222222",
            "111111 was your previous code.\n222222 is your code now.",
            "222222 is your code, old ones have expired. Ticket 111111, phone 333333",
            "222222 is your code.\n\nUsers Ltd, MG Road, Bengaluru, PIN 560001",
            "Use 222222 to sign in.\nUsers Ltd, Pune, PIN code: 411001",
            "Your request (phone 333333, reference 111111) has the code 222222.",
        ] {
            assert_eq!(code(text).as_deref(), Some("222222"), "{text}");
        }
        let pages = [
            "<p>Your old code: <s>111111</s></p><p>Your new code: <b>222222</b></p>",
            "<table><tr><th>Previous code<th>Code<tr><td>111111<td>222222</table>",
            "<h1>222222</h1><small>is your code. <i>Expired: 111111</i></small>",
        ];
        for page in pages {
            let raw = format!("Content-Type: text/html\r\n\r\n{page}\r\n");
            let found = CodePattern::SixDigits.find(&Mail::parse(raw.as_bytes()));
            assert_eq!(found.as_deref(), Some("222222"), "{page}");
        }
    }

    #[test]
    fn a_word_for_old_or_for_a_postal_code_takes_no_only_code_away() {
        for text in [
            "Your PIN is 123456",
            "PIN #123456",
            "PIN: 123 456",
            "Here is what replaces your previous code: 123456",
            "Old code invalid?\n123456",
            "Your code 123456 is void after 10 minutes",
        ] {
            assert_eq!(code(text).as_deref(), Some("123456"), "{text}");
        }
    }

    #[test]
    fn a_mail_without_a_code_has_none() {
        for text in [
            "Call 482913 or 555 1234567.",
            "Order number\n482913",
            "Invoice 482913",
            "color: #482913;",
            "Bengaluru, postal code 560001",
            "482 913 people joined",
            "Session ID: 482913",
            "USD 482913",
            "https://x.org/t/482913?u=482913",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn a_link_is_the_last_resort() {
        assert_eq!(
            code("Click https://x.org/t/482913/verify?code=123456&x=777777").as_deref(),
            Some("123456")
        );
        assert_eq!(
            code("https://x.org/verify/123456").as_deref(),
            Some("123456")
        );
    }

    #[test]
    fn a_pattern_of_the_user_gives_its_group_or_its_match() {
        let mail = Mail {
            texts: vec!["ref 999999 key=AB-12 and key=CD-34".to_owned()],
            subject: "777".to_owned(),
            sources: vec!["<p data-code='Z1'>".to_owned()],
            ..Mail::default()
        };
        let find = |pattern: &str| CodePattern::custom(pattern).unwrap().find(&mail);
        assert_eq!(find("key=([A-Z]+-[0-9]+)").as_deref(), Some("AB-12"));
        assert_eq!(find("[A-Z]{2}-[0-9]{2}").as_deref(), Some("AB-12"));
        assert_eq!(find("^7+$").as_deref(), Some("777"));
        assert_eq!(find("data-code='(..)'").as_deref(), Some("Z1"));
        assert_eq!(find("nothing"), None);
    }

    #[test]
    fn a_bad_pattern_is_refused_with_its_reason() {
        let error = CodePattern::custom("([0-9]").unwrap_err().to_string();
        assert!(
            error.contains("([0-9]") && error.contains("unclosed group"),
            "{error}"
        );
        assert!(CodePattern::custom("[0-9]*").is_err());
    }
}
