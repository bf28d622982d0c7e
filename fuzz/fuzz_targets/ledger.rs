//! Ledgers of accounts: cut off or damaged, they are read as far as they go.
#![no_main]

use assize::edge::LeftLedger;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // Whether it is a ledger is not the question here.
    drop(LeftLedger::parse("ledger".into(), text));
});
