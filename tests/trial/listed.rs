//! Failures that are known stand on a list, each with a reason and a date.

use crate::support::{Foreign, Run, assize_in, violated};

/// Everything that the defect breaks.
const LISTED: &str = r#"expected:
- case: delete.*
  reason: tracked as 17
  until: "2999-12-31"
- case: delete.bearer
  reason: tracked as 18
  until: "2999-12-31"
"#;

/// A check with this list.
fn with_list(list: &str, server: &Foreign) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("expected.yaml"), list).unwrap();
    let mailbox = server.mailbox();
    let arguments = ["check", &server.base_url, "--mailbox", &mailbox];
    let arguments = [&arguments[..], &["--expected", "expected.yaml"]].concat();
    assize_in(folder, &arguments)
}

#[test]
fn a_listed_failure_is_accepted_until_its_date_and_only_while_it_fails() {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let first = server.check(&["--write-expected", "expected.yaml"]);
    first.assert_exit(1);
    let list = first.file("expected.yaml");
    assert!(list.contains("case: delete.bearer"), "{list}");
    assert!(list.contains("requirements: [delete.status]"), "{list}");

    let unexplained = with_list(&list, &server);
    unexplained.assert_exit(2);
    assert!(
        unexplained.said("expected.yaml:2:"),
        "{}",
        unexplained.stdout
    );
    assert!(unexplained.said("has no reason"), "{}", unexplained.stdout);

    let list = list.replace("reason: \"\"", "reason: \"tracked as 17\"");
    let accepted = with_list(&list, &server);
    accepted.assert_exit(0);
    assert!(accepted.said("they fail, as the list of expected failures says"));
    assert!(accepted.said("failed as listed"), "{}", accepted.stdout);
    let statement = assize_in(accepted.into_folder(), &["report", "--to", "certificate"]);
    assert!(
        statement.stdout.contains("known cases"),
        "{}",
        statement.stdout
    );
    assert!(statement.stdout.contains("tracked as 17"));
    assert!(!statement.stdout.to_lowercase().contains("conform to"));
}

#[test]
fn an_entry_that_is_over_or_passes_or_names_nothing_is_an_error() {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let list = LISTED.to_owned();
    let until = regex::Regex::new("until: .*").unwrap();
    let expired = with_list(&until.replace_all(&list, "until: \"2026-01-01\""), &server);
    expired.assert_exit(1);
    assert!(expired.said("until 2026-01-01"), "{}", expired.stdout);
    // The list is at fault, and no requirement besides the one that is broken.
    assert_eq!(violated(&expired.results()), ["delete.status"]);
    for line in [2, 5] {
        assert!(expired.junit().contains(&format!("expected.yaml:{line}:")));
    }

    let passing = with_list(&list, &Foreign::start("plain", None));
    passing.assert_exit(1);
    assert!(
        passing.said("it passes; take it off the list"),
        "{}",
        passing.stdout
    );

    let unknown = with_list(&list.replace("delete.bearer", "delete.baerer"), &server);
    unknown.assert_exit(2);
}

#[test]
fn new_failures_are_added_to_a_list_and_a_pattern_stands_for_many() {
    let server = Foreign::start("plain", Some("delete-status-200"));
    let folder = tempfile::tempdir().unwrap();
    let mine = "# ours\nexpected:\n- {case: delete.b*, reason: known, until: '2999-01-01'}\n";
    std::fs::write(folder.path().join("expected.yaml"), mine).unwrap();
    let mailbox = server.mailbox();
    let check = ["check", &server.base_url, "--mailbox", &mailbox];
    let lists = [
        "--expected",
        "expected.yaml",
        "--write-expected",
        "expected.yaml",
    ];
    let run = assize_in(folder, &[&check[..], &lists].concat());
    run.assert_exit(1);
    let list = run.file("expected.yaml");
    assert!(list.starts_with(mine), "{list}");
    assert!(
        !list.contains("case: delete.bearer\n"),
        "the pattern speaks of it:\n{list}"
    );
    assert!(list.contains("\n- case: delete.api-key\n"), "{list}");

    let list = list.replace("reason: \"\"", "reason: known");
    let folder = run.into_folder();
    std::fs::write(folder.path().join("expected.yaml"), list).unwrap();
    let accepted = assize_in(folder, &[&check[..], &lists[..2]].concat());
    accepted.assert_exit(0);
}
