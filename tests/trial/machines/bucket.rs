//! Servers of buckets that are not ours, with a bucket in each.

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
    variables: Vec<(&'static str, String)>,
}

impl Bucket {
    /// Of S3. None, which is said, where the server is not installed; so for the others.
    #[track_caller]
    pub(super) fn start() -> Option<Self> {
        Self::of("bucket_server.py", &[], |url, key, secret| {
            vec![
                ("AWS_ENDPOINT_URL", url),
                ("AWS_ACCESS_KEY_ID", key),
                ("AWS_SECRET_ACCESS_KEY", secret),
                ("AWS_ALLOW_HTTP", "true".to_owned()),
            ]
        })
    }

    /// Of what speaks as Google Cloud Storage does.
    #[track_caller]
    pub(super) fn google() -> Option<Self> {
        // Whom nobody asks for a token.
        let account = r#"{"client_email": "", "private_key": "", "private_key_id": "", "disable_oauth": true}"#;
        Self::of("bucket_server.py", &["google"], |url, _, _| {
            vec![
                ("GOOGLE_BASE_URL", url),
                ("GOOGLE_SERVICE_ACCOUNT_KEY", account.to_owned()),
                ("GOOGLE_SKIP_SIGNATURE", "true".to_owned()),
            ]
        })
    }

    /// Of Azure Blob Storage.
    #[track_caller]
    pub(super) fn azure() -> Option<Self> {
        let azurite = "store-parts/node_modules/azurite/dist/src/blob/main.js";
        let azurite = part(azurite, "tests/store-parts.sh")?;
        let azurite = azurite.to_str().unwrap();
        Self::of("azure_server.py", &[azurite], |url, account, key| {
            vec![
                ("AZURE_STORAGE_ENDPOINT", url),
                ("AZURE_STORAGE_ACCOUNT_NAME", account),
                ("AZURE_STORAGE_ACCOUNT_KEY", key),
                ("AZURE_ALLOW_HTTP", "true".to_owned()),
            ]
        })
    }

    #[track_caller]
    fn of(
        script: &str,
        arguments: &[&str],
        variables: impl Fn(String, String, String) -> Vec<(&'static str, String)>,
    ) -> Option<Self> {
        let python = part("store-parts/python/bin/python3", "tests/store-parts.sh")?;
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trial/machines");
        let mut server = Command::new(python)
            .arg(scripts.join(script))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut told = BufReader::new(server.stdout.take().unwrap());
        told.read_line(&mut line).unwrap();
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut word = || words.next().unwrap();
        let (url, key, secret) = (word(), word(), word());
        Some(Self {
            address: url.trim_start_matches("http://").to_owned(),
            variables: variables(url, key.clone(), secret.clone()),
            key,
            secret,
            server,
        })
    }

    /// What workers need to use it.
    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        self.variables.clone()
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
        // It ends what it started with its input, and may have ended already.
        drop(self.server.stdin.take());
        for _ in 0..50 {
            if self.server.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let _ended = self.server.kill();
        let _status = self.server.wait();
    }
}
