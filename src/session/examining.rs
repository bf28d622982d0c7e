//! Looks at the way to a target layer by layer, and tells what stands in the way of a run.

use std::time::Duration;

use super::failure::Failure;
use super::target::TargetPlan;
use crate::diagnosis::RunShape;
use crate::edge::{Greeting, HttpClient, greet};
use crate::engine::{Clock, Transport, advice, is_http};
use crate::model::{Answer, Exchange, Response, TransferError, date_of, header_text};
use crate::record::{CaseResult, Phase, Record};
use crate::report::CheckupLine;
use crate::suite::{Generation, Generator};
use crate::users_api::FixtureCall;

const NAMES: &str = "names";
const TCP: &str = "TCP";
const TLS: &str = "TLS";
const HTTP: &str = "HTTP";
const CLOCK: &str = "clock";
const BASE_PATH: &str = "base path";
const MAILBOX: &str = "mailbox";

/// The path at which the document has the API.
const USUAL_PATH: &str = "/api/auth/v2";
/// Where the values of what is sent here come from.
const SCOPE: &str = "doctor";
/// Further apart, clocks confuse whoever compares times: in seconds.
const APART_S: u64 = 5;
/// What was found on the way to a target.
pub(crate) struct ExaminedWay {
    pub(crate) lines: Vec<CheckupLine>,
    /// Whether something speaks HTTP there, so that it can be asked more.
    pub(crate) is_open: bool,
}

/// Looks at names, TCP, TLS, HTTP and the clock of a target, up to the first that fails.
pub(crate) async fn examine_way(
    plan: &TargetPlan,
    generation: &Generation,
    clock: &dyn Clock,
) -> Result<ExaminedWay, Failure> {
    let Some(url) = plan.url() else {
        let text = "none is named, so the server inside assize is looked at";
        return Ok(ExaminedWay {
            lines: vec![CheckupLine::untried("target", text)],
            is_open: true,
        });
    };
    let mut lines = Vec::new();
    if plan.gate().is_direct() {
        let found = direct(plan, url, &mut lines).await;
        if !found {
            return Ok(closed(lines));
        }
    } else {
        let through = "a proxy is between, which looks up the name and connects";
        lines.extend([NAMES, TCP, TLS].map(|what| CheckupLine::untried(what, through)));
    }
    let client = HttpClient::through(&plan.gate().http_way(), url, plan.limits)?;
    let id = generation.value(Generator::Uuid, SCOPE, "uuid", 0);
    let exchange = client.send(FixtureCall::reach(&id).request).await;
    match &exchange.result {
        Ok(answer) => {
            lines.push(CheckupLine::well(HTTP, answered(&exchange, answer)));
            lines.push(clock_line(answer, clock));
        }
        Err(error) if is_http(error.kind) => {
            lines.push(CheckupLine::well(HTTP, error.detail.clone()));
            lines.push(CheckupLine::untried(CLOCK, "no answer was understood"));
        }
        Err(error) => {
            lines.push(failed(HTTP, error));
            return Ok(closed(lines));
        }
    }
    Ok(ExaminedWay {
        lines,
        is_open: true,
    })
}

/// Names, TCP and TLS; whether all of them are well.
async fn direct(plan: &TargetPlan, url: &str, lines: &mut Vec<CheckupLine>) -> bool {
    let addresses = match &plan.addresses {
        Ok(addresses) => addresses,
        Err(error) => {
            let told =
                format!("{error}; check the host name, and the resolver in /etc/resolv.conf");
            lines.push(CheckupLine::failed(NAMES, &told));
            return false;
        }
    };
    let written: Vec<String> = addresses.iter().map(|one| one.ip().to_string()).collect();
    lines.push(CheckupLine::well(
        NAMES,
        format!("{} is {}", host(url), written.join(", ")),
    ));
    let gate = plan.gate();
    let wanted = gate.protocol;
    let Greeting { connection, tls } =
        greet(url, addresses, (&gate.tls, wanted), plan.connect_timeout()).await;
    match connection {
        Ok(took) => {
            let text = format!("connected in {:.1} ms", took.as_secs_f64() * 1e3);
            lines.push(CheckupLine::well(TCP, text));
        }
        Err(error) => {
            lines.push(failed(TCP, &error));
            return false;
        }
    }
    match tls {
        None => lines.push(CheckupLine::untried(TLS, "the URL asks for plain HTTP")),
        Some(Ok(terms)) if plan.is_unverified() => {
            let told = format!(
                "{terms}, and the certificate was not verified; leave out --insecure where you can, --ca FILE trusts an authority of your own"
            );
            lines.push(CheckupLine::doubtful(TLS, &told));
        }
        Some(Ok(terms)) => {
            let text = format!("{terms}; the certificate is trusted");
            lines.push(CheckupLine::well(TLS, text));
        }
        Some(Err(error)) => {
            lines.push(failed(TLS, &error));
            return false;
        }
    }
    true
}

fn host(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    let authority = behind.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn failed(what: &'static str, error: &TransferError) -> CheckupLine {
    CheckupLine::failed(what, &format!("{}{}", error.detail, advice(error.kind)))
}

/// Names what was not looked at, too.
fn closed(mut lines: Vec<CheckupLine>) -> ExaminedWay {
    for what in [NAMES, TCP, TLS, HTTP, CLOCK, BASE_PATH, MAILBOX] {
        if lines.iter().all(|line| line.what != what) {
            lines.push(CheckupLine::untried(
                what,
                "not looked at, as it needs the one above",
            ));
        }
    }
    ExaminedWay {
        lines,
        is_open: false,
    }
}

fn answered(exchange: &Exchange, answer: &Response) -> String {
    let took = exchange.elapsed.as_secs_f64() * 1e3;
    let answered = (answer, exchange.elapsed);
    let server = answered.header("server").next().map(header_text);
    let server = server.map_or_else(String::new, |name| format!(" by {name}"));
    format!("answered {}{server} in {took:.1} ms", answer.status)
}

fn clock_line(answer: &Response, clock: &dyn Clock) -> CheckupLine {
    let Some(theirs) = date_of(&(answer, Duration::ZERO)) else {
        let text =
            "the target sends no Date, so expireAt is held against the clock of this machine";
        return CheckupLine::untried(CLOCK, text);
    };
    let ours = clock.unix_seconds();
    let apart = ours.abs_diff(theirs);
    if apart <= APART_S {
        return CheckupLine::well(CLOCK, format!("{apart} s apart from that of this machine"));
    }
    let side = if theirs > ours { "ahead of" } else { "behind" };
    let told = format!(
        "the target's clock is {apart} s {side} that of this machine; let both follow a time server: certificates and expireAt depend on it"
    );
    CheckupLine::doubtful(CLOCK, &told)
}

/// Of an API that has no users nothing more is asked.
pub(crate) fn foreign_line() -> CheckupLine {
    let text = "the suites are of another API, and no user of it is made";
    CheckupLine::untried(MAILBOX, text)
}

/// What the run of one case, which makes a user and deletes it, shows of the API and of the mailbox.
pub(crate) async fn contract_lines(
    record: &Record,
    plan: &TargetPlan,
    generation: &Generation,
) -> Vec<CheckupLine> {
    let mut shapes = record.diagnoses.iter();
    let shape = shapes.find(|found| found.shape != RunShape::MailsStopped);
    if let Some(shape) = shape.filter(|_| record.totals.pass == 0) {
        let elsewhere = match shape.shape {
            RunShape::Elsewhere | RunShape::Page | RunShape::Refused => {
                found_elsewhere(plan, generation).await
            }
            _ => None,
        };
        let told = match elsewhere {
            Some(url) => format!("{}; the API answers at {url}: name that", shape.sentence),
            None => shape.told(),
        };
        return vec![
            CheckupLine::failed(BASE_PATH, &told),
            CheckupLine::untried(MAILBOX, "not looked at, as it needs the API"),
        ];
    }
    vec![
        CheckupLine::well(BASE_PATH, "what answers there behaves as the API"),
        mailbox_line(record),
    ]
}

/// Another base URL of the same host at which the API answers, if there is one: it refuses an unreadable create.
async fn found_elsewhere(plan: &TargetPlan, generation: &Generation) -> Option<String> {
    let url = plan.url()?;
    let path_at = url.find("://").map_or(0, |at| at + 3);
    let origin = url[path_at..]
        .find('/')
        .map_or(url, |at| &url[..path_at + at]);
    let token = generation.value(Generator::Token, SCOPE, "token", 0);
    for base in [
        format!("{origin}{USUAL_PATH}"),
        format!("{url}{USUAL_PATH}"),
    ] {
        let way = plan.gate().http_way();
        let client = HttpClient::through(&way, &base, plan.limits).ok()?;
        let [_, unreadable, ..] = FixtureCall::questions(&token);
        let answer = client.send(unreadable.request).await.result.ok();
        if answer.is_some_and(|answer| answer.status == 400) {
            return Some(base);
        }
    }
    None
}

fn mailbox_line(record: &Record) -> CheckupLine {
    let left = record.accounts.made.saturating_sub(record.accounts.removed);
    let left = match left {
        0 => String::new(),
        some => format!("; then `assize clean`, since {some} account is left at the target"),
    };
    if record.run.mailbox.is_none() {
        let told = "none is given, so most of the contract is skipped: it needs users who are verified by mail; give --mailbox, whose forms docs/mailboxes.md lists";
        return CheckupLine::doubtful(MAILBOX, told);
    }
    if let Some(trouble) = record.troubles.first() {
        return CheckupLine::failed(MAILBOX, &format!("{}{left}", trouble.text));
    }
    let Some(case) = record.cases.first() else {
        return CheckupLine::untried(MAILBOX, "no user was made");
    };
    if judged(case) {
        let took = case.duration_ms;
        let deleted = if left.is_empty() {
            "its user was made and deleted"
        } else {
            "its user was made"
        };
        let text =
            format!("a mail was fetched and its code accepted: {deleted} in {took:.0} ms{left}");
        return CheckupLine::well(MAILBOX, text);
    }
    let finding = case.findings().next();
    let finding = finding.map(|one| {
        format!(
            "{}: expected {}, got {}",
            one.subject, one.expected, one.actual
        )
    });
    let reason = case.reason.as_ref().map(|reason| reason.text.clone());
    let told = reason.or(finding).unwrap_or_default();
    CheckupLine::failed(
        MAILBOX,
        &format!("no user could be made and verified: {told}; `assize check` says more{left}"),
    )
}

/// Whether the user of a case was there, so that what the case is about was tried.
fn judged(case: &CaseResult) -> bool {
    let mut steps = case.steps.iter();
    steps.any(|step| step.phase == Phase::Judged && step.status.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(date: &str) -> Response {
        Response {
            status: 200,
            headers: vec![("date".to_owned(), date.as_bytes().to_vec())],
            body: Vec::new(),
        }
    }

    struct At(i64);

    #[async_trait::async_trait]
    impl Clock for At {
        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }

        fn unix_seconds(&self) -> i64 {
            self.0
        }

        async fn sleep(&self, _: Duration) {}
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_side() {
        let date = answer("Sun, 06 Nov 1994 08:49:37 GMT");
        let at = |second| clock_line(&date, &At(784_111_777_i64 + second)).text();
        assert!(at(5).starts_with("✓ clock"), "{}", at(5));
        assert!(at(60).contains("60 s behind"), "{}", at(60));
        assert!(at(-90).contains("90 s ahead of"), "{}", at(-90));
        let none = clock_line(&answer("yesterday"), &At(0)).text();
        assert!(none.starts_with("– clock"), "{none}");
    }

    #[test]
    fn the_host_of_a_url_stands_without_its_port() {
        assert_eq!(host("http://a.example:81/x"), "a.example");
        assert_eq!(host("http://[::1]:81/x"), "[::1]");
        assert_eq!(host("https://a.example/x:y"), "a.example");
    }
}
