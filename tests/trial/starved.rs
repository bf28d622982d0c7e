//! A load whose own thread gets too little of a processor gives no figures to trust.
#![cfg(target_os = "linux")]

use rustix::thread::{CpuSet, sched_setaffinity};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::{Run, assize_by_way_of};

/// Loops that use the processor without a pause: so many that even a scheduler which favours those
/// that sleep cannot favour ours.
const LOOPS: usize = 4;

/// Runs the command on the first processor, beside loops that use nothing else.
fn beside_busy_loops(arguments: &[&str]) -> Run {
    let over = AtomicBool::new(false);
    let spin = || {
        let mut first = CpuSet::new();
        first.set(0);
        sched_setaffinity(None, &first).unwrap();
        while !over.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    };
    thread::scope(|scope| {
        for _ in 0..LOOPS {
            scope.spawn(spin);
        }
        let _ends_them = Over(&over);
        assize_by_way_of(&["taskset", "-c", "0"], arguments)
    })
}

/// Ends the loops, also when a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn pinned_beside_busy_loops_a_load_is_invalid_and_says_what_to_change() {
    let run = beside_busy_loops(&[
        "load",
        "--rate",
        "200",
        "--duration",
        "3s",
        "--warm-up",
        "0s",
    ]);
    run.assert_exit(6);
    assert!(run.said("MEASUREMENT INVALID the times of the load are worth nothing"));
    assert!(run.said("give assize a processor of its own"));
    let results = run.results();
    assert_eq!(results["conclusion"]["outcome"], "measurement-invalid");
    let generator = &results["load"]["generator"];
    assert_eq!(generator["soundness"], "invalid");
    assert!(generator["starved"].as_f64().unwrap() > 0.01);
    assert!(run.junit().contains("measurement invalid"));
}
