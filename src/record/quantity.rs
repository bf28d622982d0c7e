//! Numbers as people read them: counts, times, rates and shares, each with its unit.

use super::distribution::Bounds;
pub(crate) use crate::model::{float, size, whole};

/// Microseconds in a millisecond.
const MILLISECOND_US: u64 = 1_000;

/// Microseconds in a second.
const SECOND_US: u64 = 1_000_000;

/// Seconds in a minute.
const MINUTE_S: f64 = 60.0;

/// Digits between two separators.
const GROUP: usize = 3;

/// A count with its thousands apart: `12,345`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / GROUP);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(GROUP) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of things with its noun: `1 case`, `12 cases`.
pub(crate) fn things(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number as u64))
}

/// Names one after the other: `p50`, `p50 and p90`, `p50, p90 and p95`.
pub(crate) fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A time given in microseconds, to three digits: `850 µs`, `1.05 ms`, `12.3 s`.
pub(crate) fn micros(us: u64) -> String {
    match us {
        0..MILLISECOND_US => format!("{us} µs"),
        MILLISECOND_US..SECOND_US => format!("{} ms", three_digits(float(us) / 1e3)),
        _ => format!("{} s", three_digits(float(us) / 1e6)),
    }
}

/// The interval in which a time given in microseconds lies: `1.05–1.10 ms`, `850 µs–1.05 ms`, and
/// `≥ 12.3 ms` where it has no upper end.
pub(crate) fn interval(bounds: Bounds) -> String {
    match (bounds.low_us, bounds.high_us) {
        (None, None) => "too few".to_owned(),
        (Some(low), None) => format!("≥ {}", micros(low)),
        (None, Some(high)) => format!("≤ {}", micros(high)),
        (Some(low), Some(high)) => {
            let (low, high) = (micros(low), micros(high));
            let (number, unit) = low.split_once(' ').unwrap_or((&low, ""));
            if high.ends_with(&format!(" {unit}")) {
                format!("{number}–{high}")
            } else {
                format!("{low}–{high}")
            }
        }
    }
}

/// A time given in milliseconds, to three digits.
pub(crate) fn millis(ms: f64) -> String {
    if ms < 1.0 {
        format!("{} ms", two_decimals(ms))
    } else if ms < 1e3 {
        format!("{} ms", three_digits(ms))
    } else {
        seconds(ms / 1e3)
    }
}

/// A time given in seconds: `9.5 s`, `2 min 5 s`.
pub(crate) fn seconds(s: f64) -> String {
    if s < MINUTE_S {
        return format!("{} s", plain(s));
    }
    let minutes = (s / MINUTE_S).floor();
    let rest = (s - minutes * MINUTE_S).round();
    match rest {
        0.0 => format!("{minutes} min"),
        _ => format!("{minutes} min {rest} s"),
    }
}

/// A rate without its unit: `0.25`, `998.8`, `12,345`.
pub(crate) fn rate(rate: f64) -> String {
    if rate < 10.0 {
        two_decimals(rate)
    } else if rate < 1e3 {
        plain(rate)
    } else {
        count(whole(rate))
    }
}

/// A share of 1 in per cent, with as many nines as tell it apart from all: `50 %`, `99.9 %`.
pub(crate) fn per_cent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    format!("{short} %")
}

/// A number with one decimal, unless it is whole.
pub(crate) fn plain(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn two_decimals(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn three_digits(number: f64) -> String {
    // What rounds up to the next power of ten is written with that one's decimals.
    if number < 9.995 {
        format!("{number:.2}")
    } else if number < 99.95 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

/// A share with as many digits as mean something.
pub(crate) fn rounded_share(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_thousands_apart() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn times_have_three_digits_and_a_unit_that_fits() {
        let shown = [0, 999, 1_050, 12_340, 212_000, 1_000_000, 75_000_000].map(micros);
        assert_eq!(
            shown,
            [
                "0 µs", "999 µs", "1.05 ms", "12.3 ms", "212 ms", "1.00 s", "75.0 s"
            ]
        );
        assert_eq!(
            [0.25, 3.0, 1_500.0, 61_000.0].map(millis),
            ["0.25 ms", "3.00 ms", "1.5 s", "1 min 1 s"]
        );
    }

    #[test]
    fn intervals_name_their_unit_once_if_it_is_one() {
        let shown = [
            (Some(1_050), Some(1_100)),
            (Some(850), Some(1_050)),
            (Some(12_300), None),
            (None, Some(90)),
            (None, None),
        ]
        .map(|(low_us, high_us)| interval(Bounds { low_us, high_us }));
        assert_eq!(
            shown,
            [
                "1.05–1.10 ms",
                "850 µs–1.05 ms",
                "≥ 12.3 ms",
                "≤ 90 µs",
                "too few"
            ]
        );
    }

    #[test]
    fn rates_and_shares_are_short() {
        assert_eq!(
            [0.0, 0.25, 998.8, 12_345.4].map(rate),
            ["0", "0.25", "998.8", "12,345"]
        );
        assert_eq!(
            [0.5, 0.999, 0.99999].map(per_cent),
            ["50 %", "99.9 %", "99.999 %"]
        );
    }
}
