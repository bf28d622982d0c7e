//! One start: a build is started, measured and stopped; or one turn of a process that runs.

use std::time::Duration;

use super::compared_target::{ComparedTarget, Ports};
use super::options::CompareArguments;
use crate::cli::arguments::ConfigPlace;
use crate::cli::console::{self, Console};
use crate::cli::trial::{RunRequest, record};
use crate::edge::{HttpClient, HttpLimits, RunningBuilds, StartedBuild, free_port};
use crate::engine::{Stop, Transport};
use crate::model::{Exchange, Manner, Redactor, Request};
use crate::record::Record;
use crate::session::Failure;
use crate::session::on_this_thread;

/// How long one look whether a build answers may take.
const LOOK: Duration = Duration::from_secs(2);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The largest body of the first answer, in bytes.
const BODY: usize = 1024 * 1024;

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
        if let Err(reason) = self.wait_until_it_answers(&mut build, &url)? {
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

    /// Waits for the first whole answer, whatever it says. If none comes, gives why; no reason where the user wants
    /// to stop.
    fn wait_until_it_answers(
        &self,
        build: &mut StartedBuild,
        url: &str,
    ) -> Result<Result<(), Option<String>>, Failure> {
        let client = HttpClient::new(url, LIMITS)?;
        let within = self.arguments.ready_within.0;
        on_this_thread(async {
            let looking = async {
                loop {
                    if let Some(status) = build.ended().map_err(|error| unwatched(&error))? {
                        return Ok(Err(Some(format!("it ended before it answered: {status}"))));
                    }
                    if answers(&client.send(first_request()).await) {
                        return Ok(Ok(()));
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            };
            let late = || {
                format!(
                    "it did not answer at {url} within {} s",
                    within.as_secs_f64()
                )
            };
            tokio::select! {
                found = looking => found,
                () = tokio::time::sleep(within) => Ok(Err(Some(late()))),
                () = self.stop.wait() => Ok(Err(None)),
            }
        })?
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

const LIMITS: HttpLimits = HttpLimits {
    connect: LOOK,
    exchange: LOOK,
    body: BODY,
    pause: Duration::ZERO,
};

/// A user that nobody has: any answer to it is one.
fn first_request() -> Request {
    Request {
        method: "GET".to_owned(),
        path: "/user/00000000-0000-4000-8000-000000000000".to_owned(),
        headers: Vec::new(),
        body: None,
        manner: Manner::default(),
    }
}

/// Whether an answer is one of the build: whatever stands in front of it says 502 to 504 while it starts.
fn answers(exchange: &Exchange) -> bool {
    let answer = exchange.result.as_ref();
    answer.is_ok_and(|answer| !matches!(answer.status, 502..=504))
}

fn ended(build: StartedBuild) -> Result<String, Failure> {
    build
        .stop()
        .map_err(|error| Failure::Machine(format!("cannot stop a build: {error}")))
}

fn unwatched(error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot tell whether a build runs: {error}"))
}

/// Shows the end of what a build printed.
pub(super) fn show_output(output: &str) {
    let lines: Vec<&str> = output.lines().collect();
    let first = lines.len().saturating_sub(SHOWN_LINES);
    for line in &lines[first..] {
        console::note(&format!("    {}\n", crate::report::harmless_line(line)));
    }
}
