//! The binary that is tested.

use std::env;
use std::sync::OnceLock;

/// The path of the binary: that in `TESTED_BINARY`, such as the optimized one, which tests are through with much
/// sooner; otherwise the one that was built with the tests.
pub(crate) fn binary() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let given = env::var("TESTED_BINARY").ok();
        given.unwrap_or_else(|| env!("CARGO_BIN_EXE_assize").to_owned())
    })
}
