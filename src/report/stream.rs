//! The events of a run as lines of JSON, for programs that follow it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::results::schema_of;
use super::sanitize;
use crate::diagnosis::Diagnosis;
use crate::model::{CaseId, ScenarioId};
use crate::record::CaseResult;
use crate::record::SearchStage;
use crate::record::{Accounts, Event, Forecast, Trouble};
use crate::record::{Conclusion, Record, RunInfo, Totals};
use crate::record::{LoadResult, SecondResult};

/// The version of the stream's format.
const FORMAT: &str = "assize/events/2";

/// One line of the stream. Lines of further kinds may be added within a version.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "event")]
enum StreamLine<'a> {
    /// The first line.
    Began {
        /// The version of this format: `assize/events/2`.
        format: &'a str,
        /// What is run, where and how. The target is named before its port is known, and the suites
        /// before they are read: the last line of the run's `results.json` knows better.
        run: &'a RunInfo,
    },
    /// How many cases are to come.
    Planned {
        /// The number of cases.
        cases: usize,
    },
    /// How long the check will take, as far as can be told. A later line knows better.
    Forecast {
        /// The forecast.
        forecast: Forecast,
    },
    /// A case begins.
    CaseStarted {
        /// Its id.
        id: &'a CaseId,
    },
    /// A case has ended.
    CaseFinished {
        /// What came of it, as in `results.json`, but before expected failures, and what stands on the
        /// way to the target, are taken into account.
        case: &'a CaseResult,
    },
    /// A load begins.
    LoadStarted {
        /// The scenario.
        scenario: &'a ScenarioId,
        /// Warm-up and measurement together, in seconds.
        planned_s: f64,
    },
    /// A second of the load has passed.
    LoadSecond {
        /// Its figures.
        second: &'a SecondResult,
    },
    /// A stage of a search for the highest rate has ended.
    SearchStage {
        /// What came of it, as in `results.json`.
        stage: &'a SearchStage,
    },
    /// A load has ended.
    LoadFinished {
        /// What came of it, as in `results.json`.
        load: &'a LoadResult,
    },
    /// Something that the reader must know, though it changes no verdict.
    Notice {
        /// The text.
        text: &'a str,
    },
    /// Something that keeps the run from a verdict of its own.
    Trouble {
        /// What happened.
        trouble: &'a Trouble,
    },
    /// A look over the whole run has found something.
    Diagnosed {
        /// What it found, as in `results.json`, but before the cases that suffered are known.
        diagnosis: &'a Diagnosis,
    },
    /// Accounts that the run made have been removed as far as possible.
    TornDown {
        /// How many. Of several such lines the numbers add up.
        accounts: Accounts,
    },
    /// The last line.
    Ended {
        /// How the run ended, and why.
        conclusion: &'a Conclusion,
        /// How many cases came to each verdict.
        totals: Totals,
        /// The report files.
        files: &'a [String],
    },
}

/// The first line of the stream.
#[must_use]
pub fn began_line(run: &RunInfo) -> String {
    written(&StreamLine::Began {
        format: FORMAT,
        run,
    })
}

/// An event as a line of the stream.
#[must_use]
pub fn event_line(event: &Event) -> String {
    written(&match event {
        Event::Planned { cases } => StreamLine::Planned { cases: *cases },
        Event::Forecast(forecast) => StreamLine::Forecast {
            forecast: *forecast,
        },
        Event::CaseStarted(id) => StreamLine::CaseStarted { id },
        Event::CaseFinished(case) => StreamLine::CaseFinished { case },
        Event::LoadStarted(outline) => StreamLine::LoadStarted {
            scenario: &outline.scenario,
            planned_s: outline.planned_s,
        },
        Event::LoadSecond(second) => StreamLine::LoadSecond {
            second: &second.result,
        },
        Event::SearchStage(stage) => StreamLine::SearchStage { stage },
        Event::LoadFinished(load) => StreamLine::LoadFinished { load },
        Event::Notice(text) => StreamLine::Notice { text },
        Event::Trouble(trouble) => StreamLine::Trouble { trouble },
        Event::Diagnosed(diagnosis) => StreamLine::Diagnosed { diagnosis },
        Event::TornDown(accounts) => StreamLine::TornDown {
            accounts: *accounts,
        },
    })
}

/// The last line of the stream.
#[must_use]
pub fn ended_line(report: &Record, files: &[String]) -> String {
    written(&StreamLine::Ended {
        conclusion: &report.conclusion,
        totals: report.totals,
        files,
    })
}

/// The JSON Schema (draft 2020-12) of a line, made from the type that writes it.
#[must_use]
pub fn events_schema() -> Value {
    schema_of::<StreamLine<'_>>(FORMAT, "A line of the event stream of an assize run")
}

/// A line with its line feed. No content makes a line unwritable; if one were, it would be an empty
/// object rather than none.
fn written(line: &StreamLine<'_>) -> String {
    let json = serde_json::to_string(line).unwrap_or_else(|_| "{}".to_owned());
    sanitize::json(&json) + "\n"
}
