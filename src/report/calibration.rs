//! A calibration: how far the figures of a load are from what is known to be true.

use serde::Serialize;

use crate::load::rounded_micros;
use crate::record::quantity;

/// A time that was measured, beside the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Against which server, and which figure.
    pub what: String,
    /// The true time in microseconds; none where the time is to be as short as it can.
    pub truth_us: Option<u64>,
    /// What the load measured, in microseconds.
    pub measured_us: u64,
    /// How far it may be off, as a share of the truth; or the longest it may be, in microseconds.
    pub allowed: Allowed,
    /// Whether it is not further off.
    pub within: bool,
}

/// What a comparison may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allowed {
    /// Off the truth by this share of it.
    Share(f64),
    /// So many microseconds.
    Microseconds(u64),
}

/// A calibration.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Calibration {
    /// All that was compared.
    pub comparisons: Vec<Comparison>,
    /// What else was seen, as sentences.
    pub remarks: Vec<String>,
}

impl Calibration {
    /// Compares a time with the true one, both in nanoseconds.
    pub fn compare(&mut self, what: String, truth: u64, measured: u64, share: f64) {
        let off = quantity::float(measured.abs_diff(truth));
        self.comparisons.push(Comparison {
            what,
            truth_us: Some(rounded_micros(truth)),
            measured_us: rounded_micros(measured),
            allowed: Allowed::Share(share),
            within: off <= share * quantity::float(truth),
        });
    }

    /// Holds a time against the longest it may be, both in microseconds.
    pub fn limit(&mut self, what: String, measured_us: u64, longest_us: u64) {
        self.comparisons.push(Comparison {
            what,
            truth_us: None,
            measured_us,
            allowed: Allowed::Microseconds(longest_us),
            within: measured_us <= longest_us,
        });
    }

    /// Whether everything is within what is allowed.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.comparisons.iter().all(|comparison| comparison.within)
    }

    /// The calibration as a table for a terminal.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = row("", "true", "measured", "off", "allowed", "");
        for comparison in &self.comparisons {
            text.push_str(&comparison.row());
        }
        for remark in &self.remarks {
            text.push_str(remark);
            text.push('\n');
        }
        text
    }
}

impl Comparison {
    fn row(&self) -> String {
        let off = self.truth_us.map_or_else(String::new, |truth| {
            let truth = quantity::float(truth);
            format!(
                "{:+.1} %",
                (quantity::float(self.measured_us) - truth) / truth.max(1.0) * 100.0
            )
        });
        let allowed = match self.allowed {
            Allowed::Share(share) => format!("± {}", quantity::per_cent(share)),
            Allowed::Microseconds(us) => format!("≤ {}", quantity::micros(us)),
        };
        let truth = self.truth_us.map_or_else(String::new, quantity::micros);
        let verdict = if self.within { "✓" } else { "✗ too far" };
        let measured = quantity::micros(self.measured_us);
        row(&self.what, &truth, &measured, &off, &allowed, verdict)
    }
}

fn row(what: &str, truth: &str, measured: &str, off: &str, allowed: &str, verdict: &str) -> String {
    let line = format!("{what:<42} {truth:>9} {measured:>9} {off:>9} {allowed:>9}  {verdict}");
    format!("{}\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_within_what_is_allowed_or_the_calibration_is_not() {
        let mut calibration = Calibration::default();
        calibration.compare("median".into(), 1_000_000, 1_039_000, 0.04);
        calibration.limit("lag".into(), 30, 30);
        assert!(calibration.is_within());
        calibration.compare("p99".into(), 1_000_000, 880_000, 0.1);
        assert!(!calibration.is_within());
        let table = calibration.table();
        assert!(table.contains("+3.9 %     ± 4 %  ✓\n"), "{table}");
        assert!(table.contains("-12.0 %    ± 10 %  ✗ too far\n"), "{table}");
        assert!(table.contains("30 µs             ≤ 30 µs  ✓\n"), "{table}");
    }
}
