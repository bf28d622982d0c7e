//! One iteration: every operation of the scenario once, each judged and counted.

use std::time::Duration;

use super::shift::Shift;
use super::world::{Connection, Connector, LoadClock};
use crate::check::{Context, Subject, capture, judge};
use crate::load::{NANOS_PER_SECOND, Reply, Sample, Slot};
use crate::model::{Answer, Level, TransferError, TransferErrorKind};
use crate::suite::{Operation, Values};

/// One operation under way.
pub(super) struct Turn<'a> {
    /// Its position in the scenario.
    pub(super) index: usize,
    pub(super) operation: &'a Operation,
    pub(super) due: u64,
    pub(super) started: u64,
    pub(super) finished: u64,
}

impl Turn<'_> {
    pub(super) const fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.finished.saturating_sub(self.started))
    }

    const fn sample(&self, reply: Reply) -> Sample {
        Sample {
            operation: self.index,
            due: self.due,
            started: self.started,
            finished: self.finished,
            reply,
        }
    }
}

/// The values of an iteration.
enum Held<'a> {
    /// Those of its user, which nothing changes.
    Shared(&'a Values),
    /// Its own, to which operations add what they capture.
    Own(Values),
}

impl Held<'_> {
    const fn get(&self) -> &Values {
        match self {
            Self::Shared(values) => values,
            Self::Own(values) => values,
        }
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    GoOn,
    /// What follows rests on it, so the rest of the iteration is skipped.
    Skip,
    /// Nothing could even be sent.
    Unsent,
}

/// How an iteration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IterationEnd {
    /// As an iteration should, or with something that was not as expected.
    Ended,
    /// Nothing could even be sent.
    Unsent,
}

impl<C: LoadClock, D: Connector> Shift<'_, C, D> {
    /// Runs an iteration.
    pub(super) async fn iterate(&self, connection: &mut D::Connection, slot: Slot) -> IterationEnd {
        let values = match self.job.user_values(slot.index) {
            Some(values) if self.fixed_values => Held::Shared(values),
            _ => Held::Own(self.job.iteration_values(slot.index)),
        };
        self.operations(connection, slot, values).await
    }

    async fn operations(
        &self,
        connection: &mut D::Connection,
        slot: Slot,
        mut values: Held<'_>,
    ) -> IterationEnd {
        let mut due = slot.due;
        for (index, operation) in self.job.scenario.operations.iter().enumerate() {
            let started = self.clock.now();
            let result = connection.exchange(index, values.get(), started).await;
            let turn = Turn {
                index,
                operation,
                due,
                started,
                finished: self.clock.now(),
            };
            due = turn.finished;
            let end = match result {
                Ok(()) => self.answered(&turn, connection, &mut values),
                Err(error) => self.failed(&turn, &error, values.get()),
            };
            match end {
                End::GoOn => {}
                End::Skip => return IterationEnd::Ended,
                End::Unsent => return IterationEnd::Unsent,
            }
        }
        IterationEnd::Ended
    }

    fn answered(&self, turn: &Turn<'_>, connection: &D::Connection, values: &mut Held<'_>) -> End {
        let step = &turn.operation.exchange;
        let answer = connection.answer(turn.elapsed());
        let context = Context {
            values: values.get(),
            unix_now: self.unix_seconds(turn.finished),
        };
        let subject = Subject::new(&answer);
        let findings = judge(&step.expectations, &subject, context);
        let gravest = findings.iter().map(|finding| finding.level).max();
        let violated = gravest == Some(Level::Must);
        let lacking = match values {
            Held::Own(values) if !violated => capture(&step.captures, &subject, values).err(),
            _ => None,
        };
        self.record(&turn.sample(Reply::Answered {
            status: answer.status(),
            conforming: gravest.is_none_or(|level| level == Level::May) && lacking.is_none(),
        }));
        for finding in findings {
            self.note_unmet(turn, finding, values.get(), || connection.response());
        }
        match lacking {
            Some(lacking) => {
                self.note_lacking(turn, &lacking, values.get(), || connection.response());
                End::Skip
            }
            None if violated => End::Skip,
            None => End::GoOn,
        }
    }

    fn failed(&self, turn: &Turn<'_>, error: &TransferError, values: &Values) -> End {
        self.record(&turn.sample(Reply::Failed(error.kind)));
        self.note_failed(turn, error, values);
        match error.kind {
            TransferErrorKind::Resolve
            | TransferErrorKind::Connect
            | TransferErrorKind::Tls
            | TransferErrorKind::Request => End::Unsent,
            TransferErrorKind::Send
            | TransferErrorKind::Timeout
            | TransferErrorKind::Closed
            | TransferErrorKind::Malformed
            | TransferErrorKind::TooLarge => End::Skip,
        }
    }

    fn unix_seconds(&self, at: u64) -> i64 {
        // Nanoseconds in a u64 hold fewer seconds than an i64 can count.
        i64::try_from(self.clock.unix_nanos(at) / NANOS_PER_SECOND).unwrap_or(i64::MAX)
    }
}
