//! A run against a target that answers whatever breaks a terminal, a parser or a page.

use assize::model::{Exchange, Level, Outcome, Redactor, Response, TransferErrorKind, Verdict};
use assize::record::{CaseResult, Event, ExchangeRecord, LoadFinding, Record, RunInfo, Trouble};
use std::time::Duration;

use super::case::{broken, case, finding, found};
use super::{exchange, load, sample};

/// What acts on a terminal, ends a CDATA section, an attribute or an element, or turns the direction.
pub(crate) const TEXT: &str = "\0\u{1}\u{8}\u{1b}[2J\u{1b}]0;x\u{7}\r\n\u{7f}\u{9b}31m]]>\"'&amp;<script>alert(1)</script>\
    <img src=x onerror=alert(1)>--><!--\u{202e}\u{fffe}\u{ffff}|`#";

/// The length of the longest header of the run, in bytes.
pub(crate) const LONG: usize = 64 * 1024;

/// Bytes that are not UTF-8.
const NOT_UTF8: &[u8] = b"\xff\xfe\xc3\x28";

fn record() -> ExchangeRecord {
    let body = [TEXT.as_bytes(), NOT_UTF8, TEXT.as_bytes()].concat();
    let mut request = exchange::get("%3Cscript%3E");
    request.headers.push(("x-odd".into(), TEXT.into()));
    request.body = Some(body.clone());
    let exchange = Exchange {
        number: 0,
        request,
        result: Ok(Response {
            status: 500,
            headers: vec![
                (
                    "x-error".into(),
                    TEXT.repeat(LONG / TEXT.len() + 1).into_bytes(),
                ),
                (TEXT.into(), NOT_UTF8.to_vec()),
            ],
            body,
        }),
        elapsed: Duration::from_millis(3),
    };
    ExchangeRecord::new(&exchange, exchange::TARGET, &Redactor::new())
}

fn fails(id: &str) -> CaseResult {
    let must = finding(Level::Must, &["error.no-5xx"], TEXT, TEXT, TEXT);
    let should = finding(Level::Should, &["error.discreet"], TEXT, TEXT, TEXT);
    let case = case("odd]]>", id, TEXT, &["error.no-5xx", "error.discreet"]);
    found(case, vec![must, should], record())
}

fn breaks() -> CaseResult {
    let record = ExchangeRecord {
        error: Some(TEXT.into()),
        status: None,
        ..record()
    };
    broken(case("odd", "odd.broken", TEXT, &[]), record)
}

/// The run, with two cases of one name.
pub(crate) fn report() -> Record {
    let mut events = sample::finished(vec![fails("odd.fails"), fails("odd.fails"), breaks()]);
    let alias = finding(Level::Must, &["get.alias"], TEXT, TEXT, TEXT);
    let mut result = load::failing(alias, record());
    result.findings.push(LoadFinding {
        operation: TEXT.into(),
        count: 1,
        finding: None,
        transfer: Some(TransferErrorKind::Malformed),
        example: None,
        verdict: Verdict::Broken,
    });
    events.push(Event::LoadFinished(Box::new(result)));
    events.push(Event::Notice(TEXT.into()));
    events.push(Event::Trouble(Trouble {
        outcome: Outcome::Broken,
        text: TEXT.into(),
    }));
    let run = RunInfo {
        target: format!("http://127.0.0.1:9/{TEXT}"),
        ..sample::run("run")
    };
    sample::report(run, &events)
}
