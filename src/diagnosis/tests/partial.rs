//! Runs that were in order but for a part, or until a moment.

use super::*;

#[test]
fn a_target_that_goes_away_is_told_by_the_last_request_that_it_answered() {
    let mut tale = Tale::default();
    tale.honest(4);
    tale.ask("DELETE", "/user", None, failed(TransferErrorKind::Closed));
    for _ in 0..5 {
        assert!(ending(&tale.evidence).is_none());
        tale.create(failed(TransferErrorKind::Connect));
    }
    tale.create(failed(TransferErrorKind::Connect));
    let found = ending(&tale.evidence).unwrap();
    assert_eq!((found.shape, found.met), (RunShape::Gone, 7));
    let told = found.told();
    for says in [
        "until request 20 (DELETE /user)",
        "it is closed for DELETE /user",
        "it is connect",
    ] {
        assert!(told.contains(says), "{told}");
    }
    tale.honest(2);
    assert_eq!(tale.shapes(), [RunShape::Outage]);
    assert!(ending(&tale.evidence).is_none());
}

#[test]
fn connections_that_are_closed_while_others_are_answered_are_no_shape() {
    let mut tale = Tale::default();
    tale.honest(3);
    for number in 0..12 {
        tale.ask(
            "POST",
            "/user",
            Some(&number.to_string()),
            failed(TransferErrorKind::Closed),
        );
    }
    assert_eq!(tale.shapes(), []);
    tale.honest(1);
    assert_eq!(tale.shapes(), []);
}

#[test]
fn from_some_moment_on_one_answer_to_everything_is_a_ban_or_the_targets_own_failure() {
    for (came, shape, fault) in [
        (refused(401, "banned"), RunShape::Gone, Party::Way),
        (
            refused(500, "the store is down"),
            RunShape::Failing,
            Party::Target,
        ),
    ] {
        let mut tale = Tale::default();
        tale.honest(3);
        for _ in 0..2 {
            tale.all(&came);
            tale.create(came.clone());
        }
        let found = diagnose(&tale.evidence);
        assert_eq!((found[0].shape, found[0].fault), (shape, fault));
        assert_eq!(ending(&tale.evidence).is_some(), fault == Party::Way);
    }
}

#[test]
fn pages_of_something_between_are_told_whether_they_strike_by_what_is_asked_or_by_number() {
    let odd = |came: Came| {
        let mut tale = Tale::default();
        for round in 0..6 {
            tale.honest(2);
            tale.ask("POST", "/user", Some(&format!("'{round}")), came.clone());
            tale.ask("GET", &format!("/user/'{round}"), None, came.clone());
        }
        tale
    };
    for came in [
        page(403, "Request blocked"),
        page(406, "Not Acceptable!"),
        page(200, "Just a moment..."),
        page(502, "502 Bad Gateway"),
        answer(504, &[], "upstream request timeout"),
        answer(302, &[("location", "/login?next=1")], ""),
    ] {
        let tale = odd(came);
        let found = diagnose(&tale.evidence);
        assert_eq!(
            (found.len(), found[0].shape, found[0].met),
            (1, RunShape::Between, 12)
        );
        assert!(ending(&tale.evidence).is_none());
    }
}

#[test]
fn two_servers_are_told_by_the_same_question_asked_twice_and_not_by_a_session_that_becomes_usable()
{
    let twice = |tale: &mut Tale| {
        let bearer = tale.number;
        tale.ask("GET", "/session", None, refused(401, "unknown"));
        let mut again = tale.evidence.prints().last().unwrap().clone();
        again.number += 1;
        again.came = Ok(AnswerMark::of(
            &granted().unwrap(),
            &Request {
                method: "GET".into(),
                path: format!("/{bearer}"),
                headers: vec![],
                body: None,
                manner: crate::model::Manner::default(),
            },
            &Redactor::new(),
        ));
        tale.number = again.number;
        again
    };
    let mut one_server = Tale::default();
    let mut two_servers = Tale::default();
    for _ in 0..3 {
        one_server.honest(1);
        let later = twice(&mut one_server);
        one_server.evidence.push(later);
        two_servers.honest(1);
        let again = Fingerprint {
            purpose: Purpose::Repeat,
            ..twice(&mut two_servers)
        };
        two_servers.evidence.push(again);
    }
    assert_eq!(
        (one_server.shapes(), two_servers.shapes()),
        (vec![], vec![RunShape::TwoServers])
    );
}

#[test]
fn a_quote_is_short_one_line_and_without_secrets() {
    let redactor = Redactor::new();
    redactor.learn("s3cret-s3cret");
    let request = Request {
        method: "GET".into(),
        path: "/user/1".into(),
        headers: vec![],
        body: None,
        manner: crate::model::Manner::default(),
    };
    let response = answer(
        403,
        &[("x-error", &format!("{} s3cret-s3cret", "no ".repeat(31)))],
        "",
    )
    .unwrap();
    let quote = AnswerMark::of(&response, &request, &redactor).quote();
    assert!(
        quote.starts_with("403 Forbidden, x-error “no no"),
        "{quote}"
    );
    assert!(
        quote.chars().count() < 140 && !quote.contains("s3c"),
        "{quote}"
    );
}
