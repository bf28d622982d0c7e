//! Runs the command, and the server that is not ours.

use crate::tested::binary;
use assert_cmd::Command;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// No run of these tests takes near so long.
pub(crate) const LIMIT: Duration = Duration::from_mins(2);

/// A finished run of the command.
pub(crate) struct Run {
    pub(crate) exit_code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    folder: TempDir,
}

/// Runs the command in a folder of its own, with reports and copies below it.
pub(crate) fn assize(arguments: &[&str]) -> Run {
    assize_in(tempfile::tempdir().unwrap(), arguments)
}

/// Runs the command so that it must vouch for its times.
pub(crate) fn assize_in_measure(arguments: &[&str]) -> Run {
    let command = Command::new(binary());
    finish(command, tempfile::tempdir().unwrap(), arguments, &[])
}

/// Runs the command in this folder.
pub(crate) fn assize_in(folder: TempDir, arguments: &[&str]) -> Run {
    assize_with(folder, arguments, &[])
}

/// Runs the command in this folder with more variables.
pub(crate) fn assize_with(
    folder: TempDir,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Run {
    let command = Command::new(binary());
    // Tests run side by side, so that the generator of a load may well lack a processor.
    // Each run sends the same requests, as in a pipeline.
    let accepted = [("ASSIZE_ACCEPT_INVALID", "true"), ("ASSIZE_DRAW", "0")];
    finish(
        command,
        folder,
        arguments,
        &[&accepted, environment].concat(),
    )
}

fn finish(
    mut command: Command,
    folder: TempDir,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Run {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder.path())
        .env_remove("XDG_STATE_HOME")
        .env("CI", "true")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .envs(environment.iter().copied())
        .args(arguments)
        .timeout(LIMIT);
    let takes_reports = matches!(
        arguments.first(),
        Some(&("run" | "check" | "load" | "merge"))
    );
    if takes_reports {
        command.args(["--junit", "out/junit.xml", "--json", "out/results.json"]);
    }
    let output = command.output().unwrap();
    Run {
        exit_code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        folder,
    }
}

impl Run {
    /// The folder, for another run in it.
    pub(crate) fn into_folder(self) -> TempDir {
        self.folder
    }

    /// A file that the run wrote.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// A JSON file, which keeps to this schema.
    pub(crate) fn valid_file(&self, name: &str, schema: &str) -> Value {
        let value: Value = serde_json::from_str(&self.file(name)).unwrap();
        let schema: Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let errors = validator.iter_errors(&value);
        let errors: Vec<String> = errors.map(|one| one.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        value
    }

    pub(crate) fn results(&self) -> Value {
        serde_json::from_str(&self.file("out/results.json")).unwrap()
    }

    pub(crate) fn junit(&self) -> String {
        self.file("out/junit.xml")
    }

    /// The folder that the run made for its reports.
    pub(crate) fn report_folder(&self) -> PathBuf {
        let reports = self.folder.path().join("reports");
        let folders = std::fs::read_dir(reports).unwrap();
        let mut folders = folders.map(|entry| entry.unwrap().path());
        let folder = folders.next().unwrap();
        assert!(folders.next().is_none(), "one run has one folder");
        folder
    }

    /// Whether the summary says this, wherever its lines are broken.
    pub(crate) fn said(&self, text: &str) -> bool {
        let words: Vec<&str> = self.stdout.split_whitespace().collect();
        words.join(" ").contains(text)
    }

    /// Fails unless the run exited so; shows what it said.
    #[track_caller]
    pub(crate) fn assert_exit(&self, exit_code: i32) {
        assert_eq!(
            self.exit_code, exit_code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
    }
}

/// All requirements that findings of a report name at must level.
pub(crate) fn violated(results: &Value) -> Vec<String> {
    let cases = results["cases"].as_array().unwrap();
    let steps = cases
        .iter()
        .flat_map(|case| case["steps"].as_array().unwrap());
    let findings = steps
        .filter_map(|step| step["findings"].as_array())
        .flatten();
    let mut ids: Vec<String> = findings
        .filter(|finding| finding["level"] == "must")
        .flat_map(|finding| finding["requirements"].as_array().unwrap())
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// A port that is free. Not one of those that the system gives to whoever asks for any, so that none of the
/// servers that other tests start can get it meanwhile.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 20_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at the same time begin far from each other.
    let begin = u16::try_from(std::process::id().wrapping_mul(7919) % u32::from(COUNT)).unwrap();
    let next = || {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        FIRST + (begin.wrapping_add(next)) % COUNT
    };
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (0..COUNT).map(|_| next()).find(is_free).unwrap()
}

/// Waits, without a pause, until this is so.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < LIMIT, "never: {what}");
        std::thread::yield_now();
    }
}

/// The server that is not ours, while it runs. It ends when its standard input does.
pub(crate) struct Foreign {
    process: Child,
    pub(crate) base_url: String,
    smtp_port: u16,
}

impl Foreign {
    /// Starts a variant of it, with a defect or none, that mails to a port of loopback.
    pub(crate) fn start(variant: &str, defect: Option<&str>) -> Self {
        let defect = defect.map(|defect| ["--defect", defect]);
        Self::start_with(variant, defect.as_ref().map_or(&[], |defect| &defect[..]))
    }

    /// Starts a variant of it with more options.
    pub(crate) fn start_with(variant: &str, more: &[&str]) -> Self {
        Self::mailing_to(variant, more, free_port())
    }

    /// The same for one that mails to this port.
    pub(crate) fn mailing_to(variant: &str, more: &[&str], smtp_port: u16) -> Self {
        let smtp = format!("127.0.0.1:{smtp_port}");
        let mut server = Self::start_without_mail(variant, &[&["--smtp", &smtp], more].concat());
        server.smtp_port = smtp_port;
        server
    }

    /// Starts a variant of it whose mails are read at its endpoint alone.
    pub(crate) fn start_without_mail(variant: &str, more: &[&str]) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/targets/users_api");
        let mut command = std::process::Command::new("python3");
        command
            .arg(program)
            .args(["--port", "0", "--variant", variant])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command.args(more);
        let process = command.spawn();
        assert!(
            process.is_ok(),
            "python3 is missing; README.md names what the tests need"
        );
        let mut process = process.unwrap();
        let mut line = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let base_url = line.trim().trim_start_matches("listening on ").to_owned();
        Self {
            process,
            base_url,
            smtp_port: 0,
        }
    }

    /// Where its mails can be read by any number of runs at once.
    pub(crate) fn mail_endpoint(&self) -> String {
        let host = self.base_url.trim_end_matches("/api/auth/v2");
        format!("{host}/mail?to={{email}}#/code")
    }

    pub(crate) fn mailbox(&self) -> String {
        format!("listen:127.0.0.1:{}", self.smtp_port)
    }

    /// Checks it with all suites.
    pub(crate) fn check(&self, more: &[&str]) -> Run {
        let mailbox = self.mailbox();
        let mut arguments = vec!["check", &self.base_url, "--mailbox", &mailbox];
        arguments.extend(more);
        assize(&arguments)
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}
