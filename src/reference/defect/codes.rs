//! Codes that are taken for the one that was mailed.

use crate::reference::{Code, Secret};

fn one(digits: impl Into<String>) -> Vec<Secret> {
    vec![Secret::new(digits.into())]
}

/// The code that is so much greater, as if codes were numbers.
fn greater(code: &Code, by: u32) -> Vec<Secret> {
    let digits = code.digits.reveal();
    let number: u32 = digits.parse().unwrap_or_default();
    let modulus = 10_u32.saturating_pow(u32::try_from(digits.len()).unwrap_or_default());
    let number = number.saturating_add(by).checked_rem(modulus);
    let width = digits.len();
    one(format!("{:0width$}", number.unwrap_or_default()))
}

/// The codes that differ at one place at the most.
fn at_place(code: &Code, place: usize) -> Vec<Secret> {
    let digits = code.digits.reveal();
    let with = |digit: char| -> String {
        let changed = digits.chars().enumerate();
        changed
            .map(|(at, own)| if at == place { digit } else { own })
            .collect()
    };
    ('0'..='9').map(|digit| Secret::new(with(digit))).collect()
}

pub(super) fn zeros(_: &Code) -> Vec<Secret> {
    one("000000")
}

pub(super) fn nothing(_: &Code) -> Vec<Secret> {
    one("")
}

pub(super) fn its_own_id(code: &Code) -> Vec<Secret> {
    one(code.id.to_string())
}

pub(super) fn next(code: &Code) -> Vec<Secret> {
    greater(code, 1)
}

pub(super) fn previous(code: &Code) -> Vec<Secret> {
    greater(code, 999_999)
}

pub(super) fn first_digit_aside(code: &Code) -> Vec<Secret> {
    at_place(code, 0)
}

pub(super) fn last_digit_aside(code: &Code) -> Vec<Secret> {
    at_place(code, code.digits.reveal().len().saturating_sub(1))
}

pub(super) fn beginnings(code: &Code) -> Vec<Secret> {
    let digits = code.digits.reveal();
    let lengths = 1..digits.len();
    lengths
        .filter_map(|length| Some(Secret::new(digits.get(..length)?)))
        .collect()
}

pub(super) fn ends(code: &Code) -> Vec<Secret> {
    let digits = code.digits.reveal();
    let lengths = 1..digits.len();
    lengths
        .filter_map(|length| Some(Secret::new(digits.get(length..)?)))
        .collect()
}

/// With one more digit behind it.
pub(super) fn continued(code: &Code) -> Vec<Secret> {
    let digits = code.digits.reveal();
    ('0'..='9')
        .map(|more| Secret::new(format!("{digits}{more}")))
        .collect()
}

pub(super) fn doubled(code: &Code) -> Vec<Secret> {
    one(code.digits.reveal().repeat(2))
}

pub(super) fn backwards(code: &Code) -> Vec<Secret> {
    one(code.digits.reveal().chars().rev().collect::<String>())
}

pub(super) fn nines(_: &Code) -> Vec<Secret> {
    one("999999")
}

pub(super) fn counted_up(_: &Code) -> Vec<Secret> {
    one("123456")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Moment, Opens};
    use uuid::Uuid;

    fn texts(of: fn(&Code) -> Vec<Secret>) -> Vec<String> {
        let code = Code {
            id: Uuid::nil(),
            account: Uuid::nil(),
            opens: Opens::Session(Uuid::nil()),
            digits: Secret::new("099999"),
            expires: Moment::from_unix(0),
            attempts_left: 1,
        };
        let secrets = of(&code).into_iter();
        secrets.map(|one| one.reveal().to_owned()).collect()
    }

    #[test]
    fn neighbours_of_a_code_keep_its_form() {
        assert_eq!(texts(next), ["100000"]);
        assert_eq!(texts(previous), ["099998"]);
        assert_eq!(texts(doubled), ["099999099999"]);
        assert_eq!(texts(backwards), ["999990"]);
        assert_eq!(texts(beginnings).last().unwrap(), "09999");
        assert_eq!(texts(ends).first().unwrap(), "99999");
        assert_eq!(texts(first_digit_aside).len(), 10);
        assert!(texts(last_digit_aside).contains(&"099990".to_owned()));
        assert!(texts(continued).contains(&"0999990".to_owned()));
    }
}
