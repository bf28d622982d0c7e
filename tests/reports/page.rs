//! The page is whole, needs nothing besides, and tells everything.

use assize::load::Times;
use assize::model::Verdict;
use assize::record::{Reason, ReasonKind, Record, StoredTimes};
use assize::report::html;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

use super::program;
use crate::common::{load, sample};

/// Set to a folder, the pages of all samples are written there, to be looked at in a browser.
const KEEP: &str = "ASSIZE_KEEP_PAGES";

#[test]
fn pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os(KEEP) else {
        println!("skipped: {KEEP} names no folder");
        return;
    };
    for (name, report) in sample::all() {
        let path = std::path::Path::new(&folder).join(format!("{name}.html"));
        std::fs::write(path, html(&report)).unwrap();
    }
}

/// Reads a page and prints each end tag that does not end the element that is open.
const READER: &str = r"
import sys, html.parser
class Reader(html.parser.HTMLParser):
    open = []
    def handle_starttag(self, tag, attributes):
        if tag not in ('meta', 'link', 'input', 'br'): self.open.append(tag)
    def handle_endtag(self, tag):
        if self.open.pop() != tag: print(tag, self.getpos())
reader = Reader()
reader.feed(sys.stdin.buffer.read().decode())
print(*reader.open)
";

#[test]
fn every_element_is_closed() {
    for (name, report) in sample::all() {
        let Some(read) = program::output("python3", &["-c", READER], &html(&report)) else {
            return;
        };
        assert_eq!(read.trim(), "", "{name}");
    }
}

/// The values of an attribute on the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    let parts = page.split(start.as_str()).skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

#[test]
fn ids_are_unique_and_every_link_has_its_place() {
    for (name, report) in sample::all() {
        let page = html(&report);
        let ids = values(&page, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        let links = values(&page, "href");
        let places = links.iter().filter_map(|link| link.strip_prefix('#'));
        for place in places.chain(values(&page, "for")) {
            assert!(unique.contains(place), "{name}: nothing is at {place}");
        }
    }
}

#[test]
fn a_page_needs_no_network_and_runs_its_own_script_only() {
    for (name, report) in sample::all() {
        let page = html(&report);
        let (before, rest) = page.split_once("<script>").unwrap();
        let (script, after) = rest.split_once("</script>").unwrap();
        let hash = STANDARD.encode(Sha256::digest(script));
        let policy = format!(
            "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;; script-src &#39;sha256-{hash}&#39;"
        );
        assert_eq!(values(before, "content")[0], policy, "{name}");
        assert!(!after.contains("<script"), "{name}");
        // It asks for nothing, and makes no markup of a text.
        for able in [
            "fetch",
            "http:",
            "https:",
            "import",
            "innerHTML",
            "eval",
            "Function(",
        ] {
            let own = script.replace("http://www.w3.org/", "");
            assert!(!own.contains(able), "{able}");
        }
        assert_eq!(values(&page, "src"), Vec::<&str>::new());
        let links = values(before, "href");
        assert!(
            links
                .iter()
                .all(|link| link.starts_with('#') || *link == "data:,")
        );
        assert!(!page.contains("url(") && !page.contains("@import"));
    }
}

#[test]
fn every_case_and_every_requirement_is_told() {
    for (name, report) in sample::all() {
        let page = html(&report);
        for index in 0..report.cases.len() {
            let known = report
                .cases
                .iter()
                .position(|case| case.id == report.cases[index].id);
            let place = format!("id=\"case-{}\"", known.unwrap());
            assert!(page.contains(&place), "{name}: {place}");
        }
        for requirement in &report.requirements {
            let row = format!("<code>{}</code>", requirement.id);
            assert!(page.contains(&row), "{name}: {row}");
        }
    }
}

/// The part of the page from one section to the next.
fn section<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let start = page.find(&format!("<section id=\"{id}\""))?;
    let rest = &page[start..];
    Some(&rest[..rest.find("</section>")?])
}

#[test]
fn failing_exchanges_are_unfolded_and_passing_cases_folded() {
    let page = html(&sample::failing());
    let failed = section(&page, "failed").unwrap();
    for told in [
        "create.status",
        "A successful create answers 200 or 202.",
        "<p class=\"because\">Why must: ",
        "one of 200, 202",
        "<details class=\"exchange\" open=\"\">",
        "curl -i -X POST",
        "<mark>KIM-7F3A</mark>",
    ] {
        assert!(failed.contains(told), "{told}");
    }
    let others = section(&page, "cases").unwrap();
    assert!(others.contains("<details class=\"folded\">"));
    assert!(others.contains("get.malformed-id") && others.contains("needs a mailbox"));
}

#[test]
fn a_page_begins_with_what_broke_and_how_to_run_it_again() {
    let page = html(&sample::failing());
    let (header, rest) = page.split_once("</header>").unwrap();
    for told in [
        "<code>delete.status</code>",
        "A successful delete answers exactly 202.",
        "status: expected 202, actual 200",
        "Users API: Delete User, Returns; 1 case",
        "assize check --rerun-failed 20260724-101500-k3f9",
    ] {
        assert!(header.contains(told), "{told}");
    }
    let link = header.split("<code>delete.status").next().unwrap();
    let place = values(link, "href").last().unwrap().trim_start_matches('#');
    let told = rest.split(&format!("id=\"{place}\"")).nth(1).unwrap();
    let told = told.split("</article>").next().unwrap();
    assert!(told.contains("<code>delete.status</code>"));

    let (load, missed) = (
        html(&sample::failing_load()),
        html(&sample::missed_threshold()),
    );
    assert!(
        load.split("</header>")
            .next()
            .unwrap()
            .contains("412 answers of get")
    );
    assert!(
        missed
            .split("</header>")
            .next()
            .unwrap()
            .contains("<code>threshold</code>")
    );
    assert!(!html(&sample::passing()).contains("class=\"digest\""));
}

#[test]
fn the_load_tells_how_far_its_figures_can_be_trusted() {
    let page = html(&sample::watched_load());
    let told = section(&page, "load").unwrap();
    for text in [
        "sound: assize kept up",
        "7 µs median, 62 µs p99",
        "Memory of the target",
    ] {
        assert!(told.contains(text), "{text}");
    }
    assert_eq!(told.matches("<svg ").count(), 6);
    let invalid = html(&sample::invalid_load());
    assert!(invalid.contains("p50 and p90 are sound, p95, p99, p99.9 and max are not"));
}

#[test]
fn the_matrix_tells_a_case_that_breaks_a_requirement_from_one_that_breaks_another() {
    let page = html(&sample::failing());
    let matrix = section(&page, "requirements").unwrap();
    let row = matrix
        .split("<tr ")
        .find(|row| row.contains("<code>body.json</code>"));
    let verdicts = values(row.unwrap(), "data-verdict");
    // The badge of the row; then create.answers, which broke create.status, and get.alias.
    assert_eq!(verdicts, ["fail", "pass", "fail"]);
}

#[test]
fn the_load_has_its_table_and_its_charts() {
    let page = html(&sample::failing_load());
    let told = section(&page, "load").unwrap();
    for text in [
        "p99.9",
        "Time by percentile",
        "Answers a second",
        "What went wrong",
        "99.9 %",
    ] {
        assert!(told.contains(text), "{text}");
    }
    assert_eq!(told.matches("<svg ").count(), 4);
    assert!(section(&html(&sample::passing()), "load").is_none());
}

/// Three operations, one of them with answers that do not conform, seconds that keep their times, and a case
/// whose verdict varied.
pub(super) fn operations() -> Record {
    let mut report = sample::failing_load();
    let mut case = sample::passing().cases.remove(0);
    case.verdict = Verdict::Pass;
    case.reason = Some(Reason {
        kind: ReasonKind::Flaky,
        text: "its verdict varied: fail, pass".to_owned(),
    });
    report.cases.push(case);
    let load = &mut report.loads[0];
    for name in ["one", "two"] {
        let mut operation = load.operations[0].clone();
        name.clone_into(&mut operation.name);
        operation.conforming = operation.answered;
        operation.errors.clear();
        load.operations.push(operation);
    }
    for second in &mut load.series {
        let mut times = Times::default();
        times.record_many(2_000_000, 8);
        times.record_many(70_000_000, 1);
        second.response = StoredTimes::from(&times);
    }
    report
}

#[test]
fn operations_stand_side_by_side_above_their_details() {
    let report = operations();
    let page = html(&report);
    let (overview, details) = page
        .split_once("operation overview")
        .and_then(|(_, rest)| rest.split_once("</table>"))
        .unwrap();
    for (index, operation) in report.loads[0].operations.iter().enumerate() {
        let link = format!("<a href=\"#operation-0-{index}\">{}</a>", operation.name);
        assert!(overview.contains(&link), "{link}");
        let is_folded = index > 0;
        let folded = format!("<summary><code>{}</code></summary>", operation.name);
        assert_eq!(details.contains(&folded), is_folded, "{}", operation.name);
    }
    assert_eq!(page.matches("class=\"level flaky\"").count(), 1);
    // Each second has its usual times and its longest ones, as many as there were.
    let cells: Vec<&str> = page.split("<rect class=\"cell\"").skip(1).collect();
    let seconds = report.loads[0].series.len();
    assert_eq!(cells.len(), 2 * seconds);
    let told = |count: &str| cells.iter().filter(|cell| cell.contains(count)).count();
    assert_eq!(
        (told(": 8</title>"), told(": 1</title>")),
        (seconds, seconds)
    );
    // One operation has all of this in its details.
    assert!(!html(&sample::failing_load()).contains("operation overview"));
}

/// 300 failing cases and ten minutes of load at a watched target.
pub(super) fn large() -> Record {
    let mut report = sample::failing_load();
    let failing = sample::failing();
    let mut cases = failing.cases.iter().cycle();
    report.cases.extend(
        cases
            .by_ref()
            .filter(|case| case.verdict == Verdict::Fail)
            .take(300)
            .cloned(),
    );
    for (index, case) in report.cases.iter_mut().enumerate() {
        case.id = assize::model::CaseId::new(format!("case.{index}"));
    }
    report.requirements = failing.requirements;
    for load in &mut report.loads {
        load.series = load::series(600);
        load.target = Some(load::target_use(600));
        load.generator = load::sound_generator();
    }
    report
}

#[test]
fn a_large_run_gives_a_page_of_less_than_two_megabytes() {
    let page = html(&large());
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}
