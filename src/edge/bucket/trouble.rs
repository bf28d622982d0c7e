//! What an answer of a bucket means: that it is one, that the store is busy, or that nothing can come of it.

use http::{Method, StatusCode};
use std::time::Duration;

use crate::machines::BucketProvider;

/// Why a bucket cannot be used, as the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BucketTrouble {
    /// It was busy for too long.
    #[error("it answered {answer} for {waited:?}; see what it lacks, then begin anew")]
    Busy {
        /// The status and the code that it answered with at last.
        answer: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// It was not reached.
    #[error("it was not reached within {waited:?}: {cause}")]
    Unreachable {
        /// Why not.
        cause: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The keys are wrong, or may not do this.
    #[error("it refused with {answer}; see to {}, and to what that key may do", provider.keys())]
    Refused {
        /// The status and the code that it answered with.
        answer: String,
        /// Whose bucket it is.
        provider: BucketProvider,
    },
    /// No keys were given, and this machine lends none.
    #[error("no keys are given; set {}", _0.keys())]
    NoKeys(BucketProvider),
    /// It cannot be asked in this way.
    #[error(
        "it cannot be asked: {cause}; where the endpoint is http and no https, set {}=true",
        provider.http_variable()
    )]
    Unsendable {
        /// Why not.
        cause: String,
        /// Whose bucket it is.
        provider: BucketProvider,
    },
    /// The bucket is somewhere else.
    #[error("it answered {0}: the bucket is in another region; set AWS_REGION")]
    Elsewhere(u16),
    /// There is no such bucket.
    #[error("there is no such bucket")]
    NoBucket,
    /// The store has not what is needed.
    #[error(
        "it cannot create an object on the condition that it is not there (501); use a store that can"
    )]
    Unconditional,
    /// Another answer.
    #[error("it answered {0}")]
    Other(String),
}

/// What to do with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AnswerUse {
    /// It is one.
    Take,
    /// Ask again, until this is the end of it.
    AskAgain(BucketTrouble),
    /// Nothing can come of it.
    GiveUp(BucketTrouble),
}

/// What to do with an answer of this provider that came after so long.
pub(super) fn judged(
    provider: BucketProvider,
    (method, status, body): (&Method, StatusCode, &[u8]),
    waited: Duration,
) -> AnswerUse {
    let code = code_of(body);
    let number = status.as_u16();
    let answer = format!("{number} {code}").trim_end().to_owned();
    let busy = BucketTrouble::Busy {
        answer: answer.clone(),
        waited,
    };
    match number {
        404 if ["NoSuchBucket", "ContainerNotFound"].contains(&code.as_str()) => {
            AnswerUse::GiveUp(BucketTrouble::NoBucket)
        }
        200..=299 | 304 | 404 | 412 => AnswerUse::Take,
        // How Azure says that an object is there already.
        409 if code == "BlobAlreadyExists" => AnswerUse::Take,
        // Two creates met: the one that this tells of it may be tried again.
        409 if *method == Method::PUT => AnswerUse::AskAgain(busy),
        301 | 302 | 307 | 308 => AnswerUse::GiveUp(BucketTrouble::Elsewhere(number)),
        401 | 403 => AnswerUse::GiveUp(BucketTrouble::Refused { answer, provider }),
        501 => AnswerUse::GiveUp(BucketTrouble::Unconditional),
        408 | 429 | 500..=599 => AnswerUse::AskAgain(busy),
        _ => AnswerUse::GiveUp(BucketTrouble::Other(answer)),
    }
}

/// The code of an error, which is a word in all three; empty if there is none. Nothing else of an error is fit to be
/// shown: it has the name of a key, and what was signed, in it.
fn code_of(body: &[u8]) -> String {
    const LONGEST: usize = 64;
    let text = String::from_utf8_lossy(body);
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"))
        .map_or("", |(code, _)| code);
    let is_word = code.chars().all(|one| one.is_ascii_alphanumeric());
    if is_word && code.len() <= LONGEST {
        code.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_pass_is_waited_for() {
        let waited = Duration::from_secs(3);
        let of = |method, status, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            judged(
                BucketProvider::Amazon,
                (&method, status, body.as_bytes()),
                waited,
            )
        };
        for status in [200, 204, 304, 404, 412] {
            assert_eq!(of(Method::GET, status, ""), AnswerUse::Take, "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504] {
            let answer = status.to_string();
            let busy = BucketTrouble::Busy { answer, waited };
            assert_eq!(of(Method::GET, status, ""), AnswerUse::AskAgain(busy));
        }
        assert!(matches!(of(Method::PUT, 409, ""), AnswerUse::AskAgain(_)));
        assert!(matches!(of(Method::GET, 409, ""), AnswerUse::GiveUp(_)));
        let there = "<Error><Code>BlobAlreadyExists</Code></Error>";
        assert_eq!(of(Method::PUT, 409, there), AnswerUse::Take);
        for status in [301, 400, 401, 403, 405, 501] {
            assert!(
                matches!(of(Method::PUT, status, ""), AnswerUse::GiveUp(_)),
                "{status}"
            );
        }
    }

    #[test]
    fn of_a_refusal_nothing_but_its_code_is_shown() {
        let told = |body: &str| {
            let refusal = (&Method::PUT, StatusCode::FORBIDDEN, body.as_bytes());
            let judged = judged(BucketProvider::Amazon, refusal, Duration::ZERO);
            match judged {
                AnswerUse::GiveUp(trouble) => trouble.to_string(),
                other => format!("{other:?}"),
            }
        };
        let body = "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIA7</AWSAccessKeyId></Error>";
        assert!(told(body).starts_with("it refused with 403 SignatureDoesNotMatch; see to AWS_"));
        assert!(!told(body).contains("AKIA7"));
        assert!(!told("<Code>AKIA7 is wrong</Code>").contains("AKIA7"));
        for code in ["NoSuchBucket", "ContainerNotFound"] {
            let body = format!("<Code>{code}</Code>");
            let answer = (&Method::GET, StatusCode::NOT_FOUND, body.as_bytes());
            let missing = judged(BucketProvider::Azure, answer, Duration::ZERO);
            assert_eq!(missing, AnswerUse::GiveUp(BucketTrouble::NoBucket));
        }
    }
}
