//! Notes what was not as expected, and makes the first of each kind an example. Off the hot path.

use serde_json::json;

use super::failures::{FailureKey, FirstOccurrence};
use super::request_attempt::RequestAttempt;
use super::worker::Worker;
use super::world::{Connector, LoadClock};
use crate::check::CaptureError;
use crate::engine::MailError;
use crate::engine::render::render;
use crate::engine::unanswered::unanswered;
use crate::model::{
    Exchange, Finding, Level, Manner, Mismatch, Request, Response, TransferError, Verdict,
};
use crate::record::ExchangeRecord;
use crate::suite::{CaptureFrom, MailStep, Values};
use crate::users_api::ApiCall;

impl<C: LoadClock, D: Connector> Worker<'_, C, D> {
    pub(super) fn note_unmet(
        &self,
        attempt: &RequestAttempt<'_>,
        finding: Finding,
        values: &Values,
        response: impl FnOnce() -> Response,
    ) {
        let kind = (FailureKey::of(&finding), Verdict::of_unmet(finding.level));
        self.note(attempt, kind, Some(finding), || {
            Some(self.example(attempt, values, Ok(response())))
        });
    }

    pub(super) fn note_lacking(
        &self,
        attempt: &RequestAttempt<'_>,
        lacking: &CaptureError,
        values: &Values,
        response: impl FnOnce() -> Response,
    ) {
        let expected = "a value for the operations that follow";
        let mismatch = Mismatch::new(&*lacking.wanted, expected, "nothing");
        let finding = self.history_finding(Level::Must, mismatch);
        let kind = (FailureKey::Lacking(lacking.wanted.clone()), Verdict::Broken);
        self.note(attempt, kind, Some(finding), || {
            Some(self.example(attempt, values, Ok(response())))
        });
    }

    /// A limiter refused a request, which says nothing of the operation.
    pub(super) fn note_limited(
        &self,
        attempt: &RequestAttempt<'_>,
        values: &Values,
        response: impl FnOnce() -> Response,
    ) {
        let mismatch = Mismatch::new(
            "limit on requests",
            "an answer of the target's own",
            "refused by a limiter",
        );
        let finding = self.history_finding(Level::Should, mismatch);
        self.note(
            attempt,
            (FailureKey::Limited, Verdict::Warn),
            Some(finding),
            || Some(self.example(attempt, values, Ok(response()))),
        );
    }

    /// A credential met a refusal that had lapsed, or was replaced at that moment. That is not held against the
    /// target; where nothing could renew it (`is_left`), the load says nothing.
    pub(super) fn note_lapsed(
        &self,
        attempt: &RequestAttempt<'_>,
        values: &Values,
        is_left: bool,
        response: impl FnOnce() -> Response,
    ) {
        let (level, verdict) = if is_left {
            (Level::Must, Verdict::Broken)
        } else {
            (Level::May, Verdict::Pass)
        };
        let mismatch = Mismatch::new(
            "credentials",
            "a session that has not lapsed",
            "it had lapsed, as its expireAt says, or was just replaced; the answer is not judged",
        );
        let finding = self.history_finding(level, mismatch);
        self.note(
            attempt,
            (FailureKey::Lapsed, verdict),
            Some(finding),
            || Some(self.example(attempt, values, Ok(response()))),
        );
    }

    pub(super) fn note_failed(
        &self,
        attempt: &RequestAttempt<'_>,
        error: &TransferError,
        values: &Values,
    ) {
        let own = self.call(attempt.index).and_then(ApiCall::proves);
        let finding = unanswered(&attempt.operation.exchange.expectations, own, error);
        let verdict = if self.job.limits_errors() {
            Verdict::Warn
        } else if finding.is_some() {
            Verdict::Fail
        } else {
            Verdict::Broken
        };
        let kind = (FailureKey::Failed(error.kind), verdict);
        self.note(attempt, kind, finding, || {
            Some(self.example(attempt, values, Err(error.clone())))
        });
    }

    /// No code came: the target's fault, unless the mailbox itself cannot be read.
    pub(super) fn note_no_mail(
        &self,
        waited: &RequestAttempt<'_>,
        mail: &MailStep,
        error: &MailError,
    ) {
        let verdict = match error {
            MailError::NotArrived { .. } | MailError::NoCode { .. } => {
                Verdict::of_unmet(mail.level)
            }
            MailError::Silent { .. } | MailError::Unusable { .. } => Verdict::Broken,
            // Others that were waited for in full have said it.
            MailError::GivenUp { .. } => return,
        };
        let mismatch = Mismatch::new(Finding::MAIL, Finding::MAILED_CODE, error.to_string());
        let place = &self.job.scenario.place;
        let finding = mismatch.finding(&mail.requirements, mail.level, place);
        let kind = (FailureKey::of(&finding), verdict);
        self.note(waited, kind, Some(finding), || None);
    }

    fn note(
        &self,
        attempt: &RequestAttempt<'_>,
        kind: (FailureKey, Verdict),
        finding: Option<Finding>,
        example: impl FnOnce() -> Option<ExchangeRecord>,
    ) {
        if self.job.settings.timeline().is_measured(attempt.due) {
            self.kinds
                .borrow_mut()
                .count(attempt.index, kind, || FirstOccurrence {
                    at: attempt.finished,
                    finding,
                    example: example(),
                });
        }
    }

    fn example(
        &self,
        attempt: &RequestAttempt<'_>,
        values: &Values,
        result: Result<Response, TransferError>,
    ) -> ExchangeRecord {
        self.learn_secrets(attempt.index, values);
        self.secrets.borrow_mut().keep();
        let template = &attempt.operation.exchange.request;
        // Of a request that could not be built, the error tells which value is missing.
        let request = render(template, values, &self.job.base_url).unwrap_or_else(|_| Request {
            method: template.method.clone(),
            path: String::new(),
            headers: Vec::new(),
            body: None,
            manner: Manner::default(),
        });
        let exchange = Exchange {
            number: 0,
            request,
            result,
            elapsed: attempt.elapsed(),
        };
        ExchangeRecord::new(&exchange, &self.job.base_url, &self.job.redactor)
    }

    /// What earlier operations captured under the name of a secret is one wherever it turns up.
    fn learn_secrets(&self, index: usize, values: &Values) {
        let mut parts = self.job.parts.iter();
        let range = parts.find(|part| part.operations.contains(&index));
        let operations = range.and_then(|part| {
            let all = &self.job.scenario.operations;
            all.get(part.operations.clone())
        });
        let steps = operations.unwrap_or_default().iter();
        for mail in steps
            .clone()
            .filter_map(|operation| operation.mail.as_ref())
        {
            if let Some(code) = values.get(mail.capture) {
                self.job.redactor.learn(code);
            }
        }
        for capture in steps.flat_map(|operation| &operation.exchange.captures) {
            if capture.secret
                && let Some(value) = values.get(capture.variable)
            {
                self.job.redactor.learn(value);
            }
            if let CaptureFrom::Pointer(pointer) = &capture.from
                && let Some((_, member)) = pointer.rsplit_once('/')
                && let Some(value) = values.get(capture.variable)
            {
                let named = json!({ member: value }).to_string();
                self.job.redactor.learn_from_body(named.as_bytes());
            }
        }
    }
}
