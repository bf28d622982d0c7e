//! Numbers as JSON writes them, exactly: of any size, and to the last digit.

use std::cmp::Ordering;

/// A number as it is written, without what makes no difference to it: its digits times a power of ten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    is_negative: bool,
    /// Without zeros at either end; empty for nothing.
    digits: String,
    /// The power of ten of the last digit.
    exponent: i64,
}

impl Decimal {
    /// Reads a number of JSON (RFC 8259, section 6). None if it is none, or its exponent is beyond all
    /// bounds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match rest.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, signed(power)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let leads = whole.len() > 1 && whole.starts_with('0');
        if leads || !is_digits(whole) || !(fraction.is_empty() || is_digits(fraction)) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_end_matches('0');
        let zeros = i64::try_from(all.len() - digits.len()).ok()?;
        let behind_point = i64::try_from(fraction.len()).ok()?;
        let exponent = power.checked_sub(behind_point)?.checked_add(zeros)?;
        let digits = digits.trim_start_matches('0');
        let is_zero = digits.is_empty();
        Some(Self {
            is_negative: is_negative && !is_zero,
            digits: digits.to_owned(),
            exponent: if is_zero { 0 } else { exponent },
        })
    }

    /// Whether it has no fraction.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// The power of ten just above its first digit.
    fn magnitude(&self) -> i64 {
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        self.exponent.saturating_add(length)
    }

    fn cmp_size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .magnitude()
                .cmp(&other.magnitude())
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.cmp_size(other),
            (true, true) => other.cmp_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn signed(power: &str) -> Option<i64> {
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    is_digits(digits).then(|| power.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn one_number_in_several_writings_is_one() {
        for (one, other) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("0.01", "1E-2"),
            ("0", "-0.0e7"),
            ("-120", "-1.2e+2"),
        ] {
            assert_eq!(number(one), number(other), "{one} {other}");
        }
        assert_ne!(
            number("18446744073709551617"),
            number("18446744073709551616")
        );
        for none in [
            "", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1 ", "NaN", "1.e2",
        ] {
            assert_eq!(Decimal::parse(none), None, "{none:?}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_stand_as_integers_do(one: i128, other: i128) {
            let (first, second) = (number(&one.to_string()), number(&other.to_string()));
            prop_assert_eq!(first.cmp(&second), one.cmp(&other));
            prop_assert!(first.is_whole());
        }

        #[test]
        fn others_stand_as_floating_point_numbers_do(one: f64, other: f64) {
            prop_assume!(one.is_finite() && other.is_finite());
            let (first, second) = (number(&format!("{one:e}")), number(&other.to_string()));
            prop_assert_eq!(Some(first.cmp(&second)), one.partial_cmp(&other));
        }
    }
}
