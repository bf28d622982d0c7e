//! What hours of fuzzing reached, read once more: the seeds of each fuzz target, without a fuzzer. `fuzz/run.sh`
//! looks for more.

use std::fs;
use std::path::Path;

// The targets ask for the fuzzer's macro, and get the one below.
extern crate self as libfuzzer_sys;

/// What a target takes, made of a seed as the fuzzer makes it.
trait Seed<'a> {
    fn of(bytes: &'a [u8]) -> Self;
}

impl<'a> Seed<'a> for &'a [u8] {
    fn of(bytes: &'a [u8]) -> Self {
        bytes
    }
}

impl<'a> Seed<'a> for &'a str {
    fn of(bytes: &'a [u8]) -> Self {
        let valid = bytes.utf8_chunks().next();
        valid.map_or("", |chunk| chunk.valid())
    }
}

impl<'a> Seed<'a> for String {
    fn of(bytes: &'a [u8]) -> Self {
        <&str>::of(bytes).to_owned()
    }
}

#[expect(unused_attributes, reason = "what a program of its own needs")]
#[path = "../fuzz/fuzz_targets/answer.rs"]
mod answer;
#[expect(unused_attributes, reason = "what a program of its own needs")]
#[path = "../fuzz/fuzz_targets/chunks.rs"]
mod chunks;
#[expect(unused_attributes, reason = "what a program of its own needs")]
#[path = "../fuzz/fuzz_targets/imap.rs"]
mod imap;
#[expect(unused_attributes, reason = "what a program of its own needs")]
#[path = "../fuzz/fuzz_targets/ledger.rs"]
mod ledger;
#[expect(unused_attributes, reason = "what a program of its own needs")]
#[path = "../fuzz/fuzz_targets/mail.rs"]
mod mail;
#[expect(
    unused_attributes,
    clippy::expect_used,
    reason = "what a program of its own needs"
)]
#[path = "../fuzz/fuzz_targets/results.rs"]
mod results;
#[expect(
    unused_attributes,
    clippy::expect_used,
    reason = "what a program of its own needs"
)]
#[path = "../fuzz/fuzz_targets/suite.rs"]
mod suite;

// Behind the targets, so that they find it by its path as they find the fuzzer's.
/// Makes the function `run` of a target.
#[macro_export]
macro_rules! fuzz_target {
    (|$input:ident: $kind:ty| $body:block) => {
        pub(crate) fn run(bytes: &[u8]) {
            let $input: $kind = $crate::Seed::of(bytes);
            $body
        }
    };
}

/// What a target does with an input.
type Target = fn(&[u8]);

#[test]
fn every_seed_is_read_as_its_target_demands() {
    let targets: [(&str, Target); 7] = [
        ("answer", answer::run),
        ("chunks", chunks::run),
        ("imap", imap::run),
        ("ledger", ledger::run),
        ("mail", mail::run),
        ("results", results::run),
        ("suite", suite::run),
    ];
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    assert_eq!(fs::read_dir(&seeds).unwrap().count(), targets.len());
    for (name, run) in targets {
        let mut read = 0;
        for seed in fs::read_dir(seeds.join(name)).unwrap() {
            run(&fs::read(seed.unwrap().path()).unwrap());
            read += 1;
        }
        assert!(read > 0, "{name} has no seeds");
    }
}
