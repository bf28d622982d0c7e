//! Other programs that read the reports, independent of what wrote them.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::common::installed;

/// What a program prints when it is given a text. None, which is said, if it is not there.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
pub(crate) fn output(program: &str, arguments: &[&str], input: &str) -> Option<String> {
    let path = installed::program(program, "tests/parts.sh installs it")?;
    let mut child = Command::new(path)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(input.as_bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} refuses it: {errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}
