//! All expectations of a step against one answer.

use super::phrase;
use super::subject::Subject;
use super::{body, header, json, schema, status, text};
use crate::model::{Answer, Finding, Level, Mismatch};
use crate::suite::{BodyKind, Expectation, HeaderTest, Rule, Values};

/// What judging depends on besides the answer.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The values of the case's variables.
    pub values: &'a Values,
    /// The time of the answer in unix seconds.
    pub unix_now: i64,
}

/// Judges an answer. No finding means that everything expected came.
///
/// If the status itself is not as expected, what else was expected at that level or below is not
/// judged: it speaks of another kind of answer, and would blame requirements that this answer says
/// nothing about.
#[must_use]
pub fn judge<A: Answer>(
    expectations: &[Expectation],
    subject: &Subject<'_, A>,
    context: Context<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let status = subject.answer.status();
    let apt = || expectations.iter().filter(|one| one.speaks_of(status));
    for expectation in apt().filter(|one| is_status(one)) {
        examine(expectation, subject, context, &mut findings);
    }
    let wrong_status = gravest(&findings);
    let others = || apt().filter(|one| !is_status(one) && Some(one.level) > wrong_status);
    for expectation in others().filter(|one| is_body(one)) {
        examine(expectation, subject, context, &mut findings);
    }
    // Without the right kind of body, what should stand in it is no question of its own.
    let wrong_kind = gravest(&findings);
    // Nor is what a header should say that should be there and is not.
    let mut absent = Vec::new();
    for (expectation, name) in others().filter_map(|one| Some((one, header_that_is_there(one)?))) {
        let before = findings.len();
        examine(expectation, subject, context, &mut findings);
        if findings.len() > before {
            absent.push(name);
        }
    }
    let is_left = |one: &&Expectation| !is_body(one) && header_that_is_there(one).is_none();
    for expectation in others().filter(is_left) {
        let is_of_absent = matches!(&expectation.rule, Rule::Header { name, .. } if absent.contains(&name.as_str()));
        let is_of_body = looks_into_body(expectation) && Some(expectation.level) <= wrong_kind;
        if !is_of_absent && !is_of_body {
            examine(expectation, subject, context, &mut findings);
        }
    }
    findings
}

fn gravest(findings: &[Finding]) -> Option<Level> {
    findings.iter().map(|finding| finding.level).max()
}

const fn is_status(expectation: &Expectation) -> bool {
    matches!(expectation.rule, Rule::Status(_) | Rule::StatusClassOf(_))
}

const fn is_body(expectation: &Expectation) -> bool {
    matches!(expectation.rule, Rule::Body(BodyKind::JsonObject))
}

/// The name of the header of which nothing is asked but that it is there.
fn header_that_is_there(expectation: &Expectation) -> Option<&str> {
    match &expectation.rule {
        Rule::Header {
            name,
            test: HeaderTest::Present,
        } => Some(name),
        _ => None,
    }
}

const fn looks_into_body(expectation: &Expectation) -> bool {
    matches!(expectation.rule, Rule::Json { .. } | Rule::Schema(_))
}

fn examine<A: Answer>(
    expectation: &Expectation,
    subject: &Subject<'_, A>,
    context: Context<'_>,
    findings: &mut Vec<Finding>,
) {
    let mismatch = match &expectation.rule {
        Rule::Status(allowed) => status::check(allowed, subject.answer.status()),
        Rule::Header { name, test } => header::check(name, test, subject.answer, context.values),
        Rule::StatusClassOf(wanted) => {
            status::check_class(wanted, subject.answer.status(), context.values)
        }
        Rule::Text(test) => text::check(test, subject.answer.body(), context.values),
        Rule::Body(kind) => body::check(*kind, subject),
        Rule::Json { pointer, test } => json::check(pointer, test, subject, context),
        Rule::Within(limit) => {
            let elapsed = subject.answer.elapsed();
            (elapsed > *limit).then(|| {
                Mismatch::new(
                    "time",
                    format!("at most {}", phrase::duration(*limit)),
                    phrase::duration(elapsed),
                )
            })
        }
        Rule::Schema(named) => {
            let mismatches = schema::check(named, subject);
            findings.extend(mismatches.into_iter().map(|one| finding(expectation, one)));
            None
        }
    };
    findings.extend(mismatch.map(|one| finding(expectation, one)));
}

fn finding(expectation: &Expectation, mismatch: Mismatch) -> Finding {
    mismatch.finding(
        &expectation.requirements,
        expectation.level,
        &expectation.place,
    )
}
