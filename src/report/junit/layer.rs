//! The one way to the `junit-report` crate.
//!
//! The crate writes what it is given, so that control characters and `]]>` make files that no parser
//! reads; and it leaves out totals, counts of skipped cases and properties. Here every text is made
//! harmless on the way in, and what is missing is put in on the way out.

use std::collections::BTreeSet;
use time::{Duration, OffsetDateTime};

use super::token::{self, Token};
use crate::model::Outcome;
use crate::record::Conclusion;
use crate::report::sanitize;

/// Longer messages are cut, since they stand in an attribute: whole they stand in the body.
const LONGEST_MESSAGE: usize = 500;

/// Why a report could not be written as JUnit XML.
#[derive(Debug, thiserror::Error)]
pub enum JunitError {
    /// The XML writer failed.
    #[error("the XML cannot be written: {0}")]
    Unwritable(String),
    /// The XML writer wrote something that is not text.
    #[error("the XML is not UTF-8: {0}")]
    NotUtf8(#[from] std::string::FromUtf8Error),
}

/// A test suite.
pub(in crate::report) struct Suite {
    /// The name that readers show.
    pub(in crate::report) name: String,
    /// The beginning.
    pub(in crate::report) started: OffsetDateTime,
    /// What the reader may want to know of the run.
    pub(in crate::report) properties: Vec<(&'static str, String)>,
    /// The test cases.
    pub(in crate::report) cases: Vec<TestCase>,
}

/// A test case.
pub(in crate::report) struct TestCase {
    /// The name. Made unique together with the class name.
    pub(in crate::report) name: String,
    /// The class name, by which readers group.
    pub(in crate::report) classname: String,
    /// The file in which it is written.
    pub(in crate::report) file: Option<String>,
    /// How long it took, in milliseconds.
    pub(in crate::report) duration_ms: f64,
    /// What came of it.
    pub(in crate::report) mark: Mark,
    /// What a passing case has to say.
    pub(in crate::report) output: Option<String>,
}

/// What came of a test case.
pub(in crate::report) enum Mark {
    /// It passed.
    Pass,
    /// It was not tried.
    Skipped(FailureMessage),
    /// The target is at fault.
    Failure(FailureMessage),
    /// The target could not be judged.
    Error(FailureMessage),
}

/// Why a test case did not pass.
pub(in crate::report) struct FailureMessage {
    /// The kind, in a word.
    pub(in crate::report) kind: String,
    /// The reason in a line.
    pub(in crate::report) text: String,
    /// Everything that a reader needs.
    pub(in crate::report) body: Option<String>,
}

impl Mark {
    /// Whether a reader of the file sees red.
    pub(in crate::report) const fn is_red(&self) -> bool {
        matches!(self, Self::Failure(_) | Self::Error(_))
    }

    /// What came of a comparison or a diff as a whole: red whenever the exit code is not 0.
    pub(super) fn of_whole(heading: &str, conclusion: &Conclusion) -> Self {
        let message = || FailureMessage {
            kind: heading.to_lowercase(),
            text: conclusion.sentence.clone(),
            body: None,
        };
        match conclusion.outcome {
            Outcome::Conforms => Self::Pass,
            Outcome::Violated | Outcome::ThresholdMissed => Self::Failure(message()),
            Outcome::Misused
            | Outcome::Broken
            | Outcome::NothingRan
            | Outcome::MeasurementInvalid
            | Outcome::Interrupted => Self::Error(message()),
        }
    }
}

/// How many cases came to what, for the attributes that the crate leaves out.
#[derive(Clone, Copy, Default)]
pub(super) struct TestCounts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    time: Duration,
}

impl TestCounts {
    fn of<'a>(cases: impl Iterator<Item = &'a TestCase>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.tests += 1;
            counts.time += duration(case.duration_ms);
            match case.mark {
                Mark::Pass => {}
                Mark::Skipped(_) => counts.skipped += 1,
                Mark::Failure(_) => counts.failures += 1,
                Mark::Error(_) => counts.errors += 1,
            }
        }
        counts
    }
}

/// The suites as JUnit XML.
pub(super) fn write(mut suites: Vec<Suite>) -> Result<String, JunitError> {
    make_unique(&mut suites);
    let mut report = junit_report::Report::new();
    report.add_testsuites(suites.iter().map(suite));
    let mut bytes = Vec::new();
    report
        .write_xml(&mut bytes)
        .map_err(|error| JunitError::Unwritable(error.to_string()))?;
    Ok(completed(&String::from_utf8(bytes)?, &suites))
}

/// Readers keep only one of several cases with the same class name and name.
fn make_unique(suites: &mut [Suite]) {
    let mut seen = BTreeSet::new();
    for case in suites.iter_mut().flat_map(|suite| &mut suite.cases) {
        case.name = sanitize::line(&case.name);
        case.classname = sanitize::line(&case.classname);
        let name = case.name.clone();
        let mut number = 1;
        while !seen.insert((case.classname.clone(), case.name.clone())) {
            number += 1;
            case.name = format!("{name} ({number})");
        }
    }
}

fn suite(suite: &Suite) -> junit_report::TestSuite {
    // Not by `new`, which looks at the clock.
    junit_report::TestSuite {
        name: sanitize::line(&suite.name),
        package: "assize".to_owned(),
        timestamp: suite.started,
        hostname: "localhost".to_owned(),
        testcases: suite.cases.iter().map(case).collect(),
        system_out: None,
        system_err: None,
    }
}

fn case(case: &TestCase) -> junit_report::TestCase {
    junit_report::TestCase {
        name: case.name.clone(),
        time: duration(case.duration_ms),
        result: result(&case.mark),
        classname: Some(case.classname.clone()),
        filepath: case.file.as_deref().map(sanitize::line),
        system_out: case.output.as_deref().map(content),
        system_err: None,
    }
}

fn result(mark: &Mark) -> junit_report::TestResult {
    use junit_report::TestResult;
    match mark {
        Mark::Pass => TestResult::Success,
        Mark::Skipped(message) => TestResult::SkippedWithCause {
            type_: sanitize::line(&message.kind),
            message: attribute(&message.text),
            cause: message.body.as_deref().map(content),
        },
        Mark::Failure(message) => TestResult::Failure {
            type_: sanitize::line(&message.kind),
            message: attribute(&message.text),
            cause: message.body.as_deref().map(content),
        },
        Mark::Error(message) => TestResult::Error {
            type_: sanitize::line(&message.kind),
            message: attribute(&message.text),
            cause: message.body.as_deref().map(content),
        },
    }
}

/// The crate escapes the five characters of XML in attributes, and nothing else.
fn attribute(text: &str) -> String {
    sanitize::line(&sanitize::cut(text, LONGEST_MESSAGE))
}

/// The crate writes the content of elements as CDATA, and escapes nothing in it.
fn content(text: &str) -> String {
    sanitize::cdata(&sanitize::block(text))
}

/// A time as the crate wants it, to the microsecond. What is not a time is none at all.
fn duration(ms: f64) -> Duration {
    if ms.is_finite() {
        Duration::saturating_seconds_f64((ms * 1e3).round() / 1e6)
    } else {
        Duration::ZERO
    }
}

/// The crate's XML with totals, counts of skipped cases, properties, and one element a line.
fn completed(xml: &str, suites: &[Suite]) -> String {
    let mut page = token::TokenPage::default();
    let mut rest = suites.iter();
    for token in token::tokens(xml) {
        match token {
            Token::Tag(tag) if tag.starts_with("<testsuites") => {
                let all = suites.iter().flat_map(|suite| &suite.cases);
                page.tag(&with_totals(tag, &TestCounts::of(all)));
            }
            Token::Tag(tag) if tag.starts_with("<testsuite ") => {
                let Some(suite) = rest.next() else { continue };
                let skipped = TestCounts::of(suite.cases.iter()).skipped;
                page.tag(&with_attributes(tag, &format!(r#" skipped="{skipped}""#)));
                properties(&mut page, &suite.properties);
            }
            Token::Tag(tag) => page.tag(tag),
            Token::Content(content) => page.content(content),
        }
    }
    page.finish()
}

fn with_totals(tag: &str, counts: &TestCounts) -> String {
    let attributes = format!(
        r#" name="assize" tests="{}" failures="{}" errors="{}" skipped="{}" time="{}""#,
        counts.tests,
        counts.failures,
        counts.errors,
        counts.skipped,
        counts.time.as_seconds_f64(),
    );
    with_attributes(tag, &attributes)
}

/// The tag with attributes put in before its end.
fn with_attributes(tag: &str, attributes: &str) -> String {
    let end = if tag.ends_with("/>") { "/>" } else { ">" };
    let start = tag.strip_suffix(end).unwrap_or(tag);
    format!("{start}{attributes}{end}")
}

fn properties(page: &mut token::TokenPage, properties: &[(&'static str, String)]) {
    if properties.is_empty() {
        return;
    }
    page.tag("<properties>");
    for (name, value) in properties {
        let value = sanitize::markup(&sanitize::line(value));
        page.tag(&format!(r#"<property name="{name}" value="{value}"/>"#));
    }
    page.tag("</properties>");
}
