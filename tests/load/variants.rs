//! One table of answers, byte for byte, and what both engines make of each: the same, in the same words.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use assize::edge::{HttpClient, HttpLimits};
use assize::engine::Transport;
use assize::engine::load::ScenarioPart;
use assize::model::{Request, TransferErrorKind};
use assize::record::LoadResult;

use super::server::next_user;
use super::{job, run};

const TABLE: &str = include_str!("wire_variants.txt");

/// Set, the table is printed with what the engines make of it.
const SHOW: &str = "ASSIZE_SHOW_VARIANTS";

/// How long an answer may take, and one that does not come.
const LIMIT: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_millis(500);

/// Variants at once.
const AT_ONCE: usize = 4;

const OK: &str = "HTTP/1.1 200 OK\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const BODY: &str = "{\"alias\":\"alias-0\"}";

/// What follows the bytes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Keep,
    Close,
    Reset,
    Hold,
}

/// A row of the table.
#[derive(Debug)]
struct Variant {
    name: &'static str,
    then: Then,
    outcome: &'static str,
    bytes: Vec<u8>,
}

fn variants() -> Vec<Variant> {
    let rows = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(variant).collect()
}

fn variant(row: &'static str) -> Variant {
    let mut cells = row.splitn(4, " | ");
    let mut cell = || {
        cells
            .next()
            .unwrap_or_else(|| unreachable!("too few cells: {row}"))
    };
    let (name, then, outcome) = (cell(), cell(), cell());
    let then = match then {
        "keep" => Then::Keep,
        "close" => Then::Close,
        "reset" => Then::Reset,
        "hold" => Then::Hold,
        other => unreachable!("{other} follows nothing"),
    };
    Variant {
        name,
        then,
        outcome,
        bytes: bytes(cell()),
    }
}

/// The bytes of a cell, in which marks stand for some.
fn bytes(cell: &str) -> Vec<u8> {
    let chunked = format!("{OK}{JSON}Transfer-Encoding: chunked\r\n\r\n");
    let cell = cell
        .replace("{ok}", OK)
        .replace("{json}", JSON)
        .replace("{len}", "Content-Length: 19\r\n")
        .replace("{chunked}", &chunked)
        .replace("{chunk}", &format!("13\r\n{BODY}\r\n"))
        .replace("{body}", BODY)
        .replace("{nothing}", "");
    let repeat = regex::Regex::new("<([0-9]+)[*]([^>]*)>").unwrap();
    let cell = repeat.replace_all(&cell, |found: &regex::Captures<'_>| {
        found[2].repeat(found[1].parse().unwrap())
    });
    let escape = regex::bytes::Regex::new(r"\\(?:x([0-9a-f]{2})|(.))").unwrap();
    let bytes = escape.replace_all(cell.as_bytes(), |found: &regex::bytes::Captures<'_>| {
        let hex = |hex: regex::bytes::Match<'_>| {
            u8::from_str_radix(std::str::from_utf8(hex.as_bytes()).unwrap(), 16).unwrap()
        };
        let byte = match found.get(2).map(|one| one.as_bytes()) {
            None => hex(found.get(1).unwrap()),
            Some(b"r") => b'\r',
            Some(b"n") => b'\n',
            Some(b"t") => b'\t',
            Some(b"0") => 0,
            Some(other) => unreachable!("no escape: {other:?}"),
        };
        vec![byte]
    });
    bytes.into_owned()
}

/// A server that answers every request so, and gives its address.
async fn start(variant: &Variant) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (then, bytes) = (variant.then, Arc::new(variant.bytes.clone()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, then, bytes.clone()));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, then: Then, bytes: Arc<Vec<u8>>) {
    stream.set_nodelay(true).unwrap();
    while next_user(&mut stream).await.is_some() {
        // Whether the other end still wants it is not the server's business.
        drop(stream.write_all(&bytes).await);
        match then {
            Then::Keep => {}
            Then::Close => return,
            Then::Reset => {
                // What was sent before is to be read before.
                tokio::time::sleep(Duration::from_millis(20)).await;
                return stream.set_zero_linger().unwrap();
            }
            Then::Hold => while stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {},
        }
    }
}

/// What a check makes of it.
async fn checked(address: &str, limit: Duration) -> String {
    let limits = HttpLimits {
        connect: LIMIT,
        exchange: limit,
        body: 10_000,
        pause: Duration::ZERO,
    };
    let client = HttpClient::new(&format!("http://{address}/base"), limits).unwrap();
    let request = Request {
        method: "GET".to_owned(),
        path: "/user/id-0".to_owned(),
        headers: Vec::new(),
        body: None,
        manner: assize::model::Manner::default(),
    };
    match client.send(request).await.result {
        Ok(answer) if is_right(&answer) => "fine".to_owned(),
        Ok(answer) => answer.status.to_string(),
        Err(error) => words(error.kind, &error.detail),
    }
}

fn is_right(answer: &assize::model::Response) -> bool {
    let is_json = |(name, value): &(String, Vec<u8>)| {
        name.eq_ignore_ascii_case("content-type") && value == b"application/json"
    };
    let has_coding = |(name, value): &(String, Vec<u8>)| {
        name.eq_ignore_ascii_case("content-encoding") && value != b"identity"
    };
    let is_accepted = matches!(answer.status, 200 | 202);
    is_accepted
        && answer.body == BODY.as_bytes()
        && answer.headers.iter().any(is_json)
        && !answer.headers.iter().any(has_coding)
}

fn words(kind: TransferErrorKind, detail: &str) -> String {
    format!("{kind}: {detail}")
}

/// What a load of one request makes of it.
async fn loaded(address: &str, limit: Duration) -> String {
    let mut job = job(address, "20/s", 1, Duration::from_millis(50));
    let user = job.parts[0].users[0].clone();
    job.parts = vec![ScenarioPart::whole(&job.scenario, vec![user])];
    job.settings.timeout = limit;
    outcome(&run(job).await)
}

fn outcome(result: &LoadResult) -> String {
    if (result.answered, result.conforming) == (1, 1) {
        return "fine".to_owned();
    }
    let found = result.findings.iter().find(|found| found.example.is_some());
    let Some(found) = found else {
        return format!("{result:?}");
    };
    let example = found.example.as_ref().unwrap();
    match (found.transfer, &example.error, example.status) {
        (Some(kind), Some(error), _) => words(kind, error),
        (None, None, Some(status)) => status.to_string(),
        _ => format!("{found:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_make_the_same_of_every_variant() {
    let variants = variants();
    assert!(variants.len() >= 140, "{}", variants.len());
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let runs: Vec<_> = variants
        .into_iter()
        .map(|variant| {
            let at_once = Arc::clone(&at_once);
            tokio::spawn(async move {
                let _permit = at_once.acquire().await.unwrap();
                let address = start(&variant).await;
                let limit = match variant.then {
                    Then::Hold => SILENCE,
                    Then::Keep | Then::Close | Then::Reset => LIMIT,
                };
                let both = (
                    checked(&address, limit).await,
                    loaded(&address, limit).await,
                );
                (variant, both)
            })
        })
        .collect();
    let mut wrong = String::new();
    for run in runs {
        let (variant, (checked, loaded)) = run.await.unwrap();
        if std::env::var_os(SHOW).is_some() {
            println!("{} | {checked} | {loaded}", variant.name);
        }
        if checked != variant.outcome || loaded != variant.outcome {
            writeln!(
                wrong,
                "{}: expected {}\n    check: {checked}\n    load:  {loaded}",
                variant.name, variant.outcome
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
