//! The target of a watch: a server that somebody else starts, or one that is started here.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::LOOK;
use super::arguments::WatchArguments;
use super::marks::{Marks, WatchedChange, WatchedPlaces};
use crate::cli::answering::{LIMITS, answers_now, unwatched, wait_until_it_answers};
use crate::cli::arguments::ConfigPlace;
use crate::cli::comparing::{ComparedTarget, Ports, show_output};
use crate::cli::config::Config;
use crate::cli::console;
use crate::cli::options::{SuiteOptions, TargetOptions};
use crate::edge::{HttpClient, NetworkScope, RunningBuilds, StartedBuild, free_port, port_of};
use crate::engine::Stop;
use crate::session::{Failure, TargetPlan};

/// Between two looks at a server that is not on this machine.
const SELDOM: Duration = Duration::from_secs(1);
/// A program that was not written to for so long is whole.
const SETTLED: Duration = Duration::from_millis(200);

/// The target of a watch.
pub(super) struct Served {
    /// Where a run finds it.
    pub(super) place: ConfigPlace,
    /// How a run asks it.
    pub(super) target: TargetOptions,
    started: Option<StartedServer>,
    /// Asks whether it is there; none of the server inside assize, which always is.
    client: Option<HttpClient>,
    pause: Duration,
    places: WatchedPlaces,
    marks: Marks,
}

/// A server that is started here.
struct StartedServer {
    command: ComparedTarget,
    words: Vec<String>,
    url: String,
    within: Duration,
    running: RunningBuilds,
    build: Option<StartedBuild>,
}

impl Served {
    /// Settles where the target is, and what tells that it changed. Nothing is started yet.
    pub(super) fn new(arguments: &WatchArguments, running: RunningBuilds) -> Result<Self, Failure> {
        let mut place = arguments.place.clone();
        let mut target = arguments.target.clone();
        let started = match &arguments.start {
            Some(text) => Some(StartedServer::new(text, arguments, running, &mut target)?),
            None => None,
        };
        if let Some(started) = &started {
            place.target = Some(started.url.clone());
        }
        let config = Config::load(place.config.as_deref(), place.target.as_deref())?;
        let suites: SuiteOptions = config.fill(&arguments.suites)?;
        let plan = TargetPlan::new(config.url.as_deref(), &config.fill_target(&target)?)?;
        let is_here = plan.distance() == NetworkScope::Here;
        let port = plan.url().filter(|_| is_here).and_then(port_of);
        let asks = |url| HttpClient::through(&plan.gate().http_way(), url, LIMITS);
        let program = started.as_ref().map_or_else(Vec::new, |started| {
            let files = started.words.iter().filter_map(|word| found(word));
            files.chain(arguments.file.iter().cloned()).collect()
        });
        Ok(Self {
            client: plan.url().map(asks).transpose()?,
            pause: if is_here { LOOK } else { SELDOM },
            places: WatchedPlaces {
                program,
                suites: suites.suites,
                port,
            },
            marks: Marks::default(),
            place,
            target,
            started,
        })
    }

    /// Whether the target is there for a run; it is waited for until something changes or the user wants to stop.
    pub(super) fn is_ready(&mut self, stop: &Stop) -> Result<bool, Failure> {
        if self.started.is_some() {
            return self.is_started(stop);
        }
        let mut is_told = false;
        while !self.is_there()? {
            if stop.is_set() {
                return Ok(false);
            }
            if !is_told {
                console::note("waiting for the target\n");
                is_told = true;
            }
            thread::sleep(self.pause);
        }
        self.marks = self.places.marks();
        Ok(true)
    }

    /// Whether something answers now.
    pub(super) fn is_there(&self) -> Result<bool, Failure> {
        self.client.as_ref().map_or(Ok(true), answers_now)
    }

    /// What is different since the target was ready.
    pub(super) fn changed(&self) -> Option<WatchedChange> {
        self.marks.change_to(&self.places.marks())
    }

    /// Waits until something is different, or the user wants to stop.
    pub(super) fn wait_for_change(&self, stop: &Stop) -> Result<(), Failure> {
        console::note("waiting for a change; Ctrl-C ends\n");
        let is_seen = self.places.port.is_some() || self.client.is_none();
        while !stop.is_set() && self.changed().is_none() {
            // One of which nothing else is seen is asked.
            if !is_seen && !self.is_there()? {
                return Ok(());
            }
            thread::sleep(self.pause);
        }
        Ok(())
    }

    /// Ends the server that was started.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        self.started.as_mut().map_or(Ok(()), StartedServer::end)
    }

    fn is_started(&mut self, stop: &Stop) -> Result<bool, Failure> {
        let Some(started) = &mut self.started else {
            return Ok(false);
        };
        let is_same =
            |marks: &Marks| marks.change_to(&self.places.marks()) != Some(WatchedChange::Program);
        if started.build.is_none() || !is_same(&self.marks) {
            started.end()?;
            self.marks = self.places.marks();
            thread::sleep(SETTLED);
            if !is_same(&self.marks) {
                return Ok(false);
            }
            if let Err(reason) = started.begin(stop)? {
                if let Some(reason) = reason {
                    console::note(&format!("{reason}\n"));
                    self.wait_for_change(stop)?;
                }
                return Ok(false);
            }
        }
        let program = self.marks.clone();
        self.marks = self.places.marks();
        Ok(program.change_to(&self.marks) != Some(WatchedChange::Program))
    }
}

impl StartedServer {
    fn new(
        text: &str,
        arguments: &WatchArguments,
        running: RunningBuilds,
        target: &mut TargetOptions,
    ) -> Result<Self, Failure> {
        let command = ComparedTarget::new("--start", text)?;
        let ComparedTarget::Command(words) = &command else {
            let text = "--start takes a command; name a server that runs as TARGET";
            return Err(Failure::Usage(text.to_owned()));
        };
        let machine = |error: std::io::Error| Failure::Machine(format!("no free port: {error}"));
        // The same for all starts, so that what one left behind is found at the next.
        let ports = Ports {
            api: free_port().map_err(machine)?,
            smtp: free_port().map_err(machine)?,
        };
        if command.mails_to_us() {
            target.mailbox = Some(format!("listen:127.0.0.1:{}", ports.smtp));
        } else if let Some(mailbox) = &mut target.mailbox {
            *mailbox = ports.fill(mailbox);
        }
        let path = arguments.base_path.trim_matches('/');
        let url = format!("http://127.0.0.1:{}/{path}", ports.api);
        Ok(Self {
            words: words.iter().map(|word| ports.fill(word)).collect(),
            url: url.trim_end_matches('/').to_owned(),
            within: arguments.ready_within.0,
            command,
            running,
            build: None,
        })
    }

    /// Starts it and waits until it answers; why it does not, if that is known.
    fn begin(&mut self, stop: &Stop) -> Result<Result<(), Option<String>>, Failure> {
        let mut build = match StartedBuild::start(&self.words, &self.running) {
            Ok(build) => build,
            Err(error) => {
                let program = self.words.first().map_or("", String::as_str);
                let text = format!("{program} cannot be started: {error}; build it");
                return Ok(Err(Some(text)));
            }
        };
        let answered = wait_until_it_answers(&mut build, &self.url, self.within, stop)?;
        if answered.is_err() {
            let output = build.stop().map_err(|error| unwatched(&error))?;
            show_output(&self.command.secrets().masked(&output));
        } else {
            self.build = Some(build);
        }
        Ok(answered)
    }

    fn end(&mut self) -> Result<(), Failure> {
        match self.build.take() {
            Some(build) => build.stop().map(drop).map_err(|error| unwatched(&error)),
            None => Ok(()),
        }
    }
}

/// The file that a word of a command names: a path, or a program on the search path.
fn found(word: &str) -> Option<PathBuf> {
    let path = Path::new(word);
    if path.is_file() || word.contains('/') {
        return Some(path.to_owned()).filter(|_| !word.starts_with('-'));
    }
    let folders = std::env::var_os("PATH")?;
    let mut found = std::env::split_paths(&folders).map(|folder| folder.join(word));
    found.find(|path| path.is_file())
}
