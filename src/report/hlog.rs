//! The interval log of a load in the `HdrHistogram` log format 1.3: one histogram a second, operation
//! and kind of time, for the tools that read such logs. Values are nanoseconds.
//!
//! Returns text; writing it is somebody else's duty.

use std::borrow::Cow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::load::{Tally, Times};
use crate::model::float;
use crate::record::LoadSecond;

/// The tools expect the longest time of an interval in this many units: milliseconds here.
const MAX_UNIT: f64 = 1e6;

/// The lines before the first interval. Times of intervals count from the beginning of the
/// measurement, which is given in unix seconds.
#[must_use]
pub fn header(measured_from: f64) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let began = rfc3339(measured_from);
    format!(
        "#[Logged with assize {version}; values in nanoseconds]\n\
         #[Histogram log format version 1.3]\n\
         #[StartTime: {measured_from:.3} (seconds since epoch), {began}]\n\
         #[BaseTime: {measured_from:.3} (seconds since epoch)]\n\
         \"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
    )
}

/// The lines of a second: one for each operation and each kind of time, tagged `get-response`,
/// `get-service`, `get-lag`. Kinds without a time have no line; the warm-up has none at all.
#[must_use]
pub fn lines(second: &LoadSecond) -> String {
    if second.interval.second < 0 {
        return String::new();
    }
    second
        .operations
        .iter()
        .zip(&second.interval.tallies)
        .flat_map(|(operation, tally)| {
            let kinds = kinds(tally).into_iter();
            kinds.map(|(kind, times)| line(&tag(operation, kind), second, &times))
        })
        .collect()
}

/// Response times of all requests, of those alone that were answered where that is not all, and the rest.
fn kinds(tally: &Tally) -> Vec<(&'static str, Cow<'_, Times>)> {
    let mut kinds = vec![("response", tally.response())];
    if tally.unanswered.count() > 0 {
        kinds.push(("answers", Cow::Borrowed(&tally.answers)));
    }
    kinds.extend([
        ("service", Cow::Borrowed(&tally.service)),
        ("lag", Cow::Borrowed(&tally.lag)),
    ]);
    kinds
}

fn line(tag: &str, second: &LoadSecond, times: &Times) -> String {
    if times.count() == 0 {
        return String::new();
    }
    let start = second.start_s;
    let length = second.result.at_s - start;
    let max = float(times.max()) / MAX_UNIT;
    format!(
        "Tag={tag},{start:.3},{length:.3},{max:.3},{}\n",
        times.encoded()
    )
}

/// A tag holds no comma, space or line break, which end it.
fn tag(operation: &str, kind: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    let operation: String = operation
        .chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect();
    format!("{operation}-{kind}")
}

/// Unix seconds as RFC 3339; empty for times that have no such form.
#[expect(clippy::cast_possible_truncation, reason = "a date without fractions")]
fn rfc3339(unix_seconds: f64) -> String {
    OffsetDateTime::from_unix_timestamp(unix_seconds as i64)
        .ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Interval, Reply, Sample, Timeline};
    use crate::record::SecondResult;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use hdrhistogram::Histogram;
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
    use std::sync::Arc;
    use std::time::Duration;

    fn second(number: i64) -> LoadSecond {
        let timeline = Timeline::new(Duration::from_secs(1), Duration::from_secs(2));
        let mut interval = Interval::new(2);
        interval.second = number;
        interval.start = timeline.start_of(number);
        interval.end = timeline.end_of(number);
        for millis in 1..=100 {
            interval.tallies[0].record(&Sample {
                operation: 0,
                due: 0,
                started: 500_000,
                finished: millis * 1_000_000,
                reply: Reply::Answered {
                    status: 200,
                    conforming: true,
                },
            });
        }
        LoadSecond {
            result: SecondResult::new(&timeline, &interval),
            operations: Arc::new(["get, then look".to_owned(), "unused".to_owned()]),
            start_s: timeline.measured_seconds(interval.start),
            interval: Arc::new(interval),
            measured_from: 1_700_000_000.25,
            target: None,
        }
    }

    #[test]
    fn the_log_reads_back_with_an_independent_reader() {
        let log = format!(
            "{}{}{}{}",
            header(1_700_000_000.25),
            lines(&second(-1)),
            lines(&second(0)),
            lines(&second(1))
        );
        let entries: Vec<LogEntry<'_>> = IntervalLogIterator::new(log.as_bytes())
            .map(|entry| entry.unwrap())
            .collect();
        let began = Duration::from_millis(1_700_000_000_250);
        assert_eq!(entries[0], LogEntry::StartTime(began));
        assert_eq!(entries[1], LogEntry::BaseTime(began));
        let intervals: Vec<_> = entries[2..]
            .iter()
            .map(|entry| match entry {
                LogEntry::Interval(interval) => interval,
                other => panic!("{other:?} where an interval was due"),
            })
            .collect();
        let heads: Vec<_> = intervals
            .iter()
            .map(|one| (one.tag().unwrap().as_str(), one.start_timestamp().as_secs()))
            .collect();
        assert_eq!(
            heads,
            [
                ("get__then_look-response", 0),
                ("get__then_look-service", 0),
                ("get__then_look-lag", 0),
                ("get__then_look-response", 1),
                ("get__then_look-service", 1),
                ("get__then_look-lag", 1),
            ]
        );
        assert!((intervals[0].max() - 100.0).abs() < 1e-9);
        assert_eq!(intervals[0].duration(), Duration::from_secs(1));
        let bytes = STANDARD.decode(intervals[0].encoded_histogram()).unwrap();
        let histogram: Histogram<u64> = Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .unwrap();
        assert_eq!(histogram.len(), 100);
        assert!(histogram.equivalent(histogram.value_at_quantile(0.5), 50_000_000));
    }
}
