//! Times as text, to be added by any reader, and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;

use super::counts::Counts;
use super::{LONGEST, Times, sparse};

/// What a histogram keeps to three digits alone, exactly; all in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExactTimes {
    /// How many times were longer than an hour, and are recorded as that.
    pub clamped: u64,
    /// All times together.
    pub sum: u128,
    /// The shortest; 0 if there is none.
    pub min: u64,
    /// The longest; 0 if there is none.
    pub max: u64,
}

/// A text that holds no times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no histogram in the HdrHistogram V2 compressed format and base64")]
pub struct TimesError;

/// The histogram in the `HdrHistogram` V2 compressed format and base64, with bounds that are the same for
/// all, so that any reader can add one to the other; empty if nothing was recorded.
fn encode(recorded: impl Iterator<Item = (u64, u64)>) -> String {
    let mut counts = Counts::with_bounds();
    for (value, count) in recorded {
        counts.record(value, count);
    }
    STANDARD.encode(counts.deflated())
}

impl Times {
    /// The histogram in nanoseconds, in the `HdrHistogram` V2 compressed format and base64; empty if
    /// nothing was recorded.
    #[must_use]
    pub fn encoded(&self) -> String {
        encode(self.recorded())
    }

    /// What the histogram does not keep exactly.
    #[must_use]
    pub fn exact(&self) -> ExactTimes {
        ExactTimes {
            clamped: self.clamped,
            sum: self.sum,
            min: self.min(),
            max: self.longest,
        }
    }

    /// The times whose histogram was [`Self::encoded`], with what it does not keep exactly. An empty text
    /// holds none. `unit` is that of the values in the text, in nanoseconds: 1, or 1,000 for microseconds.
    ///
    /// # Errors
    ///
    /// If the text is no such histogram.
    pub fn decode(encoded: &str, unit: u64, exact: ExactTimes) -> Result<Self, TimesError> {
        let mut times = Self::default();
        times.add_encoded(encoded, unit, exact)?;
        Ok(times)
    }

    /// Adds the times of such a text.
    ///
    /// # Errors
    ///
    /// As [`Self::decode`].
    pub fn add_encoded(
        &mut self,
        encoded: &str,
        unit: u64,
        exact: ExactTimes,
    ) -> Result<(), TimesError> {
        let recorded = recorded_in(encoded, unit)?;
        for (time, count) in &recorded {
            self.counts.record(*time, *count);
        }
        if !recorded.is_empty() {
            self.clamped += exact.clamped;
            self.sum += exact.sum;
            self.shortest = self.shortest.min(exact.min);
            self.longest = self.longest.max(exact.max);
        }
        Ok(())
    }
}

/// The times that such a text has, in nanoseconds and ascending, and how many there are of each; `unit` as for
/// [`Times::decode`].
///
/// # Errors
///
/// If the text is no such histogram.
pub fn recorded_in(encoded: &str, unit: u64) -> Result<Vec<(u64, u64)>, TimesError> {
    if encoded.is_empty() {
        return Ok(Vec::new());
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| TimesError)?;
    if let Some(recorded) = sparse::recorded(&bytes).filter(|_| unit == 1) {
        return Ok(recorded);
    }
    let decoded: Histogram<u64> = Deserializer::new()
        .deserialize(&mut bytes.as_slice())
        .map_err(|_| TimesError)?;
    let steps = decoded.iter_recorded().map(|step| {
        let time = decoded.median_equivalent(step.value_iterated_to());
        let time = time.saturating_mul(unit).min(LONGEST);
        (time, step.count_at_value())
    });
    Ok(steps.collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::any_times;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_encoded_form_decodes_to_the_same_counts() {
        let mut times = Times::default();
        assert_eq!(times.encoded(), "");
        for time in [0, 1, 1_000, 250_000, 250_100, 3_000_000_000] {
            times.record(time);
        }
        let bytes = STANDARD.decode(times.encoded()).unwrap();
        let decoded: Histogram<u64> = Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .unwrap();
        let steps = decoded.iter_recorded();
        let decoded: Vec<_> = steps
            .map(|step| (step.value_iterated_to(), step.count_at_value()))
            .collect();
        assert_eq!(decoded, times.recorded().collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_the_same_times(all in any_times()) {
            let mut times = Times::default();
            for time in all { times.record(time); }
            let decoded = Times::decode(&times.encoded(), 1, times.exact()).unwrap();
            prop_assert_eq!(decoded.encoded(), times.encoded());
            for share in [0.0, 0.5, 0.99, 1.0] {
                prop_assert_eq!(decoded.quantile(share), times.quantile(share));
            }
            prop_assert_eq!(decoded, times);
        }
    }

    #[test]
    fn what_is_no_histogram_is_no_times() {
        for text in ["?", "AAAA", "SGVsbG8="] {
            assert_eq!(
                Times::decode(text, 1, ExactTimes::default()),
                Err(TimesError),
                "{text}"
            );
        }
        assert_eq!(
            Times::decode("", 1, ExactTimes::default()),
            Ok(Times::default())
        );
    }
}
