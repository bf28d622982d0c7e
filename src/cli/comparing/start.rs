//! One start: a build is started, measured and stopped; or one turn of a process that runs.

use super::compared_target::{ComparedTarget, Ports};
use super::options::CompareArguments;
use crate::cli::answering::{unwatched, wait_until_it_answers};
use crate::cli::arguments::ConfigPlace;
use crate::cli::console::{self, Console};
use crate::cli::trial::{RunRequest, record};
use crate::edge::{RunningBuilds, StartedBuild, free_port};
use crate::engine::Stop;
use crate::model::Redactor;
use crate::record::Record;
use crate::session::Failure;

/// The lines of a build's output that are shown where it does not start.
const SHOWN_LINES: usize = 20;

/// What all starts of a comparison have in common.
pub(super) struct StartMaker<'a> {
    pub(super) arguments: &'a CompareArguments,
    pub(super) seed: u64,
    pub(super) stop: &'a Stop,
    pub(super) running: &'a RunningBuilds,
    pub(super) console: Console,
}

/// What came of one start.
pub(super) struct MeasuredStart {
    pub(super) record: Record,
    /// What the build printed at last, every secret masked that is known.
    pub(super) output: String,
}

/// Why a start measured nothing.
pub(super) enum NoStart {
    /// The user wants to stop.
    Interrupted,
    /// The build does not start: the reason, and the end of what it printed.
    Silent(String, String),
    /// Something of this machine or of the arguments.
    Failed(Failure),
}

impl From<Failure> for NoStart {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl StartMaker<'_> {
    /// Starts, measures and stops. `tag` tells its users from those of other rounds.
    pub(super) fn start(
        &self,
        target: &ComparedTarget,
        tag: &str,
    ) -> Result<MeasuredStart, NoStart> {
        let words = match target {
            ComparedTarget::Url(url) => {
                let mailbox = self.arguments.target.mailbox.clone();
                let (record, _) = self.measure(url, mailbox, tag, None)?;
                let output = String::new();
                return Ok(MeasuredStart { record, output });
            }
            ComparedTarget::Command(words) => words,
        };
        let machine = |error: std::io::Error| Failure::Machine(format!("no free port: {error}"));
        let ports = Ports {
            api: free_port().map_err(machine)?,
            smtp: free_port().map_err(machine)?,
        };
        let secrets = target.secrets();
        let words: Vec<String> = words.iter().map(|word| ports.fill(word)).collect();
        let mut build = StartedBuild::start(&words, self.running).map_err(|error| {
            let program = words.first().map_or("", String::as_str);
            NoStart::Silent(
                format!("{program} cannot be started: {error}"),
                String::new(),
            )
        })?;
        let url = self.url(ports);
        let within = self.arguments.ready_within.0;
        if let Err(reason) = wait_until_it_answers(&mut build, &url, within, self.stop)? {
            let output = ended(build)?;
            return Err(match reason {
                None => NoStart::Interrupted,
                Some(reason) => NoStart::Silent(reason, secrets.masked(&output)),
            });
        }
        let mailbox = self.mailbox(target, ports);
        let measured = self.measure(&url, mailbox, tag, Some(build.group()));
        let gone = build.ended().map_err(|error| unwatched(&error))?;
        let output = ended(build)?;
        let (record, redactor) = measured?;
        secrets.teach(&redactor);
        let output = secrets.masked(&redactor.text(&output));
        match gone {
            Some(status) if !self.stop.is_set() => Err(NoStart::Silent(
                format!("it ended by itself while it was measured: {status}"),
                output,
            )),
            _ => Ok(MeasuredStart { record, output }),
        }
    }

    /// Where the build answers.
    fn url(&self, ports: Ports) -> String {
        let path = self.arguments.base_path.trim_matches('/');
        let url = format!("http://127.0.0.1:{}/{path}", ports.api);
        url.trim_end_matches('/').to_owned()
    }

    /// Where its mails are: a command with a place for our port sends them there, whatever mailbox is usual here.
    fn mailbox(&self, target: &ComparedTarget, ports: Ports) -> Option<String> {
        if target.mails_to_us() {
            return Some(format!("listen:127.0.0.1:{}", ports.smtp));
        }
        let given = self.arguments.target.mailbox.as_deref();
        given.map(|given| ports.fill(given))
    }

    /// Makes the load.
    fn measure(
        &self,
        url: &str,
        mailbox: Option<String>,
        tag: &str,
        group: Option<u32>,
    ) -> Result<(Record, std::sync::Arc<Redactor>), NoStart> {
        let arguments = self.arguments;
        let place = ConfigPlace {
            target: Some(url.to_owned()),
            config: arguments.config.clone(),
        };
        let mut target = arguments.target.clone();
        target.mailbox = mailbox;
        let mut suites = arguments.suites.clone();
        suites.seed = Some(self.seed);
        suites.run_tag = Some(tag.to_owned());
        let mut report = arguments.report.clone();
        report.quiet = true;
        let request = RunRequest {
            verb: "compare",
            place: &place,
            target: &target,
            suites: &suites,
            check: None,
            rerun: None,
            load: Some(&arguments.load),
            report: &report,
        };
        let measured = record(&request, group, self.stop, self.console)?;
        if self.stop.is_set() {
            return Err(NoStart::Interrupted);
        }
        Ok(measured)
    }
}

fn ended(build: StartedBuild) -> Result<String, Failure> {
    build
        .stop()
        .map_err(|error| Failure::Machine(format!("cannot stop a build: {error}")))
}

/// Shows the end of what a build printed.
pub(in crate::cli) fn show_output(output: &str) {
    let lines: Vec<&str> = output.lines().collect();
    let first = lines.len().saturating_sub(SHOWN_LINES);
    for line in &lines[first..] {
        console::note(&format!("    {}\n", crate::report::harmless_line(line)));
    }
}
