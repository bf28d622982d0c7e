//! The scripts of the action and of the GitLab component, as the two systems run them: with their variables, and with a
//! release that is served from a folder.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::Foreign;
use crate::tested::binary;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PLATFORM: &str = concat!(env!("CARGO_PKG_VERSION"), "-x86_64-unknown-linux-gnu");

/// A folder with a release in it: an archive with a program that is this build, and the sum of it.
fn released(folder: &Path) -> String {
    let release = folder.join(format!("releases/v{VERSION}"));
    fs::create_dir_all(&release).unwrap();
    let pack = format!(
        "printf '#!/bin/sh\\nexec {} \"$@\"\\n' > assize && chmod +x assize && \
         tar -czf assize-{PLATFORM}.tar.gz assize && rm assize && sha256sum * > SHA256SUMS",
        binary()
    );
    let packed = Command::new("bash")
        .args(["-c", &pack])
        .current_dir(&release)
        .status();
    assert!(packed.unwrap().success());
    format!("file://{}/releases", folder.display())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A step of a job, with nothing of the variables of this process but the search path.
fn step(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command
        .args(["-c", script])
        .current_dir(folder)
        .env_clear()
        .env(
            "PATH",
            format!(
                "{}:{}",
                folder.join("program").display(),
                std::env::var("PATH").unwrap()
            ),
        )
        .env("HOME", folder)
        .env("CI", "true")
        .envs(variables.iter().copied());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Installs and runs as the action does; what it said, and its outputs.
fn act(folder: &Path, server: &Foreign, more: &[(&str, &str)]) -> (String, String) {
    let install = root().join("action/install.sh");
    let script = format!(
        "{} {} {VERSION} program",
        install.display(),
        released(folder)
    );
    let installed = step(folder, &script, &[]);
    assert!(installed.status.success(), "{}", said(&installed));
    let (temp, outputs, summary) = (
        folder.join("temp"),
        folder.join("outputs"),
        folder.join("summary"),
    );
    fs::create_dir_all(&temp).unwrap();
    let mailbox = server.mailbox();
    let own = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_OUTPUT", outputs.to_str().unwrap()),
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ("RUNNER_TEMP", temp.to_str().unwrap()),
        ("IN_TARGET", &server.base_url),
        ("IN_MAILBOX", &mailbox),
        ("IN_COMMAND", "check"),
        (
            "IN_ARGS",
            "--accept-partial --case 'delete.bearer,get.alias'",
        ),
        ("IN_FAIL_ON", "violation"),
    ];
    let ran = step(
        folder,
        root().join("action/run.sh").to_str().unwrap(),
        &[&own, more].concat(),
    );
    assert!(ran.status.success(), "{}", said(&ran));
    (said(&ran), fs::read_to_string(outputs).unwrap())
}

#[test]
fn the_action_is_green_or_red_as_the_run_and_keeps_no_state_among_the_reports() {
    let folder = tempfile::tempdir().unwrap();
    let server = Foreign::start("plain", None);
    let (_, outputs) = act(folder.path(), &server, &[]);
    assert!(
        outputs.contains("exit-code=0\nverdict=green\n"),
        "{outputs}"
    );
    let reports = folder.path().join("temp/assize-reports");
    for kept in ["junit.xml", "results.json", "comment.md"] {
        assert!(reports.join(kept).exists(), "no {kept}");
    }
    assert!(!reports.join("ledgers").exists());
    let summary = fs::read_to_string(folder.path().join("summary")).unwrap();
    assert!(summary.contains("CONFORMS"), "{summary}");

    let folder = tempfile::tempdir().unwrap();
    let server = Foreign::start("plain", Some("delete-status-200"));
    let (said, outputs) = act(folder.path(), &server, &[]);
    assert!(said.contains("::error"), "no annotation: {said}");
    assert!(outputs.contains("exit-code=1\nverdict=red\n"), "{outputs}");

    let folder = tempfile::tempdir().unwrap();
    let (_, outputs) = act(folder.path(), &server, &[("IN_FAIL_ON", "never")]);
    assert!(
        outputs.contains("exit-code=1\nverdict=green\n"),
        "{outputs}"
    );
    let folder = tempfile::tempdir().unwrap();
    let unreachable = [
        ("IN_FAIL_ON", "never"),
        ("IN_TARGET", "http://127.0.0.1:1/x"),
    ];
    let (_, outputs) = act(folder.path(), &server, &unreachable);
    assert!(outputs.contains("exit-code=3\nverdict=red\n"), "{outputs}");
}

#[test]
fn an_archive_whose_sum_is_not_the_published_one_is_not_installed() {
    let folder = tempfile::tempdir().unwrap();
    let from = released(folder.path());
    let archive = format!("releases/v{VERSION}/assize-{PLATFORM}.tar.gz");
    let archive = folder.path().join(archive);
    let mut bytes = fs::read(&archive).unwrap();
    bytes.push(0);
    fs::write(&archive, bytes).unwrap();
    let install = root().join("action/install.sh");
    let script = format!("{} {from} {VERSION} program", install.display());
    let installed = step(folder.path(), &script, &[]);
    assert_eq!(installed.status.code(), Some(3), "{}", said(&installed));
    assert!(said(&installed).contains("nothing was installed"));
    assert!(!folder.path().join("program").exists());
    // The same in the component.
    let server = Foreign::start("plain", None);
    let ran = component(folder.path(), &from, &server, "violation");
    assert_eq!(ran.status.code(), Some(3), "{}", said(&ran));
    assert!(!folder.path().join("reports").exists());
}

/// Runs the script of the component, as GitLab does with these inputs.
fn component(folder: &Path, releases: &str, server: &Foreign, fail_on: &str) -> Output {
    let text = fs::read_to_string(root().join("templates/assize.yml")).unwrap();
    let (_, job) = text.split_once("\n---\n").unwrap();
    let job: Value = serde_saphyr::from_str(job).unwrap();
    let script = job["assize"]["script"][0].as_str().unwrap();
    let mailbox = server.mailbox();
    let variables = [
        ("GITLAB_CI", "true"),
        ("CI_PROJECT_DIR", folder.to_str().unwrap()),
        ("IN_TARGET", &server.base_url),
        ("IN_MAILBOX", &mailbox),
        ("IN_COMMAND", "check"),
        (
            "IN_ARGS",
            "--accept-partial --case 'delete.bearer,get.alias'",
        ),
        ("IN_FAIL_ON", fail_on),
        ("VERSION", VERSION),
        ("RELEASES", releases),
    ];
    step(folder, script, &variables)
}

#[test]
fn the_component_is_green_or_red_as_the_run_and_gives_the_reports_that_it_names() {
    let correct = Foreign::start("plain", None);
    let wrong = Foreign::start("plain", Some("delete-status-200"));
    for (server, fail_on, exit_code) in [
        (&correct, "violation", 0),
        (&wrong, "violation", 1),
        (&wrong, "never", 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let from = released(folder.path());
        let ran = component(folder.path(), &from, server, fail_on);
        assert_eq!(ran.status.code(), Some(exit_code), "{}", said(&ran));
        let quality =
            fs::read_to_string(folder.path().join("gl-code-quality-report.json")).unwrap();
        let quality: Value = serde_json::from_str(&quality).unwrap();
        let is_red = server.base_url == wrong.base_url;
        assert_eq!(!quality.as_array().unwrap().is_empty(), is_red);
        assert!(folder.path().join("reports/junit.xml").exists());
    }
}
