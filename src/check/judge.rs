//! All expectations of a step against one answer.

use super::phrase::{self, Mismatch};
use super::subject::Subject;
use super::{body, header, json, schema, status};
use crate::model::{Answer, Finding};
use crate::suite::{Expectation, Rule, Values};

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
    answer: &A,
    context: Context<'_>,
) -> Vec<Finding> {
    let subject = Subject::new(answer);
    let mut findings = Vec::new();
    let status = answer.status();
    let apt = || expectations.iter().filter(|one| one.speaks_of(status));
    let statuses = apt().filter(|one| is_status(one));
    let others = apt().filter(|one| !is_status(one));
    for expectation in statuses {
        examine(expectation, &subject, context, &mut findings);
    }
    let unmet = findings.iter().map(|finding| finding.level).max();
    for expectation in others.filter(|one| unmet.is_none_or(|level| one.level > level)) {
        examine(expectation, &subject, context, &mut findings);
    }
    findings
}

const fn is_status(expectation: &Expectation) -> bool {
    matches!(expectation.rule, Rule::Status(_))
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
    Finding {
        requirements: expectation.requirements.to_vec(),
        level: expectation.level,
        subject: mismatch.subject,
        expected: mismatch.expected,
        actual: mismatch.actual,
        instance_path: mismatch.instance_path,
        schema_path: mismatch.schema_path,
        place: expectation.place.clone(),
    }
}
