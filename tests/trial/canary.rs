//! No secret of a run reaches any file or stream, although the target does its best to give them away.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::clean::Counted;
use crate::message::message;
use crate::tested::binary;

/// What the user gives that nobody may see.
const PASSWORD: &str = "mail box/p&ss<word>";
const PASSWORD_IN_URL: &str = "mail%20box%2Fp%26ss%3Cword%3E";
const KEY: &str = "canary-query-key-0815";
const LENT: &str = "canary-lent-bearer-4711";
/// What a gateway in front of the target asks for.
const GATEWAY: &str = "canary-gateway-subscription-2929";
/// What a balancer marks its clients with.
const COOKIE: &str = "canary-backend-7f3a";

/// Few cases, since each secret is looked for in every form in every file.
const CASES: &str = "get.alias,get.unknown,delete.bearer,delete.api-key,create.code";

/// So many of the latest secrets are given away by each answer.
const GIVEN_AWAY: usize = 6;

/// Those that are not of one run.
const GIVEN: usize = 6;

type Secrets = Arc<Mutex<Vec<String>>>;

/// A server between assize and the target, which puts secrets into answers.
struct Traitor {
    address: String,
    secrets: Secrets,
    /// Those of runs that have ended. Another process never learns of them, so they are given away no more.
    past: Vec<String>,
}

impl Traitor {
    fn start(target: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let given: [&str; GIVEN] = [PASSWORD, PASSWORD_IN_URL, KEY, LENT, GATEWAY, COOKIE];
        let secrets: Secrets = Arc::new(Mutex::new(given.map(str::to_owned).to_vec()));
        let known = secrets.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (target, known) = (target.clone(), known.clone());
                thread::spawn(move || betray(stream.unwrap(), &target, &known));
            }
        });
        Self {
            address,
            secrets,
            past: Vec::new(),
        }
    }

    /// A run has ended.
    fn renew(&mut self) {
        let mut known = self.secrets.lock().unwrap();
        self.past.extend(known.drain(GIVEN..));
    }
}

/// Passes a request on and answers it with more than the target's answer.
fn betray(client: TcpStream, target: &str, known: &Secrets) {
    let Some((head, body)) = message(&client) else {
        return;
    };
    let mut server = TcpStream::connect(target).unwrap();
    let kept = head.iter().filter(|line| !line.starts_with("connection"));
    let kept: Vec<&str> = kept.map(String::as_str).collect();
    let request = format!("{}\r\nconnection: close\r\n\r\n", kept.join("\r\n"));
    server.write_all(request.as_bytes()).unwrap();
    server.write_all(&body).unwrap();
    let (mut answer, mut body) = message(&server).unwrap();
    learn(known, &body);
    answer.retain(|line| !line.starts_with("connection"));
    if !head[0].contains("/inbox/") {
        let known = known.lock().unwrap();
        let latest = known.iter().rev().take(GIVEN_AWAY);
        let disguised: Vec<String> = latest.flat_map(|secret| disguises(secret)).collect();
        let echoes = disguised.iter().filter(|text| !text.contains('\n'));
        answer.extend(
            echoes
                .enumerate()
                .map(|(index, text)| format!("x-echo-{index}: {text}")),
        );
        answer.push(format!("set-cookie: route={COOKIE}; Path=/"));
        // Every read of a user fails, with everything in its body.
        if head[0].starts_with("GET /api/auth/v2/user") && answer[0].contains("200") {
            "HTTP/1.1 500 Internal Server Error".clone_into(&mut answer[0]);
            answer.retain(|line| !line.starts_with("content-"));
            body = disguised.join(" and ").into_bytes();
            answer.push(format!("content-length: {}", body.len()));
        }
    }
    let answer = format!("{}\r\nconnection: close\r\n\r\n", answer.join("\r\n"));
    let mut client = client;
    // A client that goes away is no matter of this server.
    drop(client.write_all(answer.as_bytes()));
    drop(client.write_all(&body));
}

fn learn(known: &Secrets, body: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let mut known = known.lock().unwrap();
    for member in ["bearer", "apiKey", "apiSecret", "code"] {
        if let Some(secret) = body[member].as_str()
            && !known.iter().any(|one| one == secret)
        {
            known.push(secret.to_owned());
        }
    }
}

fn each(secret: &str, form: fn(u8) -> String) -> String {
    secret.bytes().map(form).collect::<Vec<_>>().concat()
}

/// The secret in every form that it is looked for in.
fn disguises(secret: &str) -> Vec<String> {
    let (before, after) = secret.split_at(secret.len() / 2);
    let mut disguises = vec![
        secret.to_owned(),
        each(secret, |byte| format!("%{byte:02X}")),
        each(secret, |byte| format!("%{byte:02x}")),
        each(secret, |byte| format!("&#{byte};")),
        each(secret, |byte| format!("\\u{byte:04x}")),
        secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;"),
        serde_json::to_string(secret).unwrap(),
        format!("{before}\n{after}"),
        format!("{before}\r\n  {after}"),
    ];
    for offset in 0..3 {
        let text = format!("{}{secret}|", "x".repeat(offset));
        disguises.extend([STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)]);
    }
    disguises
}

/// Whether a text holds the secret in a form. Of base64 the characters are looked for that the secret
/// decides alone; a code of six digits, where it does not stand within a longer number or word.
pub(crate) fn holds(text: &str, secret: &str) -> Option<usize> {
    let forms = disguises(secret);
    let position = forms.iter().enumerate().position(|(index, form)| {
        let core = if index >= forms.len() - 6 {
            let form = form.trim_end_matches('=');
            &form[3..form.len() - 3]
        } else {
            form
        };
        let apart = |at: usize| {
            let near = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
            !text[..at].ends_with(near) && !text[at + core.len()..].starts_with(near)
        };
        let mut found = text.match_indices(core);
        found.any(|(at, _)| core.len() > 8 || apart(at))
    });
    let squeezed = || {
        text.split(['\n', '\r'])
            .map(str::trim)
            .collect::<Vec<_>>()
            .concat()
    };
    position.or_else(|| (secret.len() > 8 && squeezed().contains(secret)).then_some(99))
}

pub(crate) fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            found.push((path.display().to_string(), text));
        }
    }
}

pub(crate) struct Told {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) texts: Vec<(String, String)>,
}

impl Told {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            texts: Vec::new(),
        }
    }

    pub(crate) fn run(&mut self, arguments: &[&str], mailbox: &str) -> Output {
        let mut command = Command::new(binary());
        let output = command
            .current_dir(self.folder.path())
            .args(arguments)
            .envs([
                ("GITHUB_ACTIONS", "true"),
                ("GITHUB_STEP_SUMMARY", "summary.md"),
            ])
            .env_remove("XDG_STATE_HOME")
            .envs((!mailbox.is_empty()).then_some(("ASSIZE_MAILBOX", mailbox)))
            .env("ASSIZE_BEARER", LENT)
            .env(
                "ASSIZE_HEADER",
                format!("Ocp-Apim-Subscription-Key: {GATEWAY}"),
            )
            .output()
            .unwrap();
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.texts.push((format!("{name} of {arguments:?}"), text));
        }
        output
    }
}

impl Told {
    #[track_caller]
    fn assert_holds_none_of(&self, secrets: &[String]) {
        assert!(secrets.len() > 12, "{} secrets", secrets.len());
        let mut texts = self.texts.iter();
        let (_, results) = texts
            .find(|(name, _)| name.ends_with("results.json"))
            .unwrap();
        assert!(results.contains("x-echo-0") && results.contains("•••"));
        assert!(self.texts.len() > 15);
        for (index, secret) in secrets.iter().enumerate() {
            for (name, text) in &self.texts {
                // The secret itself must not be shown here either.
                let length = secret.len();
                let form = holds(text, secret);
                assert!(
                    form.is_none(),
                    "{name} holds secret {index} of {length} bytes in form {form:?}"
                );
            }
        }
    }
}

#[test]
fn no_secret_of_a_run_is_in_any_file_or_stream() {
    let counted = Counted::start();
    let base = counted.server.base_url();
    let target = base
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap();
    let mut traitor = Traitor::start(target.to_owned());
    let url = base.replace(target, &traitor.address);
    let inbox = counted.server.inbox_url().unwrap().replace(
        &format!("http://{target}"),
        &format!("http://ann:{PASSWORD_IN_URL}@{}", traitor.address),
    );
    let mailbox = inbox.replace('#', &format!("?key={KEY}#"));
    let mut told = Told::new();
    for (arguments, exit_code) in runs(&url) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = told.run(&arguments, &mailbox);
        traitor.renew();
        assert_eq!(output.status.code(), Some(exit_code), "{arguments:?}");
    }
    let lines: String = told.texts.iter().map(|(_, text)| text.as_str()).collect();
    for event in ["case-finished", "load-finished", "torn-down"] {
        assert!(lines.contains(&format!("\"event\":\"{event}\"")), "{event}");
    }
    // What a job publishes; the ledger is for the owner alone, and is told of elsewhere.
    assert!(told.folder.path().join(".assize").exists());
    files(&told.folder.path().join("reports"), &mut told.texts);
    let summary = std::fs::read_to_string(told.folder.path().join("summary.md"));
    told.texts.push(("summary.md".to_owned(), summary.unwrap()));

    traitor.past.extend(traitor.secrets.lock().unwrap().clone());
    told.assert_holds_none_of(&traitor.past);
    drop(counted.runtime);
}

/// What is run, one after the other, and how each ends: reads of users fail.
fn runs(url: &str) -> Vec<(Vec<String>, i32)> {
    let pace = "--rate 30/s --duration 1s --warm-up 0s --users 1";
    let mut lines = vec![
        // One at a time, so that assize has seen what the target gives away.
        (format!("check {url} --jobs 1 --case {CASES} -v"), 1),
        // Several at a time: what one is told may belong to another that has not been told it yet.
        (
            format!("check {url} --jobs 4 --case {CASES} --format ndjson --evidence all"),
            1,
        ),
        (
            format!("load {url} --scenario lookup,lifecycle {pace} --format ndjson"),
            1,
        ),
        (format!("load {url} --scenario lookup,lifecycle {pace}"), 1),
        (
            format!("run {url} --case create.code {pace} --format ndjson"),
            1,
        ),
    ];
    let formats = "html junit md ctrf sarif gitlab badge certificate";
    let rendered = formats
        .split(' ')
        .map(|format| (format!("report --to {format}"), 0));
    lines.extend(rendered);
    let words = |line: String| line.split(' ').map(str::to_owned).collect();
    let runs = lines.into_iter().map(|(line, code)| (words(line), code));
    runs.collect()
}
