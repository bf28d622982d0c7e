//! An S3 server that is not ours, with a bucket in it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::installed::part;

/// The server while a test runs. Its bucket is `things`.
pub(super) struct Bucket {
    server: Child,
    address: String,
    pub(super) key: String,
    pub(super) secret: String,
}

impl Bucket {
    /// None, which is said, where the server is not installed.
    #[track_caller]
    pub(super) fn start() -> Option<Self> {
        let python = part("store-parts/python/bin/python3", "tests/store-parts.sh")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trial/machines");
        let mut server = Command::new(python)
            .arg(script.join("bucket_server.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(server.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut word = || words.next().unwrap();
        Some(Self {
            address: word().trim_start_matches("http://").to_owned(),
            key: word(),
            secret: word(),
            server,
        })
    }

    /// What workers need to use it.
    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ACCESS_KEY_ID", self.key.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret.clone()),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ]
    }

    /// From now on it answers 503 for so many seconds.
    pub(super) fn be_busy(&self, seconds: u32) {
        self.ask("POST", &format!("/-/busy?seconds={seconds}"));
    }

    /// From now on it writes over what is there, whatever the condition.
    pub(super) fn be_forgetful(&self) {
        self.ask("POST", "/-/forgetful");
    }

    /// How often it has answered 503.
    pub(super) fn refused(&self) -> usize {
        self.ask("GET", "/-/busy").parse().unwrap()
    }

    fn ask(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.server.kill();
        let _status = self.server.wait();
    }
}
