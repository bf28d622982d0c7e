//! What `--help` is made from also completes the command line and makes the manual.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{assize, assize_in};

const VERBS: [&str; 10] = [
    "run", "check", "load", "compare", "prove", "clean", "serve", "init", "doctor", "watch",
];

#[test]
fn bash_takes_the_completions_and_completes_with_them() {
    let script = assize(&["completions", "bash"]).stdout;
    let question = "COMP_WORDS=(assize che); COMP_CWORD=1; _assize assize che assize; echo \"${COMPREPLY[*]}\"";
    let mut shell = Command::new("bash")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = shell.stdin.take().unwrap();
    write!(stdin, "{script}\n{question}\n").unwrap();
    drop(stdin);
    let output = shell.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "check");
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let main = assize(&["man"]);
    main.assert_exit(0);
    assert!(main.stdout.contains(".TH assize 1"), "{}", main.stdout);
    let written = assize_in(tempfile::tempdir().unwrap(), &["man", "--folder", "man"]);
    written.assert_exit(0);
    for verb in VERBS {
        assert!(main.stdout.contains(verb), "{verb}");
        let page = written.file(&format!("man/assize-{verb}.1"));
        assert!(page.contains(".SH OPTIONS"), "{page}");
    }
}
