//! The workers of a plan as processes of their own, and the folder that they share.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

use crate::support::wait_until;
use crate::tested::binary;

const SUITE: &str = r#"
suite: things
title: Things
scenarios:
  - id: asking
    title: Asks for things
    proves: thing.there
    steps:
      - name: ask
        request: {method: GET, path: "/things/${uuid}"}
        expect: {status: 200}
"#;

const REQUIREMENTS: &str = r"
requirements:
  - {id: thing.there, level: must, section: Things, says: A thing is there.}
";

/// So short that a test does not wait, and long enough for a busy machine.
const SHORT: [&str; 8] = [
    "--lead",
    "700ms",
    "--beat",
    "100ms",
    "--silence",
    "3s",
    "--gather",
    "30s",
];

/// A folder with suites, a plan and a store.
pub(super) struct Fleet {
    folder: TempDir,
    /// The store as workers and the merge are told it.
    store: String,
    /// Variables that all processes have.
    variables: Vec<(&'static str, String)>,
}

/// Something that ended.
pub(super) struct Ended {
    pub(super) exit_code: i32,
    pub(super) said: String,
}

impl Ended {
    #[track_caller]
    pub(super) fn assert_exit(&self, exit_code: i32) {
        assert_eq!(self.exit_code, exit_code, "{}", self.said);
    }

    #[track_caller]
    pub(super) fn assert_said(&self, text: &str) {
        let words: Vec<&str> = self.said.split_whitespace().collect();
        assert!(
            words.join(" ").contains(text),
            "{text:?} is not in {}",
            self.said
        );
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            exit_code: output.status.code().unwrap(),
            said: text(output.stdout) + &text(output.stderr),
        }
    }
}

impl Fleet {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("things.yaml"), SUITE).unwrap();
        std::fs::write(own.join("requirements.yaml"), REQUIREMENTS).unwrap();
        // Each worker says who it is by a header, which the plan takes from a variable.
        let file = "header = { env = \"WHO\" }\n";
        std::fs::write(folder.path().join("assize.toml"), file).unwrap();
        Self {
            folder,
            store: "store".to_owned(),
            variables: Vec::new(),
        }
    }

    /// The same with another store, for which processes need variables.
    pub(super) fn with_store(self, store: &str, variables: Vec<(&'static str, String)>) -> Self {
        Self {
            store: store.to_owned(),
            variables,
            ..self
        }
    }

    /// One with a plan of so many workers.
    pub(super) fn planned(url: &str, workers: usize, more: &[&str]) -> Self {
        let fleet = Self::new();
        let workers = workers.to_string();
        let ended = fleet.run(
            &[
                &["plan", url, "--processes", &workers, "-o", "plan.json"][..],
                &["--suites", "own", "--seed", "5", "--warm-up", "0s"],
                &SHORT,
                more,
            ]
            .concat(),
        );
        ended.assert_exit(0);
        fleet
    }

    pub(super) fn store(&self) -> &str {
        &self.store
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
            command.env_remove(name);
        }
        command
            .current_dir(self.folder.path())
            .env_remove("XDG_STATE_HOME")
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_STEP_SUMMARY")
            .env("CI", "true")
            .env("WHO", "x-worker: nobody")
            // Tests run side by side, so that a generator may well lack a processor.
            .env("ASSIZE_ACCEPT_INVALID", "true")
            .envs(self.variables.iter().cloned())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    /// Starts a worker.
    pub(super) fn start(&self, index: usize) -> Child {
        let number = index.to_string();
        self.command(&["work", "plan.json", "--store", &self.store, "--quiet"])
            // Whoever starts workers tells them their numbers.
            .env("JOB_COMPLETION_INDEX", &number)
            .env("WHO", format!("x-worker: {number}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs all workers to their ends.
    #[track_caller]
    pub(super) fn work(&self, workers: usize) {
        let all: Vec<Child> = (0..workers).map(|index| self.start(index)).collect();
        for worker in all {
            end(worker).assert_exit(0);
        }
    }

    pub(super) fn merge(&self, more: &[&str]) -> Ended {
        let report = ["--json", "merged.json", "--junit", "merged.xml"];
        self.run(&[&["merge", &self.store][..], &report, more].concat())
    }

    pub(super) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap()
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    #[track_caller]
    pub(super) fn wait_for(&self, name: &str) {
        wait_until(name, || self.path(name).exists());
    }
}

/// Whether a text stands in any file of a folder.
pub(super) fn has_text(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return has_text(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        String::from_utf8_lossy(&bytes).contains(text)
    })
}

/// Waits for a worker.
pub(super) fn end(worker: Child) -> Ended {
    worker.wait_with_output().unwrap().into()
}

/// Ends a worker as a machine does that loses its power.
pub(super) fn kill(mut worker: Child) {
    worker.kill().unwrap();
    worker.wait().unwrap();
}
