//! Notes what was not as expected, and makes the first of each kind an example. Off the hot path.

use serde_json::json;

use super::iteration::Turn;
use super::kinds::{First, Kind};
use super::shift::Shift;
use super::world::{Connector, LoadClock};
use crate::check::CaptureError;
use crate::engine::render::render;
use crate::model::{Exchange, Finding, Level, Request, Response, TransferError, Verdict};
use crate::report::ExchangeRecord;
use crate::suite::{CaptureFrom, Values};

impl<C: LoadClock, D: Connector> Shift<'_, C, D> {
    pub(super) fn note_unmet(
        &self,
        turn: &Turn<'_>,
        finding: Finding,
        values: &Values,
        response: impl FnOnce() -> Response,
    ) {
        let kind = (Kind::of(&finding), Verdict::of_unmet(finding.level));
        self.note(turn, kind, Some(finding), || {
            self.example(turn, values, Ok(response()))
        });
    }

    pub(super) fn note_lacking(
        &self,
        turn: &Turn<'_>,
        lacking: &CaptureError,
        values: &Values,
        response: impl FnOnce() -> Response,
    ) {
        let finding = Finding {
            requirements: Vec::new(),
            level: Level::Must,
            subject: lacking.wanted.clone(),
            expected: "a value for the operations that follow".to_owned(),
            actual: "nothing".to_owned(),
            instance_path: None,
            schema_path: None,
            place: self.job.scenario.place.clone(),
        };
        let kind = (Kind::Lacking(lacking.wanted.clone()), Verdict::Broken);
        self.note(turn, kind, Some(finding), || {
            self.example(turn, values, Ok(response()))
        });
    }

    pub(super) fn note_failed(&self, turn: &Turn<'_>, error: &TransferError, values: &Values) {
        let kind = (Kind::Failed(error.kind), self.job.failed_transfer());
        self.note(turn, kind, None, || {
            self.example(turn, values, Err(error.clone()))
        });
    }

    fn note(
        &self,
        turn: &Turn<'_>,
        kind: (Kind, Verdict),
        finding: Option<Finding>,
        example: impl FnOnce() -> ExchangeRecord,
    ) {
        if self.job.settings.timeline().is_measured(turn.due) {
            self.kinds.borrow_mut().count(turn.index, kind, || First {
                at: turn.finished,
                finding,
                example: example(),
            });
        }
    }

    fn example(
        &self,
        turn: &Turn<'_>,
        values: &Values,
        result: Result<Response, TransferError>,
    ) -> ExchangeRecord {
        self.learn_secrets(values);
        let template = &turn.operation.exchange.request;
        // Of a request that could not be built, the error tells which value is missing.
        let request = render(template, values).unwrap_or_else(|_| Request {
            method: template.method.clone(),
            path: String::new(),
            headers: Vec::new(),
            body: None,
        });
        let exchange = Exchange {
            request,
            result,
            elapsed: turn.elapsed(),
        };
        ExchangeRecord::new(&exchange, &self.job.base_url, &self.job.redactor)
    }

    /// What earlier operations captured under the name of a secret is one wherever it turns up.
    fn learn_secrets(&self, values: &Values) {
        let steps = self.job.scenario.operations.iter();
        for capture in steps.flat_map(|operation| &operation.exchange.captures) {
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
