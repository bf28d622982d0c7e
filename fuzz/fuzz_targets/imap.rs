//! What an IMAP server says: whatever it is, it is read as far as it goes and nobody waits for more.
#![no_main]

use assize::edge::mailbox::read_imap;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|said: &[u8]| {
    assert!(read_imap(said).is_some(), "waits for ever");
});
