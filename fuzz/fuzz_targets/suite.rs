//! Suites: whatever is written, there is a plan or an error with a place that can be shown.
#![no_main]

use assize::contract::{Requirements, Schemas};
use assize::suite::{SuiteText, Vocabulary, plan};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KNOWN: LazyLock<(Requirements, Schemas)> = LazyLock::new(|| {
    let requirements = Requirements::builtin().expect("the built-in requirements are sound");
    let schemas = Schemas::builtin().expect("the built-in schemas are sound");
    (requirements, schemas)
});

fuzz_target!(|text: String| {
    let (requirements, schemas) = &*KNOWN;
    let vocabulary = Vocabulary {
        requirements,
        schemas,
    };
    let file = "suite.yaml".to_owned();
    if let Err(errors) = plan(&[SuiteText { file, text }], vocabulary) {
        assert!(!errors.is_empty());
        for error in errors {
            assert!(error.to_string().starts_with("suite.yaml"));
        }
    }
});
