//! Mails that do not come, come late, come twice or puzzle their reader: nobody is blamed for what the mail
//! system does, and the run ends soon.

use crate::support::{Foreign, Run, violated};

/// A correct server whose mails are delivered so.
fn delivering(habits: &[&str]) -> Foreign {
    Foreign::start_with("plain", habits)
}

#[track_caller]
fn assert_all_passed(run: &Run) {
    run.assert_exit(0);
    let results = run.results();
    assert_eq!(results["totals"]["skip"], 0);
    assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
}

/// For how long a run went on, in seconds.
fn seconds(run: &Run) -> f64 {
    run.results()["run"]["duration_ms"].as_f64().unwrap() / 1e3
}

#[test]
fn a_server_that_mails_nothing_is_told_first_and_waited_for_once() {
    // Each of a hundred cases for itself would exceed what a run of these tests may take.
    let run = delivering(&["--mails", "0"]).check(&["--mail-limit", "8s"]);
    run.assert_exit(3);
    let first = run.stdout.trim_start();
    assert!(
        first.starts_with("BROKEN  no mail came to any of "),
        "{first}"
    );
    assert!(
        run.said(": nobody connected; check that the server mails to 127.0.0.1:"),
        "{first}"
    );
    assert_eq!(violated(&run.results()), [""; 0]);
    assert_eq!(run.stdout.matches("no mail came").count(), 1);
}

#[test]
fn one_case_without_any_mail_blames_nobody() {
    let run = delivering(&["--mails", "0"]).check(&["--case", "create.code", "--mail-limit", "1s"]);
    run.assert_exit(3);
    assert!(
        run.said("no mail came to the one address"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_sender_that_insists_on_tls_is_noticed() {
    let run = delivering(&["--smtp-login"]).check(&["--case", "create.code", "--mail-limit", "3s"]);
    run.assert_exit(3);
    assert!(
        run.said("left after EHLO without a mail, perhaps since STARTTLS is not offered"),
        "{}",
        run.stdout
    );
}

#[test]
fn mails_that_stop_shorten_what_is_waited_for_after() {
    let run = delivering(&["--mails", "60"]).check(&["--mail-limit", "8s"]);
    run.assert_exit(3);
    let results = run.file("out/results.json");
    assert!(results.contains("it was not waited for longer"));
    assert_eq!(violated(&run.results()), [""; 0]);
}

#[test]
fn greylisting_costs_a_few_delays_and_not_one_for_each_case() {
    let run = delivering(&["--greylist", "4"]).check(&["--mail-limit", "12s"]);
    assert_all_passed(&run);
    // One delay after the other, four at once, would take 106 s.
    assert!(seconds(&run) < 60.0, "{}", run.stdout);
}

/// Its users of this run are one and the same to such a server, unless the tag stands elsewhere.
#[test]
fn a_server_that_folds_plus_tags_is_told_from_one_that_admits_nobody() {
    let server = Foreign::start("terse", None);
    let run = server.check(&["--email", "qa+{tag}@example.com"]);
    run.assert_exit(3);
    assert!(run.said("differ in their plus tag alone"), "{}", run.stdout);
    assert!(run.said("'{tag}@example.com'"), "{}", run.stdout);
    assert_eq!(violated(&run.results()), [""; 0]);
}

/// The one that is called the code by a line of its own is not; the other one of the mail is.
#[test]
fn where_the_likeliest_number_of_a_mail_is_refused_the_next_one_is_tried() {
    let run = delivering(&["--letter", "old-and-new"]).check(&[]);
    assert_all_passed(&run);
    let told = "the target took number 2 in the order of likelihood";
    assert!(
        run.stderr.contains(told) || run.said(told),
        "{}",
        run.stderr
    );
}

#[test]
fn a_postal_code_beside_the_code_costs_nothing() {
    assert_all_passed(&delivering(&["--letter", "pin-in-address"]).check(&[]));
}

/// A wrong number takes the right one with it there: users who met it begin again with another session.
#[test]
fn a_server_that_locks_after_a_wrong_number_is_not_blamed_for_it() {
    for habits in [
        &["--one-try"][..],
        &["--one-try", "--letter", "old-and-new"],
    ] {
        assert_all_passed(&delivering(habits).check(&[]));
    }
}

#[test]
fn a_defect_is_found_where_mails_hold_several_numbers() {
    let more = ["--letter", "old-and-new", "--defect", "any-code-verifies"];
    let run = delivering(&more).check(&["--case", "create.*"]);
    run.assert_exit(1);
    assert_eq!(violated(&run.results()), ["create.verifiable"]);
}
