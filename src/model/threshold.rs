//! A threshold of a load, as a user writes it: `p99 < 50ms`, `create errors < 0.1%`.
//!
//! ```text
//! threshold = [OPERATION] MEASURE RELATION LIMIT
//! MEASURE   = "p" NUMBER | "max" | "mean"   of the response time; LIMIT is a time: 800us, 50ms, 1.5s
//!           | "errors"                      share of requests; LIMIT is in per cent: 0.1%
//!           | "stalls"                      share of answers; LIMIT is in per cent: 0.01%
//!           | "rate"                        answers; LIMIT is in per cent of what was due, or 500/s
//! RELATION  = "<" | "<=" | ">" | ">="
//! ```

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::mistake::Mistake;

/// What a threshold may look like.
const FORM: &str = "write one such as `p99 < 50ms`, `max < 1s`, `errors < 0.1%`, `rate >= 99%` or `OPERATION p99.9 < 200ms`";

/// What a limit may look like.
const LIMITS: &str = "times are `800us`, `50ms` or `1.5s`, shares `0.1%`, rates `500/s`";

/// More decimals of a percentile are beyond what a load can tell apart.
const MOST_DECIMALS: usize = 4;

/// A threshold of a load.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The operation that it speaks of, or the scenario of which it speaks of all; all together if
    /// there is none.
    pub operation: Option<String>,
    /// What is measured.
    pub measure: Measure,
    /// How the measured figure must stand to the limit.
    pub relation: Relation,
    /// The limit, in the unit of the measure.
    pub limit: f64,
    /// The text as it was written, with single spaces.
    pub text: String,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// The response time, in nanoseconds, that this share of all requests (0 to 1) does not exceed.
    Percentile(f64),
    /// The longest response time, in nanoseconds.
    Longest,
    /// The mean response time, in nanoseconds.
    Mean,
    /// The share of requests (0 to 1) that got no answer, or one that did not conform.
    Errors,
    /// The share of answers (0 to 1) that took far longer than most of their kind.
    Stalls,
    /// Answers as a share (0 to 1) of the requests that were due.
    Achieved,
    /// Answers a second.
    Rate,
}

impl Measure {
    /// Whether it is a response time.
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Percentile(_) | Self::Longest | Self::Mean)
    }

    /// Whether it tells how much of what was due was answered, or how much was answered in a second.
    #[must_use]
    pub const fn is_rate(self) -> bool {
        matches!(self, Self::Achieved | Self::Rate)
    }
}

/// How the measured figure must stand to the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Below it.
    Below,
    /// Not above it.
    AtMost,
    /// Above it.
    Above,
    /// Not below it.
    AtLeast,
}

impl Relation {
    const ALL: [(&'static str, Self); 4] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("<", Self::Below),
        (">", Self::Above),
    ];

    /// Whether a figure stands so to the limit.
    #[must_use]
    pub fn holds<T: PartialOrd>(self, figure: &T, limit: &T) -> bool {
        match self {
            Self::Below => figure < limit,
            Self::AtMost => figure <= limit,
            Self::Above => figure > limit,
            Self::AtLeast => figure >= limit,
        }
    }

    /// Whether it keeps figures from growing.
    #[must_use]
    pub const fn is_ceiling(self) -> bool {
        matches!(self, Self::Below | Self::AtMost)
    }
}

/// What stands between a scenario and an operation of it where several scenarios take turns.
const OF_SCENARIO: &str = ": ";

impl Threshold {
    /// Whether it speaks of the operation of this name.
    #[must_use]
    pub fn speaks_of(&self, operation: &str) -> bool {
        self.operation.as_deref().is_none_or(|wanted| {
            let rest = operation.strip_prefix(wanted);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(OF_SCENARIO))
        })
    }

    /// The same among several scenarios that take turns, as that of one of them.
    #[must_use]
    pub fn within(&self, scenario: &str) -> Self {
        let (operation, between) = match &self.operation {
            None => (scenario.to_owned(), " "),
            Some(own) => (format!("{scenario}{OF_SCENARIO}{own}"), OF_SCENARIO),
        };
        Self {
            operation: Some(operation),
            text: format!("{scenario}{between}{}", self.text),
            ..self.clone()
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl FromStr for Threshold {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        let end = text.trim_end().len();
        let found = Relation::ALL
            .iter()
            .filter_map(|(sign, relation)| Some((text.find(sign)?, sign.len(), *relation)))
            .min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)));
        let Some((at, length, relation)) = found else {
            return Err(Mistake::new(
                text,
                end..end,
                "`<`, `<=`, `>` or `>=` is missing",
                FORM,
            ));
        };
        let left = trimmed(text, 0..at);
        let right = trimmed(text, at + length..text.len());
        let name = word(text, &left);
        let start = name
            .rfind(char::is_whitespace)
            .map_or(left.start, |space| left.start + space + 1);
        let operation = word(text, &trimmed(text, left.start..start));
        let measured = start..left.end;
        let kind =
            Kind::read(word(text, &measured)).ok_or_else(|| unknown_measure(text, measured))?;
        let (measure, limit) = kind
            .with_limit(word(text, &right))
            .map_err(|reason| Mistake::new(text, right, reason, LIMITS))?;
        Ok(Self {
            operation: (!operation.is_empty()).then(|| operation.to_owned()),
            measure,
            relation,
            limit,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }
}

fn unknown_measure(text: &str, at: Range<usize>) -> Mistake {
    let reason = if at.is_empty() {
        "what is measured is missing"
    } else {
        "not a measure"
    };
    Mistake::new(text, at, reason, FORM)
}

fn word<'a>(text: &'a str, at: &Range<usize>) -> &'a str {
    text.get(at.clone()).unwrap_or_default()
}

/// A range without the space at both its ends.
fn trimmed(text: &str, at: Range<usize>) -> Range<usize> {
    let part = word(text, &at);
    let start = at.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// What is measured, before the limit says in which unit.
enum Kind {
    Time(Measure),
    Errors,
    Stalls,
    Rate,
}

impl Kind {
    fn read(word: &str) -> Option<Self> {
        match word {
            "max" => Some(Self::Time(Measure::Longest)),
            "mean" => Some(Self::Time(Measure::Mean)),
            "errors" => Some(Self::Errors),
            "stalls" => Some(Self::Stalls),
            "rate" => Some(Self::Rate),
            _ => {
                let number = word.strip_prefix('p')?;
                let decimals = number.split_once('.').map_or("", |(_, decimals)| decimals);
                let share = share(number).filter(|_| decimals.len() <= MOST_DECIMALS)?;
                // At 0 and 100 there is nothing left to take a percentile of.
                (share > 0.0 && share < 1.0).then_some(Self::Time(Measure::Percentile(share)))
            }
        }
    }

    fn with_limit(&self, limit: &str) -> Result<(Measure, f64), &'static str> {
        let per_cent = || {
            let share = share(limit.strip_suffix('%')?.trim());
            share.filter(|share| *share <= 1.0)
        };
        match self {
            Self::Time(measure) => {
                let nanos = time(limit).ok_or("the limit of a response time is a time")?;
                Ok((*measure, nanos))
            }
            Self::Errors => {
                let share = per_cent().ok_or("the limit of errors is a share up to 100%")?;
                Ok((Measure::Errors, share))
            }
            Self::Stalls => {
                let share = per_cent().ok_or("the limit of stalls is a share up to 100%")?;
                Ok((Measure::Stalls, share))
            }
            Self::Rate => match (per_cent(), limit.strip_suffix("/s").and_then(decimal)) {
                (Some(share), _) => Ok((Measure::Achieved, share)),
                (None, Some(rate)) => Ok((Measure::Rate, rate)),
                (None, None) => {
                    Err("the limit of a rate is a share up to 100%, or answers a second")
                }
            },
        }
    }
}

/// A time in nanoseconds.
fn time(text: &str) -> Option<f64> {
    // The longer units first, since they end in the shorter ones.
    [
        ("ns", 1.0),
        ("us", 1e3),
        ("µs", 1e3),
        ("ms", 1e6),
        ("s", 1e9),
        ("m", 60e9),
    ]
    .iter()
    .find_map(|(unit, nanos)| Some(decimal(text.strip_suffix(unit)?.trim())? * nanos))
}

/// A number of digits, with or without decimals.
fn decimal(text: &str) -> Option<f64> {
    scaled(text, 0)
}

/// A number in per cent as a share. Divided once, so that 99.9% is the number closest to 0.999.
fn share(text: &str) -> Option<f64> {
    scaled(text, 2)
}

/// A number of digits, with or without decimals, and with its point so many places to the left.
fn scaled(text: &str, places: i32) -> Option<f64> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || text.ends_with('.') || !digits(whole) || !digits(decimals) {
        return None;
    }
    let number: f64 = format!("{whole}{decimals}").parse().ok()?;
    let places = places.checked_add(i32::try_from(decimals.len()).ok()?)?;
    Some(number / 10_f64.powi(places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Measure, Relation, f64) {
        let one: Threshold = text.parse().unwrap_or_else(|mistake| panic!("{mistake}"));
        (one.operation, one.measure, one.relation, one.limit)
    }

    #[test]
    fn thresholds_are_read_with_and_without_an_operation() {
        use Relation::{Above, AtLeast, AtMost, Below};
        assert_eq!(
            read("p99 < 50ms"),
            (None, Measure::Percentile(0.99), Below, 50e6)
        );
        assert_eq!(
            read("create p99.9<=200ms"),
            (
                Some("create".to_owned()),
                Measure::Percentile(0.999),
                AtMost,
                200e6
            )
        );
        assert_eq!(
            read("  get a third time   max < 1.5s "),
            (
                Some("get a third time".to_owned()),
                Measure::Longest,
                Below,
                1.5e9
            )
        );
        assert_eq!(read("mean < 800us"), (None, Measure::Mean, Below, 800e3));
        assert_eq!(read("errors < 0.1%"), (None, Measure::Errors, Below, 0.001));
        assert_eq!(read("stalls < 2%"), (None, Measure::Stalls, Below, 0.02));
        assert_eq!(
            read("rate >= 99 %"),
            (None, Measure::Achieved, AtLeast, 0.99)
        );
        assert_eq!(
            read("get rate > 500/s"),
            (Some("get".to_owned()), Measure::Rate, Above, 500.0)
        );
        let text = "  p99   <  50ms ".parse::<Threshold>().unwrap().to_string();
        assert_eq!(text, "p99 < 50ms");
    }

    #[test]
    fn among_several_scenarios_a_threshold_is_that_of_its_own() {
        let of = |text: &str| text.parse::<Threshold>().unwrap();
        assert!(of("p99 < 1ms").speaks_of("mixed: get"));
        assert!(of("get p99 < 1ms").speaks_of("get"));
        assert!(!of("get p99 < 1ms").speaks_of("get again"));
        assert!(of("mixed p99 < 1ms").speaks_of("mixed: get again"));
        assert!(!of("mix p99 < 1ms").speaks_of("mixed: get"));
        for (text, within) in [
            ("p99 < 1ms", "mixed p99 < 1ms"),
            ("get p99 < 1ms", "mixed: get p99 < 1ms"),
        ] {
            assert_eq!(of(text).within("mixed"), of(within));
        }
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands_with_a_way_out() {
        for (text, part, reason) in [
            ("", "", "is missing"),
            ("p99 50ms", "", "`<`, `<=`, `>` or `>=` is missing"),
            ("< 50ms", "", "what is measured is missing"),
            ("create p9x < 50ms", "p9x", "not a measure"),
            ("p100 < 50ms", "p100", "not a measure"),
            ("p99.99999 < 50ms", "p99.99999", "not a measure"),
            ("p99 < 50", "50", "is a time"),
            ("p99 < -1ms", "-1ms", "is a time"),
            ("errors < 0.1", "0.1", "is a share"),
            ("errors < 101%", "101%", "is a share"),
            ("stalls < 1s", "1s", "is a share"),
            ("rate >= fast", "fast", "answers a second"),
        ] {
            let mistake = text.parse::<Threshold>().unwrap_err();
            assert_eq!(mistake.part(), part, "{text}");
            assert!(
                mistake.reason.contains(reason),
                "{text}: {}",
                mistake.reason
            );
        }
    }
}
