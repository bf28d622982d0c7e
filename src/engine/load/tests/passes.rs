//! How slots are sent together as far as that does not show, in simulated time.

use std::cell::RefCell;

use super::{LOOKUP, MS, job, right, run};
use crate::record::LoadResult;

/// The distance of two slots.
const APART: u64 = 50_000;

/// Not a multiple of it, so that no answer comes when a slot is due.
const TOOK: u64 = 10 * MS + APART / 2;

/// When each request of a load of 20,000/s was sent to a target that takes so long.
fn sent(took: u64) -> (Vec<u64>, LoadResult) {
    let starts = RefCell::new(Vec::new());
    let result = run(&job(LOOKUP, "20000/s", 512, 1.0), |call| {
        starts.borrow_mut().push(call.now);
        right(&call, took)
    });
    assert_eq!((result.answered, result.unstarted), (20_000, 0));
    (starts.into_inner(), result)
}

fn due() -> impl Iterator<Item = u64> {
    (0..20_000).map(|index| index * APART)
}

#[test]
fn slots_are_sent_together_beside_answers_that_take_long_and_never_early() {
    let (starts, result) = sent(TOOK);
    // What is learnt swings a little around what is.
    let leeway = TOOK / 50 + TOOK / 5_000;
    for (start, due) in starts.iter().zip(due()) {
        assert!((due..=due + leeway).contains(start), "{start} for {due}");
    }
    let mut moments = starts.clone();
    moments.dedup();
    assert!(moments.len() < 20_000 / 2, "{}", moments.len());
    // Nothing is known before a hundred answers have come.
    assert!(due().take(250).eq(starts[..250].iter().copied()));
    let operation = &result.operations[0];
    let p50 = operation.response.at_us(0.5);
    assert!((10_000..=10_200).contains(&p50), "{p50}");
    // How late it is counts as lag of our own, whichever connection makes the request.
    assert_eq!(result.effort.own_lag.max_us(), operation.lag.max_us());
    assert!(result.effort.own_lag.max_us() > 100);
    assert_eq!(result.series[0].queued, 0);
}

#[test]
fn every_slot_is_sent_when_it_is_due_where_answers_are_fast() {
    let (starts, _) = sent(MS);
    assert!(due().eq(starts));
}
