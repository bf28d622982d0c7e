//! Mails: any bytes are read as far as they go, and a code that is found is six digits.
#![no_main]

use assize::edge::mailbox::{CodePattern, Mail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let mail = Mail::parse(raw);
    if let Some(code) = CodePattern::default().find(&mail) {
        assert!(
            code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()),
            "{code:?}"
        );
    }
});
