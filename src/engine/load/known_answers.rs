//! Answers that met everything. Whoever gets the same answer to the same question does not judge it again: servers say
//! the same of a user each time, and what is equal byte for byte is judged by comparing it.

use std::rc::Rc;

use crate::check::{LookedAt, SeenAnswer};
use crate::model::Answer;
use crate::suite::{Expectation, Values};

/// Answers that are kept: a newer one takes the place of an older one.
const PLACES: usize = 512;

/// Bodies that are longer are judged each time, in bytes: comparing them is no longer cheap in memory.
const LONGEST: usize = 1_024;

/// Answers that met everything, of one worker.
#[derive(Debug, Default)]
pub(super) struct KnownAnswers {
    /// Of each operation; none if its answers are judged each time.
    looked_at: Vec<Option<LookedAt>>,
    /// None of them before there is an answer.
    places: Vec<Option<KnownAnswer>>,
}

/// An answer that met everything.
#[derive(Debug)]
struct KnownAnswer {
    operation: usize,
    /// The values with which it was asked for and judged. They are held, so that no others can stand at their place.
    values: Rc<Values>,
    seen: SeenAnswer,
}

impl KnownAnswer {
    fn is_of(&self, operation: usize, values: &Rc<Values>) -> bool {
        self.operation == operation && Rc::ptr_eq(&self.values, values)
    }
}

impl KnownAnswers {
    /// None yet of operations of which this is expected.
    pub(super) fn new<'a>(operations: impl Iterator<Item = &'a [Expectation]>) -> Self {
        Self {
            looked_at: operations.map(LookedAt::by).collect(),
            places: Vec::new(),
        }
    }

    /// Whether an answer is the one that met everything before.
    pub(super) fn hold(&self, operation: usize, values: &Rc<Values>, answer: &impl Answer) -> bool {
        let Some(Some(looked_at)) = self.looked_at.get(operation) else {
            return false;
        };
        let known = self.places.get(place(operation, values));
        known.and_then(Option::as_ref).is_some_and(|known| {
            known.is_of(operation, values) && known.seen.says_same(looked_at, answer)
        })
    }

    /// Keeps an answer that met everything.
    pub(super) fn keep(&mut self, operation: usize, values: &Rc<Values>, answer: &impl Answer) {
        let Some(Some(looked_at)) = self.looked_at.get(operation) else {
            return;
        };
        if answer.body().len() > LONGEST {
            return;
        }
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let Some(known) = self.places.get_mut(place(operation, values)) else {
            return;
        };
        let known = known.get_or_insert_with(|| KnownAnswer {
            operation,
            values: Rc::clone(values),
            seen: SeenAnswer::default(),
        });
        if !known.is_of(operation, values) {
            known.operation = operation;
            known.values = Rc::clone(values);
        }
        known.seen.take(looked_at, answer);
    }
}

fn place(operation: usize, values: &Rc<Values>) -> usize {
    let address = Rc::as_ptr(values).addr() / align_of::<Rc<Values>>();
    // Neighbours in memory, and operations of one user, stand apart.
    (address ^ (address / PLACES)).wrapping_add(operation) % PLACES
}
