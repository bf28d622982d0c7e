//! A load whose own thread gets too little of a processor gives no figures to trust.
#![cfg(target_os = "linux")]

use rustix::thread::{CpuSet, sched_setaffinity};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::{Run, assize_in_measure};

/// Loops that use the processor without a pause: so many that even a scheduler which favours those
/// that sleep cannot favour ours.
const LOOPS: usize = 4;

/// Runs the command on the first processor, beside loops that use nothing else.
fn beside_busy_loops(arguments: &[&str]) -> Run {
    let over = AtomicBool::new(false);
    let spin = || {
        stay_on_the_first();
        while !over.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
    };
    thread::scope(|scope| {
        for _ in 0..LOOPS {
            scope.spawn(spin);
        }
        let _ends_them = Over(&over);
        let run = scope.spawn(|| {
            stay_on_the_first();
            assize_in_measure(arguments)
        });
        run.join().unwrap()
    })
}

/// Keeps this thread, and what it starts, on the first processor.
fn stay_on_the_first() {
    let mut first = CpuSet::new();
    first.set(0);
    sched_setaffinity(None, &first).unwrap();
}

/// Ends the loops, also when a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn pinned_beside_busy_loops_a_load_conforms_by_its_answers_and_says_which_times_are_not_sound() {
    let run = beside_busy_loops(&[
        "load",
        "--rate",
        "200",
        "--duration",
        "3s",
        "--warm-up",
        "0s",
        "--slo",
        "rate >= 1%",
        "--slo",
        "max < 60s",
    ]);
    run.assert_exit(0);
    assert!(
        run.said("CONFORMS ") && run.said("of its times "),
        "{}",
        run.stdout
    );
    assert!(run.said("give assize a processor of its own"));
    assert!(
        run.said("✓ max < 60s"),
        "what was kept in spite of it was kept"
    );
    let results = run.results();
    assert_eq!(results["conclusion"]["outcome"], "conforms");
    let generator = &results["loads"][0]["generator"];
    assert_eq!(generator["soundness"], "invalid");
    let unsound = generator["unsound"].as_array().unwrap();
    assert!(unsound.iter().any(|name| name == "p99"), "{generator}");
    assert!(generator["starved"].as_f64().unwrap() > 0.01);
    assert!(run.junit().contains("load.unsound"));
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains("Not all times are sound"));
}

/// No target answers in a nanosecond, whatever assize lacks; whether one answers within the time that assize
/// itself was late nobody can tell.
#[test]
fn a_limit_far_below_what_was_measured_is_missed_by_the_target_all_the_same() {
    let run = beside_busy_loops(&[
        "load",
        "--rate",
        "100",
        "--duration",
        "2s",
        "--warm-up",
        "0s",
        "--slo",
        "rate >= 1%",
        "--slo",
        "p50 < 1ns",
    ]);
    assert!(matches!(run.exit_code, 4 | 6), "{}", run.stdout);
    let threshold = &run.results()["loads"][0]["thresholds"][1];
    assert_eq!(threshold["kept"], false);
    assert_eq!(threshold["unsound"], run.exit_code == 6, "{threshold}");
    assert_eq!(
        run.junit().contains("<skipped type=\"unsound\""),
        run.exit_code == 6
    );
    assert_eq!(
        run.said("✗ p50 < 1ns"),
        run.exit_code == 4,
        "{}",
        run.stdout
    );
}
