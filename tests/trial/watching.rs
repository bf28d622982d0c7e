//! `assize watch` checks again after each rebuild, tells what changed, and leaves nothing behind.

use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::{free_port, wait_until};
use crate::tested::binary;

/// A watch under way.
struct Watching {
    child: Child,
    says: BufReader<ChildStdout>,
}

impl Watching {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
            command.env_remove(name);
        }
        let mut child = command
            .arg("watch")
            .args(arguments)
            .args(["--case", "delete.bearer,get.alias", "--accept-partial"])
            .current_dir(folder)
            .env("CI", "true")
            .env_remove("XDG_STATE_HOME")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Self { child, says }
    }

    /// Reads the next line, which must have this in it.
    #[track_caller]
    fn says(&mut self, text: &str) {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        assert!(line.contains(text), "{line:?} says nothing of {text:?}");
    }

    fn end(mut self) -> Option<i32> {
        let id = Pid::from_child(&self.child);
        kill_process(id, Signal::INT).unwrap();
        self.child.wait().unwrap().code()
    }
}

/// Puts another build in the place of a server: ours, with a defect or none. Whoever asks sees one or the other.
fn build(folder: &Path, defect: &str) {
    let beside = folder.join("server.new");
    let text = format!(
        "#!/bin/sh\nexec {} serve --listen 127.0.0.1:$1 --smtp 127.0.0.1:$2 {defect}\n",
        binary()
    );
    fs::write(&beside, text).unwrap();
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(&beside, folder.join("server")).unwrap();
}

#[test]
fn a_server_that_is_rebuilt_three_times_is_checked_anew_each_time_and_is_gone_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    build(folder.path(), "--defect delete-status-200");
    let mut watching = Watching::start(folder.path(), &["--start", "./server {port} {smtp}"]);
    watching.says("CONTRACT VIOLATED");
    build(folder.path(), "");
    watching.says("CONFORMS");
    watching.says("1 mended (delete.bearer)");
    build(folder.path(), "--defect get-alias-missing");
    watching.says("CONTRACT VIOLATED");
    watching.says("1 new (get.alias)");
    build(folder.path(), "--defect get-alias-missing ");
    watching.says("CONTRACT VIOLATED");
    watching.says("1 still fail (get.alias)");
    let servers = children(watching.child.id());
    assert_eq!(servers.len(), 1);
    assert_eq!(watching.end(), Some(130));
    for server in servers {
        wait_until("the server is gone", || {
            !Path::new(&format!("/proc/{server}")).exists()
        });
    }
    let ledgers = fs::read_dir(folder.path().join(".assize/ledgers")).unwrap();
    assert_eq!(ledgers.count(), 0, "an account is left behind");
    assert!(!folder.path().join("reports").exists());
}

/// The processes that a process has started.
fn children(parent: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let lists = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("children")));
    let lists: Vec<String> = lists.map(Result::unwrap_or_default).collect();
    let numbers = lists.iter().flat_map(|list| list.split_whitespace());
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// A server that somebody else starts, while it runs.
struct Served(Child);

impl Served {
    fn start(port: u16, smtp: u16, more: &[&str]) -> Self {
        let server = Command::new(binary())
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--smtp", &format!("127.0.0.1:{smtp}")])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("the server listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self(server)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_server_that_somebody_else_starts_anew_is_checked_again_also_if_it_was_never_seen_away() {
    let folder = tempfile::tempdir().unwrap();
    let (port, smtp) = (free_port(), free_port());
    let server = Served::start(port, smtp, &[]);
    let (url, mailbox) = (
        format!("http://127.0.0.1:{port}/api/auth/v2"),
        format!("listen:127.0.0.1:{smtp}"),
    );
    let mut watching = Watching::start(
        folder.path(),
        &[&url, "--mailbox", &mailbox, "--rounds", "2"],
    );
    watching.says("CONFORMS");
    drop(server);
    let _server = Served::start(port, smtp, &["--defect", "delete-status-200"]);
    watching.says("CONTRACT VIOLATED");
    watching.says("1 new (delete.bearer)");
    assert_eq!(watching.child.wait().unwrap().code(), Some(1));
}
