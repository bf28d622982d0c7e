//! A server that notes what it was asked for, and by which worker.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::message::message;

/// What the server does besides.
#[derive(Clone, Copy, Default)]
pub(super) struct Manners {
    /// Answers wrongly to things whose name begins so.
    pub(super) wrong_for: Option<char>,
    /// Answers wrongly once.
    pub(super) wrong_once: bool,
    /// Stands still for this worker, once, from its so many'th request on for so long.
    pub(super) stalls: Option<(&'static str, usize, Duration)>,
}

#[derive(Default)]
struct Noted {
    /// The things that each worker asked for.
    asked: BTreeMap<String, Vec<String>>,
    was_wrong: bool,
    /// Until when it stands still for the worker that is stalled.
    still_until: Option<Instant>,
}

/// The server while the test runs.
pub(super) struct NotingServer {
    pub(super) url: String,
    noted: Arc<Mutex<Noted>>,
}

impl NotingServer {
    pub(super) fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let noted = Arc::new(Mutex::new(Noted::default()));
        let shared = noted.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, noted) = (stream.unwrap(), shared.clone());
                stream.set_nodelay(true).unwrap();
                thread::spawn(move || serve(&stream, manners, &noted));
            }
        });
        Self { url, noted }
    }

    /// All things that were asked for; each is asked for once.
    pub(super) fn things(&self) -> BTreeSet<String> {
        let noted = self.noted.lock().unwrap();
        let all: Vec<String> = noted.asked.values().flatten().cloned().collect();
        let set: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), set.len(), "something was asked for twice");
        set
    }

    /// How many things a worker asked for.
    pub(super) fn asked_by(&self, worker: &str) -> usize {
        let noted = self.noted.lock().unwrap();
        noted.asked.get(worker).map_or(0, Vec::len)
    }
}

/// Answers on one connection until it is closed.
fn serve(mut stream: &TcpStream, manners: Manners, noted: &Mutex<Noted>) {
    while let Some((head, _)) = message(stream) {
        let thing = head[0]
            .split(' ')
            .nth(1)
            .and_then(|path| path.strip_prefix("/things/"));
        let field = |name: &str| {
            let mut fields = head.iter().filter_map(|line| line.split_once(": "));
            fields
                .find(|(one, _)| one.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        let worker = field("x-worker").unwrap_or("nobody").to_owned();
        let status = thing.map_or("404 Not Found", |thing| {
            let wait = note(thing, &worker, manners, noted);
            thread::sleep(wait.saturating_duration_since(Instant::now()));
            let mut noted = noted.lock().unwrap();
            let is_wrong = manners
                .wrong_for
                .is_some_and(|wrong| thing.starts_with(wrong))
                || (manners.wrong_once && !std::mem::replace(&mut noted.was_wrong, true));
            if is_wrong {
                "500 Internal Server Error"
            } else {
                "200 OK"
            }
        });
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Notes a request, and tells until when its answer must wait.
fn note(thing: &str, worker: &str, manners: Manners, noted: &Mutex<Noted>) -> Instant {
    let mut noted = noted.lock().unwrap();
    let asked = noted.asked.entry(worker.to_owned()).or_default();
    asked.push(thing.to_owned());
    let count = asked.len();
    let now = Instant::now();
    let Some((who, from, length)) = manners.stalls.filter(|(who, ..)| *who == worker) else {
        return now;
    };
    debug_assert_eq!(who, worker);
    if count == from {
        noted.still_until = Some(now + length);
    }
    noted.still_until.unwrap_or(now)
}
