//! The page of a diff: small however much differs, whole, and with a mark at what differs.

use assize::report::difference_page;

use crate::common::difference::{few, many};

/// The most bytes of the page of 300 differences.
const LARGEST: usize = 2_000_000;

#[test]
fn three_hundred_differences_make_a_page_that_a_browser_opens_at_once() {
    let page = difference_page(&many());
    assert!(page.len() < LARGEST, "{} bytes", page.len());
    assert_eq!(
        page.matches("<mark>user ").count() + page.matches("<mark>&quot;user ").count(),
        300
    );
}

#[test]
fn what_differs_is_marked_on_both_sides() {
    let page = difference_page(&few());
    for marked in [
        "<mark>200</mark>",
        "<mark>202</mark>",
        "<mark>&quot;user 1 was not found&quot;</mark>",
        "<mark>&quot;no such user&quot;</mark>",
        "<mark>00000000-0000-0000-0000-000000000001</mark>",
    ] {
        assert!(page.contains(marked), "{marked}");
    }
    assert!(page.contains("B violates: error.x-error-id"));
}
