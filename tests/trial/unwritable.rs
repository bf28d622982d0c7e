//! Reports that cannot be written: said in a sentence, exit code 3, and nothing half-written left.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::installed;
use crate::misbehaving::start_with;
use crate::support::wait_until;
use crate::tested::binary;

/// The command on the embedded server and a few cases.
const CHECK: [&str; 4] = ["check", "--case", "get.*", "--quiet"];

fn assize(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command.current_dir(folder).env("CI", "true");
    command
}

/// Fails unless the run says this and is broken.
#[track_caller]
fn assert_said(output: &Output, text: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(text), "{stderr}");
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(!stderr.contains("panicked"));
}

/// What stands in a folder of reports.
fn reports(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("reports")).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[test]
fn a_folder_that_cannot_be_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    for place in ["/proc/reports", "file/reports"] {
        let run = assize(folder.path())
            .args(CHECK)
            .args(["--reports", place])
            .output();
        assert_said(&run.unwrap(), "cannot write");
    }
}

/// A disk is full when files may not grow; a shell sets that for the run, and nothing else.
#[test]
fn files_that_may_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    let limit = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let run = Command::new("bash")
        .current_dir(folder.path())
        .args(["-c", limit, binary()])
        .args(CHECK)
        .output();
    assert_said(&run.unwrap(), "cannot write");
    assert_eq!(reports(folder.path()), Vec::<String>::new());
}

/// A disk of 64 KiB, where the machine lets a test mount one.
#[test]
fn a_disk_that_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=64k none . && cd . && cd \"$PWD\"";
    let look = "\"$0\" \"$@\"; code=$?; echo left: $(ls -A reports); exit $code";
    let inside = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .current_dir(folder.path())
            .args(["-rm", "sh", "-c", script, binary()]);
        command
    };
    if installed::program("unshare", "it is in the package util-linux").is_none() {
        return;
    }
    if !inside(mount).output().unwrap().status.success() {
        // No failure where `CI` is set: what a machine allows its users cannot be installed.
        println!("skipped, because no disk can be mounted here");
        return;
    }
    let run = inside(&format!("{mount} && {look}"))
        .args(["check"])
        .output()
        .unwrap();
    assert_said(&run, "No space left");
    let left = String::from_utf8_lossy(&run.stdout);
    assert!(left.trim_end().ends_with("left:"), "{left}");
}

#[test]
fn a_copy_for_a_device_that_is_full() {
    let folder = tempfile::tempdir().unwrap();
    for flag in ["--json", "--junit", "--html"] {
        let run = assize(folder.path())
            .args(CHECK)
            .args([flag, "/dev/full"])
            .output();
        assert_said(&run.unwrap(), "cannot write /dev/full: No space left");
        let device = fs::metadata("/dev/full").unwrap();
        assert!(
            device.file_type().is_char_device(),
            "the device was replaced"
        );
    }
}

#[test]
fn a_copy_through_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let run = assize(folder.path())
        .args(CHECK)
        .args(["--json", "/dev/stdout"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0));
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(
        printed.starts_with('{') && printed.contains("CONFORMS"),
        "{printed}"
    );
}

#[test]
fn a_verdict_that_nobody_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let run = assize(folder.path())
        .args(CHECK)
        .stdout(full())
        .output()
        .unwrap();
    assert_said(&run, "cannot write to standard output: No space left");
    assert_eq!(
        reports(folder.path()).len(),
        1,
        "the reports are whole all the same"
    );
    let list = assize(folder.path())
        .arg("list")
        .stdout(full())
        .output()
        .unwrap();
    assert_said(&list, "cannot write to standard output: No space left");

    let mut child = assize(folder.path())
        .args(CHECK)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_said(
        &child.wait_with_output().unwrap(),
        "cannot write to standard output: Broken pipe",
    );
}

#[test]
fn a_folder_that_vanishes() {
    let folder = tempfile::tempdir().unwrap();
    // The first request is answered only when the folder is gone.
    let reports = folder.path().join("reports");
    let (ledgers, seen) = (folder.path().join(".assize/ledgers"), reports.clone());
    let url = start_with(
        std::sync::Arc::new(move |_| {
            wait_until("a ledger", || ledgers.exists() || !seen.exists());
            drop(fs::remove_dir_all(&seen));
            None
        }),
        false,
    );
    let mut child = assize(folder.path())
        .args([
            "check",
            &url,
            "--suite",
            "errors",
            "--timeout",
            "1s",
            "--quiet",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{stderr}");
    assert!(stderr.contains("cannot write"), "{stderr}");
    assert!(!reports.exists());
}
