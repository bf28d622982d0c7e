//! Secrets at rest: where they come from, and who can read what a run writes.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::misbehaving::start_with;
use crate::support::{Run, assize_in};
use crate::tested::binary;

/// Runs a check with this configuration, which others can read if `open`.
fn check(configuration: &str, permissions: u32, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("assize.toml");
    fs::write(&file, configuration).unwrap();
    fs::set_permissions(file, Permissions::from_mode(permissions)).unwrap();
    let url = start_with(std::sync::Arc::new(|_| None), false);
    let few = ["check", &url, "--case", "get.unknown*"];
    assize_in(folder, &[&few[..], arguments].concat())
}

#[test]
fn a_secret_comes_from_a_command_or_the_environment() {
    let command = "mailbox = { command = \"echo listen:127.0.0.1:0; echo more\" }";
    let run = check(command, 0o644, &[]);
    assert_eq!(run.results()["run"]["mailbox"], "listen:127.0.0.1:0");
    assert!(!run.results()["notices"].to_string().contains("chmod"));
    let run = check("bearer = { env = \"PATH\" }", 0o644, &[]);
    assert_ne!(run.exit_code, 2, "{}", run.stderr);
    for (wrong, says) in [
        (
            "bearer = { env = \"NO_SUCH_VARIABLE\" }",
            "the variable NO_SUCH_VARIABLE",
        ),
        (
            "bearer = { command = \"exit 7\" }",
            "its command failed: exit status: 7",
        ),
        (
            "bearer = { command = \"true\" }",
            "its command printed nothing",
        ),
        ("bearer = { file = \"x\" }", "give the value itself"),
    ] {
        let run = check(wrong, 0o600, &[]);
        assert!(
            run.stderr.contains("`bearer`") && run.stderr.contains(says),
            "{}",
            run.stderr
        );
        assert_eq!(run.exit_code, 2);
    }
}

#[test]
fn a_command_is_not_run_for_a_secret_that_is_given() {
    let run = check(
        "bearer = { command = \"exit 7\" }",
        0o600,
        &["--bearer", "given-token"],
    );
    assert_ne!(run.exit_code, 2, "{}", run.stderr);
    assert!(!run.file("out/results.json").contains("given-token"));
}

#[test]
fn a_secret_in_a_file_that_others_can_read_is_warned_of() {
    let secret = "hidden-word";
    for (text, key) in [
        (format!("bearer = \"{secret}\"\n"), "bearer"),
        (
            format!("[targets.x]\nurl = \"http://x\"\nbearer = \"{secret}\"\n"),
            "bearer",
        ),
        (
            format!("[targets.x]\nmailbox = \"imaps://me:{secret}@x/INBOX\"\n"),
            "mailbox",
        ),
    ] {
        let run = check(&text, 0o644, &[]);
        let notices = run.results()["notices"].to_string();
        assert!(
            notices.contains(&format!("holds a secret, `{key}`")),
            "{notices}"
        );
        for shown in [
            &run.stdout,
            &run.stderr,
            &run.file("out/results.json"),
            &run.junit(),
        ] {
            assert!(!shown.contains(secret), "the secret is shown");
        }
        let run = check(&text, 0o600, &[]);
        assert!(
            !run.results()["notices"]
                .to_string()
                .contains("holds a secret")
        );
    }
}

#[test]
fn a_secret_that_is_no_text_is_told_by_the_name_of_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    let file = "bearer = { env = \"ODD\" }\n";
    for (file, variable) in [(file, "ODD"), ("", "ASSIZE_BEARER")] {
        fs::write(folder.path().join("assize.toml"), file).unwrap();
        let run = Command::new(binary())
            .args(["check", "http://127.0.0.1:1/api"])
            .current_dir(folder.path())
            .env(variable, OsStr::from_bytes(b"hidden\xff"))
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(run.status.code(), Some(2), "{said}");
        assert!(!said.contains("hidden"), "{variable}: {said}");
    }
}
