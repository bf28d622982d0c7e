//! Real programs that tests are tried against, if they are installed: see `tests/mail-parts.sh`.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{LONG, installed};

/// How often it is tried whether a program listens.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// What installs them.
const SCRIPT: &str = "tests/mail-parts.sh";

/// A program of Debian. None, which is said, if it is not there.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    installed::program(name, &format!("{SCRIPT} installs it"))
}

/// A script of an npm package. None, which is said, if it is not there.
pub(crate) fn script(path: &str) -> Option<PathBuf> {
    installed::part(&format!("mail-parts/node_modules/{path}"), SCRIPT)
}

/// Starts a program, in a process group of its own, that ends with its test; waits until it listens.
pub(crate) async fn started(command: &mut Command, port: u16) -> Child {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let begun = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        let ended = child.try_wait().unwrap();
        assert_eq!(ended, None, "the program has ended");
        assert!(begun.elapsed() < LONG, "the program does not listen");
        sleep(TRY_AGAIN).await;
    }
    child
}
