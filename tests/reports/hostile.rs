//! Text of a target cannot break a report.

use assize::report::{Look, case_line, html, junit, results_json, summary};

use super::program;
use crate::common::hostile;

/// Prints the text of the first failure.
const FAILURE: &str = r"
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
sys.stdout.buffer.write(next(root.iter('failure')).text.encode())
";

/// The text without the colours that assize itself sets.
fn without_colours(text: &str) -> String {
    let codes = ["0", "1", "2", "32", "33", "1;31", "1;35"];
    codes.iter().fold(text.to_owned(), |text, code| {
        text.replace(&format!("\u{1b}[{code}m"), "")
    })
}

fn acts(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t') || letter == '\u{202e}'
}

#[test]
fn nothing_acts_on_a_terminal() {
    let report = hostile::report();
    for colour in [false, true] {
        let look = Look { colour, width: 80 };
        let mut text = summary(&report, look, &["a\u{1b}[2J.html".into()]);
        for case in &report.cases {
            let line = case_line(case, look);
            assert!(!line.contains('\n'), "{line:?}");
            text.push_str(&line);
        }
        let text = if colour { without_colours(&text) } else { text };
        assert_eq!(text.chars().find(|letter| acts(*letter)), None);
    }
}

#[test]
fn long_texts_do_not_flood_a_terminal() {
    let text = summary(&hostile::report(), Look::PLAIN, &[]);
    assert!(text.len() < hostile::LONG, "{} bytes", text.len());
}

#[test]
fn junit_keeps_what_came_and_is_still_xml() {
    let xml = junit(&hostile::report()).unwrap();
    let Some(failure) = program::output("python3", &["-c", FAILURE], &xml) else {
        return;
    };
    assert!(
        failure.contains("]]>\"'&amp;<script>alert(1)</script>"),
        "{failure}"
    );
    assert!(
        failure.contains(r"\x00") && failure.contains(r"\x1b[2J") && failure.contains('\u{fffd}')
    );
    assert_eq!(failure.chars().find(|letter| acts(*letter)), None);
}

#[test]
fn a_page_holds_no_element_of_the_target() {
    let page = html(&hostile::report());
    // The script of the page is the last of it, and the only one.
    let (page, own) = page.rsplit_once("<script>").unwrap();
    assert!(own.ends_with("</script></body></html>\n"));
    let lower = page.to_lowercase();
    for foreign in ["<script", "<img", "<!--", "onerror=\"", "javascript:"] {
        assert!(!lower.contains(foreign), "{foreign}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.chars().find(|letter| acts(*letter)), None);
}

#[test]
fn results_keep_the_whole_text() {
    let json = results_json(&hostile::report()).unwrap();
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    let steps = &read["cases"][0]["steps"][0];
    let error = steps["exchange"]["response_headers"][0][1]
        .as_str()
        .unwrap();
    assert!(error.len() >= hostile::LONG && error.starts_with(hostile::TEXT));
}
