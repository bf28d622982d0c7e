//! Mails of many shapes, and the code that a reader would take from each.
//!
//! Each file of `tests/mailbox/mails` is a mail with line ends as on disk; its name ends in the code, or in
//! `none`: `NN-shape.CODE.eml`.

use std::fs;
use std::path::{Path, PathBuf};

use assize::edge::mailbox::{CodePattern, Mail};

/// The mails, each with its file and the code it should give.
fn mails() -> Vec<(PathBuf, Option<String>, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mailbox/mails");
    let mut mails: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let code = name.rsplit('.').next().unwrap().to_owned();
            let raw = fs::read(&path).unwrap();
            (path, Some(code).filter(|code| code != "none"), raw)
        })
        .collect();
    mails.sort();
    mails
}

/// The same mail as it travels: every line ends in CRLF.
fn travelling(raw: &[u8]) -> Vec<u8> {
    let lines = raw.split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines.collect();
    lines.join(&b"\r\n"[..])
}

#[test]
fn the_code_is_found_in_mails_of_every_shape() {
    let mails = mails();
    assert!(mails.len() >= 40, "only {} mails", mails.len());
    let mut wrong = Vec::new();
    for (path, expected, raw) in mails {
        for raw in [travelling(&raw), raw] {
            let found = CodePattern::default().find(&Mail::parse(&raw));
            if found != expected {
                wrong.push(format!("{}: {found:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_mail_cut_off_anywhere_is_read_without_a_panic() {
    for (_, _, raw) in mails() {
        for end in (0..raw.len()).step_by(7) {
            let _code = CodePattern::default().find(&Mail::parse(&raw[..end]));
        }
    }
}

#[test]
fn a_huge_line_of_numbers_takes_no_time_without_an_end() {
    // A search that looked at the whole line for each number would take hours.
    let body = "123456;".repeat(1_000_000);
    let raw = format!("Subject: x\r\n\r\n{body}\r\n");
    assert_eq!(
        CodePattern::default()
            .find(&Mail::parse(raw.as_bytes()))
            .as_deref(),
        Some("123456")
    );
}
