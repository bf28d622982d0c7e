//! Reports: renderings of a record.
//!
//! Nothing here writes a file or looks at a clock; secrets are masked before they arrive.

mod annotations;
mod badge;
mod calibration;
mod certificate;
mod checkup;
mod comparison;
mod ctrf;
mod curve;
mod difference;
mod gitlab;
mod har;
mod history;
pub mod hlog;
mod html;
mod junit;
mod lint;
mod live;
mod live_load;
mod markdown;
mod openmetrics;
mod otlp;
mod problem;
mod proof_pages;
mod rerun;
mod results;
mod sanitize;
mod sarif;
mod since;
mod stream;
mod terminal;
mod transcript;
mod violation;

pub use annotations::annotations;
pub use badge::badge;
pub use calibration::{Allowed, Calibration, Comparison};
pub use certificate::{CERTIFICATE_FORMAT, Certificate, CertifiedRequirement, certificate_schema};
pub use checkup::{Checkup, CheckupLine, Fitness};
pub use comparison::{
    comparison_headline, comparison_json, comparison_markdown, comparison_schema, comparison_text,
    figure_line,
};
pub use ctrf::ctrf;
pub use difference::{
    difference_headline, difference_json, difference_markdown, difference_schema, difference_text,
};
pub use gitlab::gitlab;
pub use har::har;
pub use history::{gate_line, history_schema, trends_json, trends_text};
pub use html::{
    LIVE_SCRIPT, certificate, comparison_page, difference_page, history_page, html, live_page,
    live_part,
};
pub use junit::{JunitError, comparison_junit, difference_junit, junit};
pub use lint::{LintProblem, lint_json, lint_sarif};
pub use live::LiveView;
pub use markdown::{STEP_SUMMARY_LIMIT, markdown};
pub use openmetrics::{OPENMETRICS, openmetrics};
pub use otlp::{ResourceAttributes, otlp};
pub use proof_pages::{proof_headline, proof_json, proof_markdown, proof_summary};
pub use results::{
    ResultsError, plan_schema, read_results, results_json, results_schema, results_stream,
};
pub use sanitize::{json as harmless_json, line as harmless_line};
pub use sarif::sarif;
pub use since::changed_since;
pub use stream::{began_line, ended_line, event_line, events_schema};
pub use terminal::{Look, case_line, load_started_line, second_line, stage_line, summary};
