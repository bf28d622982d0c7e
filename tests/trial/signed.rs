//! Certificates that are signed: by this tool and checked by OpenSSH's, and the other way round.

use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

use crate::installed;
use crate::support::{Run, assize, assize_in};

const RESULTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/sample/results.json");

/// What `ssh-keygen -Y` calls a signature of a certificate.
const NAMESPACE: &str = "assize-certificate";

/// OpenSSH's own tool in a folder with a key.
struct KeyTool {
    program: std::path::PathBuf,
}

impl KeyTool {
    fn find() -> Option<Self> {
        let remedy = "it is part of OpenSSH, in Debian openssh-client";
        installed::program("ssh-keygen", remedy).map(|program| Self { program })
    }

    /// Whether it ended well; `input` is a file of the folder.
    fn run(&self, folder: &Path, arguments: &[&str], input: Option<&str>) -> bool {
        let input = input.map_or_else(Stdio::null, |name| {
            std::fs::File::open(folder.join(name)).unwrap().into()
        });
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(folder).stdin(input);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().unwrap().success()
    }

    fn key(&self, folder: &Path, kind: &str, name: &str, passphrase: &str) {
        let more = ["-C", name, "-N", passphrase, "-f", name];
        let arguments = [&["-q", "-t", kind], &more[..]].concat();
        assert!(self.run(folder, &arguments, None));
    }

    fn signs(&self, folder: &Path, namespace: &str, file: &str) {
        std::fs::remove_file(folder.join(format!("{file}.sig"))).unwrap_or_default();
        let arguments = ["-Y", "sign", "-n", namespace, "-f", "key", file];
        assert!(self.run(folder, &arguments, None));
    }

    fn accepts(&self, folder: &Path, file: &str) -> bool {
        let public = std::fs::read_to_string(folder.join("key.pub")).unwrap();
        std::fs::write(folder.join("allowed"), format!("someone {public}")).unwrap();
        let signature = format!("{file}.sig");
        let whose = ["-Y", "verify", "-f", "allowed", "-I", "someone"];
        let what = ["-n", NAMESPACE, "-s", &signature];
        self.run(folder, &[&whose[..], &what].concat(), Some(file))
    }
}

fn certify(folder: TempDir, to: &str, more: &[&str]) -> Run {
    let arguments = ["report", RESULTS, "--to", to, "--output", to];
    assize_in(folder, &[&arguments, more].concat())
}

fn verify(folder: TempDir, file: &str, more: &[&str]) -> Run {
    assize_in(
        folder,
        &[&["verify", file, "--key", "key.pub"], more].concat(),
    )
}

/// Turns one bit of a file.
fn turn(folder: &Path, name: &str, at: usize) {
    let path = folder.join(name);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_one_tool_signs_the_other_accepts_and_nothing_that_was_changed() {
    let Some(tool) = KeyTool::find() else { return };
    let folder = tempfile::tempdir().unwrap();
    tool.key(folder.path(), "ed25519", "key", "");
    let run = certify(folder, "certificate-json", &["--sign", "key"]);
    run.assert_exit(0);
    let schema = include_str!("../../schemas/certificate.schema.json");
    let value = run.valid_file("certificate-json", schema);
    assert_eq!(value["run"]["suites"]["sha256"].as_str().unwrap().len(), 64);
    assert!(value["requirements"].as_array().unwrap().len() > 1);
    let mut folder = run.into_folder();
    assert!(tool.accepts(folder.path(), "certificate-json"));

    let run = verify(folder, "certificate-json", &["--results", RESULTS]);
    run.assert_exit(0);
    assert!(run.said("VALID signed by SHA256:"), "{}", run.stdout);
    let run = verify(run.into_folder(), "certificate-json", &["--results", "key"]);
    run.assert_exit(1);
    assert!(run.said("it speaks of other results"), "{}", run.stdout);
    folder = run.into_folder();

    for (name, at) in [("certificate-json", 100), ("certificate-json.sig", 120)] {
        turn(folder.path(), name, at);
        assert!(!tool.accepts(folder.path(), "certificate-json"));
        let run = verify(folder, "certificate-json", &[]);
        run.assert_exit(1);
        assert!(run.said("NOT VALID"), "{}", run.stdout);
        folder = run.into_folder();
        turn(folder.path(), name, at);
    }

    let run = certify(folder, "certificate", &[]);
    folder = run.into_folder();
    tool.signs(folder.path(), NAMESPACE, "certificate");
    let run = verify(folder, "certificate", &["--results", RESULTS]);
    run.assert_exit(0);
    folder = run.into_folder();
    tool.signs(folder.path(), "file", "certificate");
    let run = verify(folder, "certificate", &[]);
    run.assert_exit(1);
    assert!(run.said("made for \"file\""), "{}", run.stdout);
}

#[test]
fn a_key_that_cannot_be_used_is_told_with_the_way_out() {
    let Some(tool) = KeyTool::find() else { return };
    let mut folder = tempfile::tempdir().unwrap();
    tool.key(folder.path(), "ecdsa", "other", "");
    tool.key(folder.path(), "ed25519", "locked", "a passphrase");
    for (key, way_out) in [
        ("other", "ssh-keygen -t ed25519 makes"),
        ("locked", "ssh-keygen -Y sign -n assize-certificate"),
        ("locked.pub", "no private key"),
        ("missing", "cannot read missing"),
    ] {
        let run = certify(folder, "certificate", &["--sign", key]);
        run.assert_exit(2);
        assert!(run.stderr.contains(way_out), "{key}: {}", run.stderr);
        folder = run.into_folder();
    }
    let run = assize(&["report", RESULTS, "--output", "page", "--sign", "key"]);
    run.assert_exit(2);
    assert!(run.stderr.contains("--to certificate"), "{}", run.stderr);
}
