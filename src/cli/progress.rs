//! What a user sees while a run is under way: a calm line on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

use super::console::{self, Console};
use super::options::ReportOptions;
use crate::model::{ScenarioId, Verdict, whole};
use crate::record::{Event, Forecast};
use crate::report::{Look, case_line, load_started_line, second_line, stage_line};
use crate::session::Listener;

/// Elsewhere than on a terminal, one of so many seconds of a load is shown.
const PLAIN_SECONDS: f64 = 5.0;
/// How often the line on a terminal moves.
const TICK: Duration = Duration::from_millis(120);

/// What a user sees while a run is under way.
pub(super) struct Progress {
    quiet: bool,
    verbose: bool,
    look: Look,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new(console: Console, options: &ReportOptions) -> Self {
        let quiet = options.quiet;
        let bar = (console.live && !quiet).then(|| {
            let bar = ProgressBar::new(0);
            bar.enable_steady_tick(TICK);
            bar
        });
        let look = Look {
            colour: bar.is_some() && console.colours,
            ..console.look()
        };
        Self {
            quiet,
            verbose: options.verbose,
            look,
            bar,
        }
    }

    fn begin(&self, length: usize) {
        let unit = if length == 1 { "case" } else { "cases" };
        match &self.bar {
            None => self.line(&format!("checking {length} {unit}")),
            Some(bar) => {
                bar.reset();
                bar.set_length(u64::try_from(length).unwrap_or(u64::MAX));
                let template = format!("{{spinner}} {{pos}}/{{len}} {unit}  {{wide_msg}}");
                bar.set_style(style(&template));
            }
        }
    }

    fn begin_load(&self, scenario: &ScenarioId, planned_s: f64) {
        match &self.bar {
            None => self.line(&load_started_line(scenario, planned_s, self.look)),
            Some(bar) => {
                bar.reset();
                bar.set_length(whole(planned_s));
                bar.set_style(style("{spinner} {pos}/{len} s  {wide_msg}"));
            }
        }
    }

    fn working_on(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text.to_owned());
        }
    }

    fn advance(&self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(steps);
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => console::note(&format!("{text}\n")),
        }
    }
}

impl Listener for Progress {
    fn hear(&self, event: &Event) {
        if self.quiet {
            return;
        }
        match event {
            Event::Planned { cases } => self.begin(*cases),
            Event::Forecast(forecast) => self.line(&forecast_line(*forecast)),
            Event::CaseStarted(id) => self.working_on(&id.to_string()),
            Event::CaseFinished(result) => {
                if self.verbose || result.verdict >= Verdict::Warn {
                    self.line(&case_line(result, self.look));
                }
                self.advance(1);
            }
            Event::LoadStarted(outline) => self.begin_load(&outline.scenario, outline.planned_s),
            Event::LoadSecond(second) => {
                let text = second_line(&second.result, self.look);
                self.working_on(&text);
                self.advance(1);
                if self.bar.is_none() && second.result.at_s % PLAIN_SECONDS < 1.0 {
                    self.line(&text);
                }
            }
            Event::SearchStage(stage) => self.line(&stage_line(stage, self.look)),
            Event::Notice(text) => self.line(&format!("note: {text}")),
            Event::Diagnosed(_)
            | Event::Trouble(_)
            | Event::LoadFinished(_)
            | Event::TornDown(_) => {}
        }
    }

    /// Takes the line away.
    fn finish(&self) -> Result<Option<String>, String> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        Ok(None)
    }
}

fn forecast_line(forecast: Forecast) -> String {
    let Forecast { answer_s, takes_s } = forecast;
    format!(
        "note: the target takes {answer_s:.2} s an answer so far; the check will take about {takes_s:.0} s"
    )
}

fn style(template: &str) -> ProgressStyle {
    // A template that cannot be parsed costs the layout, not the run.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
