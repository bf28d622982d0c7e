//! Runs that cannot take place: each says why in a sentence, exits as documented, and is red in JUnit.

use serde_json::Value;

use crate::support::{assize, assize_in, free_port};

#[test]
fn nothing_listens_at_the_target() {
    let url = format!("http://127.0.0.1:{}/api/auth/v2", free_port());
    let run = assize(&["check", &url]);
    run.assert_exit(3);
    let sentence = format!("cannot reach {url}");
    assert!(run.stdout.contains(&sentence), "{}", run.stdout);
    assert!(
        run.junit()
            .contains("check the URL, and that the server is running")
    );
    assert!(run.junit().contains("<error"), "{}", run.junit());
    assert!(run.junit().contains(&sentence));
    assert_eq!(run.results()["conclusion"]["outcome"], "broken");
}

#[test]
fn a_suite_with_a_misspelt_key() {
    let folder = tempfile::tempdir().unwrap();
    let suites = folder.path().join("mine");
    std::fs::create_dir(&suites).unwrap();
    let text = "suite: mine\ntitle: Mine\ncases:\n  - id: mine.one\n    title: One\n    proves: get.unknown\n    stepps: []\n";
    std::fs::write(suites.join("mine.yaml"), text).unwrap();
    let run = assize_in(folder, &["check", "--suites", "mine"]);
    run.assert_exit(2);
    for part in [
        "mine/mine.yaml:7:5: unknown key `stepps`",
        "did you mean `steps`?",
        "7 │     stepps: []",
        "──",
    ] {
        assert!(
            run.stderr.contains(part),
            "{part} is not in:\n{}",
            run.stderr
        );
    }
    assert!(run.junit().contains("unknown key `stepps`"));
    assert!(run.junit().contains("<error"));
}

#[test]
fn a_selection_that_matches_nothing() {
    let run = assize(&["check", "--case", "no.such.case"]);
    run.assert_exit(5);
    assert!(run.junit().contains("<error"), "{}", run.junit());
    assert_eq!(run.results()["conclusion"]["outcome"], "nothing-ran");
}

#[test]
fn without_a_mailbox_most_is_skipped_and_that_is_no_verdict() {
    let server = crate::support::Foreign::start("plain", None);
    let run = assize(&["check", &server.base_url]);
    run.assert_exit(5);
    let skipped = run.results()["totals"]["skip"].as_u64().unwrap();
    assert!(skipped > 10, "only {skipped} skipped");
    assert!(run.said("no --mailbox was given"), "{}", run.stdout);
    assert!(run.junit().contains("<skipped") && run.junit().contains("<error"));
    let notices = run.results()["notices"].to_string();
    assert!(notices.contains("accounts at the target"), "{notices}");
    assize(&["check", &server.base_url, "--accept-partial"]).assert_exit(0);
}

#[test]
fn accounts_that_nobody_could_remove_are_refused_beyond_a_limit() {
    let server = crate::support::Foreign::start("plain", None);
    let run = assize(&["check", &server.base_url, "--leave-accounts", "3"]);
    run.assert_exit(2);
    assert!(
        run.junit().contains("accounts at the target"),
        "{}",
        run.stdout
    );
    assert_eq!(run.results()["totals"]["pass"], 0);
}

#[test]
fn a_server_that_is_not_the_api() {
    let server = crate::support::Foreign::start("plain", None);
    let url = server.base_url.replace("/api/auth/v2", "/elsewhere");
    let run = assize(&["check", &url]);
    run.assert_exit(3);
    assert!(run.said("check the URL"), "{}", run.stdout);
}

#[test]
fn a_target_that_is_no_url_and_no_name() {
    let run = assize(&["check", "staging"]);
    run.assert_exit(2);
    assert!(
        run.stderr
            .contains("\"staging\" is neither a URL nor the name of a target")
    );
}

#[test]
fn a_misspelt_key_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("assize.toml"), "jbos = 3\n").unwrap();
    let run = assize_in(folder, &["check"]);
    run.assert_exit(2);
    assert!(
        run.stderr
            .contains("assize.toml: unknown key `jbos`; did you mean `jobs`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn load_leaves_other_machines_alone() {
    let run = assize(&[
        "load",
        "http://192.0.2.1/api/auth/v2",
        "--scenario",
        "errors",
    ]);
    run.assert_exit(2);
    assert!(
        run.stdout.contains("--allow-load 192.0.2.1"),
        "{}",
        run.stdout
    );
}

#[test]
fn reports_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reports"), "a file, not a folder").unwrap();
    let run = assize_in(folder, &["check", "--case", "get.unknown"]);
    run.assert_exit(3);
    assert!(
        run.stderr.contains("cannot write reports"),
        "{}",
        run.stderr
    );
}

#[test]
fn lint_tells_editors_and_code_scanning_the_line_and_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let suite = "suite: mine\ntitle: Mine\ncases:\n  - id: mine.one\n    titel: One\n    proves: [get.alias]\n    steps: []\n";
    std::fs::write(folder.path().join("mine.yaml"), suite).unwrap();
    let run = assize_in(folder, &["lint", "mine.yaml", "--format", "json"]);
    run.assert_exit(2);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let problem = &told["problems"][0];
    assert_eq!(
        (&problem["file"], &problem["line"]),
        (&"mine.yaml".into(), &5.into()),
        "{told}"
    );
    assert!(problem["message"].as_str().unwrap().contains("titel"));
    assert!(problem["help"].as_str().unwrap().contains("title"));
    let run = assize_in(
        run.into_folder(),
        &["lint", "mine.yaml", "--format", "sarif"],
    );
    run.assert_exit(2);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let place = &told["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 5, "{told}");
    let run = assize_in(run.into_folder(), &["lint", "--format", "json"]);
    run.assert_exit(0);
    assert!(run.stdout.contains("\"problems\": []"), "{}", run.stdout);
}
