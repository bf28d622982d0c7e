//! Diffs of two made-up targets.

use assize::difference::{
    DIFFERENCE_FORMAT, DiffBasis, DiffInfo, DiffRecord, DiffSide, Difference, DifferenceClass,
    DifferenceExample, OtherPlace, PairCount,
};
use assize::model::{CaseId, Level, Outcome, RequirementId, RunId};
use assize::record::{Conclusion, ExchangeRecord};

use super::exchange::{answer, create, get, record};

/// An answer whose `x-error-id` and body are those of one of two servers.
fn refusal(index: usize, is_second: bool) -> ExchangeRecord {
    let id = uuid::Uuid::from_u128(index as u128 + 1).to_string();
    let body = if is_second {
        format!(
            r#"{{"error":{{"message":"no such user","code":{index},"at":"2026-07-24T10:15:00Z"}}}}"#
        )
    } else {
        format!(
            r#"{{"error":{{"message":"user {index} was not found","type":"not_found","code":{index}}},"trace":null}}"#
        )
    };
    let headers = [
        ("content-type", "application/json"),
        ("x-error", "not found"),
        ("x-error-id", id.as_str()),
        ("date", "Fri, 24 Jul 2026 10:15:00 GMT"),
    ];
    record(get(&id), answer(404, &headers, body.as_bytes()), 1_200)
}

fn difference(index: usize, class: DifferenceClass, part: &str, forms: [&str; 2]) -> Difference {
    let is_violation = class.is_violation();
    let place = OtherPlace {
        case: CaseId::new(format!("get.unknown.{index}")),
        step: "get what nobody made".into(),
    };
    let id = if is_violation {
        "error.x-error-id"
    } else {
        "error.x-error"
    };
    Difference {
        name: format!("{part} of {index}: {} | {}", forms[0], forms[1]),
        class,
        sides: ["A".into(), "B".into()],
        requirements: vec![RequirementId::new(id)],
        says: is_violation.then(|| "Every error has an x-error-id that is not blank.".into()),
        level: is_violation.then_some(Level::Must),
        question: None,
        part: part.into(),
        expected: is_violation.then(|| "not blank".into()),
        forms: forms.map(str::to_owned),
        count: 1 + index % 7,
        places: vec![place.clone()],
        example: Some(Box::new(DifferenceExample {
            place,
            first: Some(refusal(index, false)),
            second: Some(refusal(index, true)),
        })),
        unsteady: false,
        in_company: false,
        accepted: None,
    }
}

/// A diff with one difference of each class.
pub(crate) fn few() -> DiffRecord {
    let mut status = difference(2, DifferenceClass::Reading, "status", ["200", "202"]);
    status.example = Some(Box::new(DifferenceExample {
        first: Some(record(
            create(),
            answer(200, &[("content-type", "application/json")], b"{}"),
            900,
        )),
        second: Some(record(
            create(),
            answer(202, &[("content-type", "application/json")], b"{}"),
            2_100,
        )),
        ..*status.example.unwrap()
    }));
    of(vec![
        difference(
            0,
            DifferenceClass::SecondViolates,
            "header x-error-id",
            ["as expected", "blank"],
        ),
        difference(
            1,
            DifferenceClass::Reading,
            "body /error/message",
            ["words", "words"],
        ),
        status,
        difference(
            3,
            DifferenceClass::Reading,
            "body /error/type",
            ["words", "absent"],
        ),
        difference(
            4,
            DifferenceClass::Outside,
            "header date",
            ["present", "absent"],
        ),
    ])
}

/// A diff of two servers that have little in common.
pub(crate) fn many() -> DiffRecord {
    let each = (0..300).map(|index| {
        let class = match index % 3 {
            0 => DifferenceClass::SecondViolates,
            1 => DifferenceClass::Reading,
            _ => DifferenceClass::Outside,
        };
        difference(
            index,
            class,
            "body /error/message",
            ["words of one", "words of the other"],
        )
    });
    of(each.collect())
}

fn of(differences: Vec<Difference>) -> DiffRecord {
    let side = |letter: &str| DiffSide {
        letter: letter.into(),
        what: format!("https://{letter}.example.net/api/auth/v2"),
        servers: vec![format!("{letter}/1.0")],
        outcomes: vec![Outcome::Conforms; 2],
        sentence: "442 cases passed".into(),
    };
    let of = |is_of: fn(DifferenceClass) -> bool| {
        differences.iter().filter(|one| is_of(one.class)).count()
    };
    let pair = PairCount {
        sides: ["A".into(), "B".into()],
        violations: of(DifferenceClass::is_violation),
        readings: of(|class| class == DifferenceClass::Reading),
        outside: of(|class| class == DifferenceClass::Outside),
        cases: 442,
        steps: 1_862,
        parted: 3,
    };
    DiffRecord {
        format: DIFFERENCE_FORMAT.into(),
        conclusion: Conclusion {
            outcome: Outcome::Violated,
            exit_code: 1,
            sentence: format!(
                "{} differences, {} of them of substance",
                differences.len(),
                pair.violations
            ),
        },
        info: DiffInfo {
            id: RunId::new("20260724T101500Z-diff-k3f9"),
            version: "0.1.0".into(),
            basis: DiffBasis::Targets,
            seed: 42,
            strict: false,
            allow: "readings".into(),
            started: "2026-07-24T10:15:00Z".into(),
            duration_ms: 31_000.0,
        },
        targets: vec![side("A"), side("B")],
        differences,
        unsteady: Vec::new(),
        pairs: vec![pair],
        clusters: Vec::new(),
        remarks: Vec::new(),
    }
}
