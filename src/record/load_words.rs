//! What every report says of a load in the same words.

use super::load_result::{Arrivals, LoadResult};
use super::operation_result::OperationResult;
use super::quantity::{self, things};
use crate::model::Protocol;

/// How many connections there were, and over which version of HTTP, if not the usual one.
pub(crate) fn carriers(load: &LoadResult) -> String {
    match load.protocol {
        Protocol::Http1 => things(load.connections, "connection"),
        Protocol::Http2 => format!(
            "{} of HTTP/2 with {} each",
            things(load.connections, "connection"),
            things(load.streams, "stream"),
        ),
    }
}

/// What else is to be said of a load, each under the name of its property.
pub(crate) fn remarks(load: &LoadResult) -> impl Iterator<Item = (&'static str, String)> {
    let remarks = [
        ("load.limited", limited(load)),
        ("load.mails", mails(load)),
        ("load.resent", resent(load)),
    ];
    let remarks = remarks.into_iter();
    remarks.filter_map(|(name, remark)| Some((name, remark?)))
}

/// How long mailed codes took, and how many never came; none if there were none to wait for.
fn mails(load: &LoadResult) -> Option<String> {
    let mails = load.mails.as_ref()?;
    let missing = match mails.missing {
        0 => "none is missing".to_owned(),
        missing => format!("{} never came", quantity::count(missing)),
    };
    let (wait, micros) = (&mails.wait, quantity::micros);
    if wait.count() == 0 {
        return Some(format!("mailed codes: {missing}"));
    }
    Some(format!(
        "{} mailed codes came, p50 {}, p99 {}, max {} after the create; {missing}",
        quantity::count(wait.count()),
        micros(wait.at_us(0.5)),
        micros(wait.at_us(0.99)),
        micros(wait.max_us()),
    ))
}

/// What became of an operation that has no answer.
pub(crate) fn unanswered(operation: &OperationResult) -> &'static str {
    if operation.errors.is_empty() {
        "no request of it ended"
    } else {
        "no answer"
    }
}

/// Iterations that never started, and why; none if there are none.
pub(crate) fn unstarted(load: &LoadResult) -> Option<String> {
    let iterations = things(
        usize::try_from(load.unstarted).unwrap_or(usize::MAX),
        "iteration",
    );
    match (load.unstarted, load.refused) {
        (0, _) => None,
        (_, 0) => Some(format!("{iterations} never started")),
        (_, refused) => Some(format!(
            "{iterations} never started, {} of them because {} waited already",
            quantity::count(refused),
            quantity::count(load.queue as u64),
        )),
    }
}

/// Requests that a limiter refused, and the rate that it let through; none if there are none.
pub(crate) fn limited(load: &LoadResult) -> Option<String> {
    let requests = match load.limited {
        0 => return None,
        1 => "1 request was".to_owned(),
        many => format!("{} requests were", quantity::count(many)),
    };
    let advice = match let_through(load) {
        Some(rate) if rate >= 1.0 => format!("give --rate {}", quantity::rate(rate.floor())),
        _ => "ask less often".to_owned(),
    };
    Some(format!(
        "{requests} refused by a limiter, of {} answered; {advice}, or raise the limit",
        quantity::count(load.answered)
    ))
}

/// Iterations a second that a limiter let through, if that can be told.
fn let_through(load: &LoadResult) -> Option<f64> {
    let passed = quantity::float(load.answered.saturating_sub(load.limited));
    let share = passed / quantity::float(load.answered.max(1));
    match &load.arrivals {
        Arrivals::Open { rate } => Some(rate * share),
        Arrivals::Closed if load.operations.len() == 1 && load.duration_s > 0.0 => {
            Some(passed / load.duration_s)
        }
        Arrivals::Closed | Arrivals::Shaped { .. } => None,
    }
}

/// Requests that were sent again; none if there are none.
fn resent(load: &LoadResult) -> Option<String> {
    let requests = match load.resent {
        0 => return None,
        1 => "1 request was".to_owned(),
        many => format!("{} requests were", quantity::count(many)),
    };
    Some(format!(
        "{requests} sent again, because the target had closed the idle connection"
    ))
}

/// Which times tell of assize and not of the target, and why; none if all tell of the target.
pub(crate) fn unsound(load: &LoadResult) -> Option<String> {
    let shortage = load.generator.invalid()?;
    let told = load.generator.told();
    Some(format!("of its times {told}: {}", shortage.text))
}

/// How requests count that were not answered; none if all were.
pub(crate) fn counted(load: &LoadResult) -> Option<String> {
    let failed: u64 = load.operations.iter().map(without_answer).sum();
    if failed == 0 && load.unstarted == 0 && load.cut_off == 0 {
        return None;
    }
    Some(
        "the response times count every request: one without an answer with what it lasted and at least \
         its time limit, one that never started with its wait"
            .to_owned(),
    )
}

/// Requests of an operation that ended without an answer.
fn without_answer(operation: &OperationResult) -> u64 {
    operation.errors.values().sum()
}

/// Whether the times of its answers differ from those of all requests.
pub(crate) fn answers_differ(operation: &OperationResult) -> bool {
    operation.answers.count() > 0 && operation.answers.count() < operation.response.count()
}

/// How much of the answers was judged.
pub(crate) fn judged(load: &LoadResult) -> String {
    if load.judged == load.answered {
        "all judged in full".to_owned()
    } else if load.judged == 0 {
        "judged by their status only".to_owned()
    } else {
        format!(
            "{} judged in full and the others by their status only",
            quantity::count(load.judged)
        )
    }
}
