//! What an answer says of time: when it was given, and when to come back.

use std::time::{Duration, UNIX_EPOCH};

use super::exchange::{Answer, Response};

/// When an answer was given by the clock of whoever gave it, in unix seconds (RFC 9110, section 6.6.1); none if
/// it does not say, or says more than one thing.
pub fn date_of(answer: &impl Answer) -> Option<i64> {
    let mut dates = answer.header("date");
    let date = dates.next().and_then(seconds);
    date.filter(|_| dates.next().is_none())
}

/// The unix seconds of a date of HTTP (RFC 9110, section 5.6.7).
fn seconds(text: &[u8]) -> Option<i64> {
    let date = httpdate::parse_http_date(std::str::from_utf8(text).ok()?).ok()?;
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// Whether an answer of this status is a limiter's and not the target's own: "too many requests" (RFC 6585,
/// section 4), or "unavailable" that says when to come back (RFC 9110, section 15.6.4).
pub fn is_of_limiter(status: u16, says_when: impl FnOnce() -> bool) -> bool {
    match status {
        429 => true,
        503 => says_when(),
        _ => false,
    }
}

impl Response {
    /// When it may be asked again, as it says itself (RFC 9110, section 10.2.3): in seconds, or as a date by its
    /// own clock. None if it does not say.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let answer = (self, Duration::ZERO);
        let value = answer.header("retry-after").next()?;
        let text = std::str::from_utf8(value).ok()?.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        let then = seconds(value)?;
        let left = then.saturating_sub(date_of(&answer)?);
        Some(Duration::from_secs(u64::try_from(left).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(headers: &[(&str, &str)]) -> Option<Duration> {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), value.as_bytes().to_vec());
        let response = Response {
            status: 429,
            headers: headers.iter().map(header).collect(),
            body: Vec::new(),
        };
        response.retry_after()
    }

    #[test]
    fn a_pause_is_told_in_seconds_or_by_the_clock_of_the_target() {
        let date = ("Date", "Wed, 21 Oct 2015 07:28:00 GMT");
        let later = ("Retry-After", "Wed, 21 Oct 2015 07:28:07 GMT");
        let seconds = |number| Some(Duration::from_secs(number));
        assert_eq!(after(&[("Retry-After", "12")]), seconds(12));
        assert_eq!(
            after(&[("retry-after", "99999999999999999999")]),
            seconds(u64::MAX)
        );
        assert_eq!(after(&[date, later]), seconds(7));
        assert_eq!(
            after(&[("Date", later.1), ("Retry-After", date.1)]),
            seconds(0)
        );
        assert_eq!(after(&[later]), None);
        assert_eq!(after(&[("Retry-After", "soon")]), None);
        assert_eq!(after(&[date, ("Retry-After", "-1")]), None);
        assert_eq!(after(&[]), None);
    }
}
