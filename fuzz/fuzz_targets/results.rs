//! Result files: what can be read can be written again, and means the same.
#![no_main]

use assize::record::Record;
use assize::report::results_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(report) = serde_json::from_str::<Record>(text) {
        let written = results_json(&report).expect("a report that was read can be written");
        let read: Record = serde_json::from_str(&written).expect("what was written can be read");
        assert_eq!(read, report);
    }
});
