//! What a CI system finds of a run that did not come to its reports.

use crate::tested::binary;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const GREEN: &str = "<testsuites tests=\"1\" failures=\"0\" errors=\"0\"/>\n";

/// A folder in which an earlier run has left a green file.
fn with_green() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    std::fs::write(folder.path().join("out/junit.xml"), GREEN).unwrap();
    folder
}

fn assize(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", "summary.md");
    command
}

#[track_caller]
fn assert_told(folder: &Path, output: &Output, exit: i32, said: &str) {
    assert_eq!(output.status.code(), Some(exit), "{output:?}");
    let junit = std::fs::read_to_string(folder.join("out/junit.xml")).unwrap();
    assert!(junit.contains("<error") && junit.contains(said), "{junit}");
    let summary = std::fs::read_to_string(folder.join("summary.md")).unwrap();
    let headline = if exit == 2 { "NOT RUN" } else { "BROKEN" };
    assert!(summary.contains(headline), "{summary}");
    let streams = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(
        streams.iter().any(|text| text.contains("::error")),
        "{streams:?}"
    );
}

#[test]
fn bad_usage_of_any_kind_replaces_a_green_file() {
    let junit = ["--junit", "out/junit.xml"];
    for (arguments, said) in [
        (&["check", "--no-such-flag"][..], "--no-such-flag"),
        (&["check", "--jobs", "many"], "many"),
        (&["run", "--quiet", "--verbose"], "cannot be used with"),
        (&["load", "one", "two"], "two"),
        (
            &["check", "staging"],
            "neither a URL nor the name of a target",
        ),
        (
            &["check", "http://127.0.0.1:1/api", "--mailbox", "nowhere"],
            "--mailbox",
        ),
        (&["check", "--config", "no-such.toml"], "no-such.toml"),
        (&["check", "--suites", "no-such-folder"], "no-such-folder"),
        (&["load", "--rate", "fast"], "--rate"),
        (
            &[
                "check",
                "http://127.0.0.1:1/api",
                "--expected",
                "no-such.yaml",
            ],
            "no-such.yaml",
        ),
    ] {
        let folder = with_green();
        let output = assize(folder.path())
            .args(arguments)
            .args(junit)
            .output()
            .unwrap();
        assert_told(folder.path(), &output, 2, said);
    }
}

#[test]
fn the_file_is_found_in_the_variable_and_in_the_configuration_too() {
    let folder = with_green();
    let output = assize(folder.path())
        .args(["check", "--no-such-flag"])
        .env("ASSIZE_JUNIT", "out/junit.xml")
        .output()
        .unwrap();
    assert_told(folder.path(), &output, 2, "--no-such-flag");

    let folder = with_green();
    let text = "junit = \"out/junit.xml\"\njbos = 3\n";
    std::fs::write(folder.path().join("assize.toml"), text).unwrap();
    let output = assize(folder.path()).arg("check").output().unwrap();
    assert_told(folder.path(), &output, 2, "unknown key `jbos`");

    let folder = with_green();
    std::fs::write(folder.path().join("reports"), "a file, not a folder").unwrap();
    let output = assize(folder.path())
        .args(["check", "--junit=out/junit.xml"])
        .output()
        .unwrap();
    assert_told(folder.path(), &output, 3, "cannot write reports");
}

#[test]
fn a_run_that_is_killed_leaves_no_green_file_and_one_that_sends_nothing_touches_none() {
    let folder = with_green();
    let target = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/api", target.local_addr().unwrap());
    let junit = ["--junit", "out/junit.xml"];
    let dry = assize(folder.path())
        .args(["check", &url, "--dry-run"])
        .args(junit)
        .output()
        .unwrap();
    assert!(dry.status.success());
    let file = folder.path().join("out/junit.xml");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), GREEN);
    let mut run = assize(folder.path())
        .args(["check", &url])
        .args(junit)
        .spawn()
        .unwrap();
    // It is killed while it waits for the answer to its first request.
    let asked = target.accept().unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    drop(asked);
    assert!(!file.exists());
}

#[test]
fn reports_have_the_permissions_that_the_user_gives_to_files() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        "umask 027; exec \"$0\" check --case get.unknown --accept-partial --junit out/junit.xml";
    let mut command = Command::new("sh");
    command.args(["-c", script, binary()]);
    let output = command.current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("out/junit.xml")), 0o640);
    let runs = std::fs::read_dir(folder.path().join("reports")).unwrap();
    let run = runs.map(|entry| entry.unwrap().path()).next().unwrap();
    assert_eq!(mode(&run), 0o750);
    assert_eq!(mode(&run.join("report.html")), 0o640);
}
