//! Plain scalars that are not what they look like.
//!
//! YAML 1.1, YAML 1.2 and JSON read some of them each in its own way. A suite means by a plain scalar what
//! JSON does, or else a text; what YAML makes something else of is refused rather than guessed.

use granit_parser::{Event, Parser, ScalarStyle, Span};

use super::error::{Problem, SuiteError, SuiteText};
use super::placed::Spot;
use crate::model::Decimal;

/// The plain scalars of a text that are not what they look like. What is not YAML at all is told elsewhere.
pub(super) fn ambiguous(text: &SuiteText) -> Vec<SuiteError> {
    let mut errors = Vec::new();
    for event in Parser::new_from_str(&text.text) {
        let Ok((event, span)) = event else {
            break;
        };
        if let Event::Scalar(written, ScalarStyle::Plain, _, None) = &event
            && let Some(problem) = problem(written)
            && span.slice(&text.text) == Some(written)
        {
            errors.push(SuiteError::new(problem, text, spot(&span)));
        }
    }
    errors
}

fn spot(span: &Span) -> Spot {
    let to_u64 = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let range = span.byte_range().unwrap_or_default();
    Spot {
        line: to_u64(span.start.line()),
        column: to_u64(span.start.col() + 1),
        offset: range.start,
        length: range.len(),
    }
}

fn problem(written: &str) -> Option<Problem> {
    let quoted = || format!("write it in quotation marks if the text is meant: '{written}'");
    let or = |plain: String| Some(format!("write {plain}, or '{written}' for the text"));
    let (taken, way_out) = match written {
        "~" | "Null" | "NULL" => ("nothing to YAML", or("null".to_owned())),
        "True" | "TRUE" => ("a truth value to YAML", or("true".to_owned())),
        "False" | "FALSE" => ("a truth value to YAML", or("false".to_owned())),
        _ if is_infinite(written) => ("no number that JSON has", None),
        _ if has_radix(written) => ("a number to some and a text to others", None),
        _ if is_sloppy(written) => ("a number to YAML, but not to JSON", None),
        _ if is_inexact(written) => (
            "a number that cannot be kept to its last digit",
            Some(format!(
                "write '{written}' for the text; as a number, send it in a body of `text` and expect it \
                 by `matches`"
            )),
        ),
        _ => return None,
    };
    Some(Problem::Ambiguous {
        written: written.to_owned(),
        taken,
        way_out: way_out.unwrap_or_else(quoted),
    })
}

fn unsigned(written: &str) -> &str {
    written.strip_prefix(['+', '-']).unwrap_or(written)
}

fn is_infinite(written: &str) -> bool {
    let word = unsigned(written).to_ascii_lowercase();
    matches!(word.as_str(), ".inf" | ".nan")
}

/// Hexadecimal, octal or binary.
fn has_radix(written: &str) -> bool {
    let number = unsigned(written).to_ascii_lowercase();
    let digits = ["0x", "0o", "0b"]
        .iter()
        .find_map(|one| number.strip_prefix(one));
    digits.is_some_and(|digits| {
        !digits.is_empty()
            && digits
                .chars()
                .all(|digit| digit.is_ascii_hexdigit() || digit == '_')
    })
}

/// `+1`, `.5`, `5.`, `1.e3`: what leaves out what JSON asks for, or has more. Leading zeros are those of a
/// code, which is a text.
fn is_sloppy(written: &str) -> bool {
    let has_digit = written.bytes().any(|byte| byte.is_ascii_digit());
    let begins_as_text = unsigned(written).starts_with('0') && Decimal::parse(written).is_none();
    let is_code = begins_as_text && unsigned(written).bytes().all(|byte| byte.is_ascii_digit());
    has_digit && !is_code && Decimal::parse(written).is_none() && written.parse::<f64>().is_ok()
}

/// A number that is another one once it is kept in 64 bits.
fn is_inexact(written: &str) -> bool {
    let Some(number) = Decimal::parse(written) else {
        return false;
    };
    let kept = match (
        written.parse::<u64>(),
        written.parse::<i64>(),
        written.parse::<f64>(),
    ) {
        (Ok(_), _, _) | (_, Ok(_), _) => return false,
        (_, _, Ok(kept)) if kept.is_finite() => Decimal::parse(&kept.to_string()),
        _ => None,
    };
    kept != Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_reads_alike_and_what_is_plainly_a_text_may_stand() {
        for fine in [
            "",
            "1",
            "-1",
            "0",
            "0.50",
            "1e3",
            "18446744073709551615",
            "-9223372036854775808",
            "-1.5e300",
            "true",
            "null",
            "off",
            "No",
            "y",
            "012345",
            "000000",
            "-007",
            "1_000",
            "2026-01-01",
            "1:30",
            "0xyz",
            "e3",
            "+",
            "-",
            ".",
            "..",
            "1.2.3",
            "NaN",
            "inf",
            "+49 89 123",
            "0.1.0",
            "1e",
            "deadbeef",
            "Nothing",
        ] {
            assert_eq!(problem(fine), None, "{fine:?}");
        }
    }

    #[test]
    fn what_yaml_makes_something_else_of_may_not() {
        for (written, taken) in [
            ("~", "nothing"),
            ("NULL", "nothing"),
            ("True", "a truth value"),
            (".inf", "no number that JSON has"),
            ("-.NaN", "no number that JSON has"),
            ("0x1F", "a number to some"),
            ("0o17", "a number to some"),
            ("0b1", "a number to some"),
            ("+1", "not to JSON"),
            ("+4989123", "not to JSON"),
            (".5", "not to JSON"),
            ("5.", "not to JSON"),
            ("00.5", "not to JSON"),
            ("01e3", "not to JSON"),
            ("18446744073709551616", "last digit"),
            ("-9223372036854775809", "last digit"),
            ("0.12345678901234567890", "last digit"),
            ("1e400", "last digit"),
        ] {
            let sentence = problem(written).map(|problem| problem.to_string());
            let sentence = sentence.unwrap_or_default();
            assert!(sentence.contains(taken), "{written}: {sentence:?}");
        }
    }
}
