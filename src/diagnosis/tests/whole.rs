//! Runs in which no answer was the API's, or nobody was admitted.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_run_without_one_answer_of_the_api_has_the_shape_of_what_answered() {
    let redirect = |to: &str| answer(301, &[("location", to)], "");
    let basic = answer(401, &[("www-authenticate", "Basic realm=x")], "no");
    let situations: [(Came, RunShape, &str); 14] = [
        (
            redirect("https://h/api/user/1"),
            RunShape::Redirected,
            "https:",
        ),
        (
            redirect("http://login/"),
            RunShape::Redirected,
            "login page",
        ),
        (
            page(502, "502 Bad Gateway"),
            RunShape::Gateway,
            "502 Bad Gateway, Server nginx/1.18.0",
        ),
        (page(503, "Down"), RunShape::Gateway, "start that server"),
        (
            answer(504, &[], ""),
            RunShape::Gateway,
            "504 Gateway Timeout",
        ),
        (
            answer(503, &[], "no healthy upstream"),
            RunShape::Gateway,
            "no healthy upstream",
        ),
        (page(200, "Sign in"), RunShape::Page, "“Sign in”"),
        (
            page(403, "Access denied"),
            RunShape::Page,
            "“Access denied”",
        ),
        (page(500, "Oh no"), RunShape::Page, "“Oh no”"),
        (basic, RunShape::Guarded, "--header"),
        (
            page(400, "400 The plain HTTP request was sent to HTTPS port"),
            RunShape::Elsewhere,
            "write https:",
        ),
        (
            refused(404, "no such route"),
            RunShape::Elsewhere,
            "x-error “no such route”",
        ),
        (
            answer(404, &[], r#"{"detail":"Not Found"}"#),
            RunShape::Elsewhere,
            "Not Found",
        ),
        (
            refused(400, "the x-api-version header is missing"),
            RunShape::Refused,
            "--header",
        ),
    ];
    for (came, shape, says) in situations {
        let mut tale = Tale::default();
        tale.all(&came);
        let ended = ending(&tale.evidence).map(|found| found.shape);
        assert_eq!(
            (tale.shapes(), ended),
            (vec![shape], Some(shape)),
            "{came:?}"
        );
        assert!(tale.told().contains(says), "{says}: {}", tale.told());
    }
}

#[test]
fn what_answers_each_method_in_another_way_and_is_no_api_is_elsewhere() {
    let mut tale = Tale::default();
    tale.ask("GET", "/user/1", None, page(200, "Welcome"));
    tale.ask("GET", "/session", None, page(200, "Welcome"));
    tale.ask("DELETE", "/user", None, page(405, "Not allowed"));
    tale.ask(
        "PUT",
        "/session/verification",
        Some("{"),
        page(405, "Not allowed"),
    );
    assert_eq!(tale.shapes(), []);
    tale.ask("POST", "/user", Some("{"), page(405, "Not allowed"));
    assert_eq!(tale.shapes(), [RunShape::Elsewhere]);
}

#[test]
fn an_api_is_not_taken_for_something_else_however_wrong_it_is() {
    let own_failure = refused(500, "the store is down");
    let bare = |status| answer(status, &[], r#"{"error":"no"}"#);
    let mut failing = Tale::default();
    failing.all(&own_failure);
    let mut bare_errors = Tale::default();
    bare_errors.ask("GET", "/user/1", None, own_page(404, "Not Found"));
    bare_errors.ask("DELETE", "/user", None, own_page(401, "Unauthorized"));
    bare_errors.ask("GET", "/session", None, bare(401));
    bare_errors.ask(
        "PUT",
        "/session/verification",
        None,
        own_page(400, "Bad Request"),
    );
    bare_errors.ask("POST", "/user", Some("{"), own_page(400, "Bad Request"));
    let mut pages_of_a_framework = Tale::default();
    for round in 0..20 {
        pages_of_a_framework.honest(1);
        let path = format!("/user/{round}");
        pages_of_a_framework.ask("GET", &path, None, own_page(404, "Not Found"));
        pages_of_a_framework.ask("POST", "/user", Some("["), own_page(400, "Bad Request"));
        pages_of_a_framework.ask(
            "PUT",
            "/session/verification",
            Some("["),
            own_page(400, "Bad Request"),
        );
        pages_of_a_framework.ask(
            "DELETE",
            "/user",
            None,
            own_page(500, "Internal Server Error"),
        );
        pages_of_a_framework.ask("DELETE", "/user", None, own_page(403, "Forbidden"));
        pages_of_a_framework.ask("GET", &path, None, bare(500));
        pages_of_a_framework.ask("DELETE", "/user", None, failed(TransferErrorKind::Closed));
    }
    for tale in [failing, bare_errors, pages_of_a_framework] {
        assert_eq!(tale.shapes(), [], "{}", tale.told());
        assert!(ending(&tale.evidence).is_none());
    }
}

#[test]
fn a_target_that_admits_no_user_is_said_to_admit_none_with_the_option_that_helps() {
    for (status, error, enough, option) in [
        (400, "email domain is not allowed", 3, "--email"),
        (403, "registration is closed", 1, "open registration"),
        (403, "captcha required", 1, "--header"),
        (400, "x-tenant header is missing", 3, "--header"),
        (402, "quota exceeded", 3, "--request-rate"),
    ] {
        let mut tale = Tale::default();
        for number in 1..=enough {
            assert!(ending(&tale.evidence).is_none(), "{error} {number}");
            tale.create(refused(status, error));
        }
        let found = ending(&tale.evidence).unwrap();
        assert_eq!(found.shape, RunShape::NoCreates);
        assert!(
            found.quote.contains(error) && found.advice.contains(option),
            "{found:?}"
        );
        tale.create(granted());
        assert!(!tale.shapes().contains(&RunShape::NoCreates));
    }
    let mut different = Tale::default();
    for error in ["the alias", "the name", "the email"] {
        different.create(refused(400, error));
    }
    let mut failing = Tale::default();
    for _ in 0..5 {
        failing.create(refused(500, "cannot mail"));
    }
    assert_eq!((different.shapes(), failing.shapes()), (vec![], vec![]));
}

/// A target may refuse creates that cross: what it makes of the next one shows whether it admits users.
#[test]
fn a_crowd_that_is_refused_shows_nothing_until_others_are_refused_as_well() {
    for before in [0, 2] {
        let mut tale = Tale::default();
        tale.honest(before);
        tale.in_a_crowd = true;
        for _ in 0..40 {
            tale.create(refused(409, "the request is refused"));
        }
        tale.in_a_crowd = false;
        assert!(!tale.shapes().contains(&RunShape::NoCreates), "{before}");
        for _ in 0..5 {
            tale.create(refused(409, "the request is refused"));
        }
        let found = diagnose(&tale.evidence);
        assert_eq!(found[0].shape, RunShape::NoCreates, "{before}");
        assert_eq!(found[0].met, 45, "{before}");
    }
}

#[test]
fn users_that_are_no_longer_admitted_are_told_from_users_that_never_were() {
    let mut tale = Tale::default();
    tale.honest(3);
    for _ in 0..5 {
        tale.create(refused(403, "quota exceeded"));
    }
    assert_eq!(tale.shapes(), [RunShape::NoCreates]);
    assert!(
        tale.told().contains("no further user since request 11"),
        "{}",
        tale.told()
    );
}

#[test]
fn a_create_refused_while_the_last_user_was_admitted_met_the_same() {
    let mut tale = Tale::default();
    tale.honest(3);
    tale.create(refused(403, "quota exceeded"));
    tale.create(granted());
    for _ in 0..5 {
        tale.create(refused(403, "quota exceeded"));
    }
    let found = diagnose(&tale.evidence);
    assert_eq!(found.len(), 1, "{found:?}");
    let met: Vec<u64> = found[0].all_exchanges.iter().copied().collect();
    assert_eq!(met, [16, 18, 19, 20, 21, 22]);
}

#[test]
fn what_names_a_quota_is_the_same_however_long_some_users_are_still_admitted() {
    for (says, met) in [("quota exceeded", 6), ("closed", 5)] {
        let mut tale = Tale::default();
        tale.honest(3);
        tale.ask("POST", "/user", Some("{"), refused(403, says));
        for _ in 0..150 {
            tale.create(granted());
        }
        for _ in 0..5 {
            tale.create(refused(403, says));
        }
        let found = diagnose(&tale.evidence);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].met, met, "{says}");
    }
}

#[test]
fn users_that_meet_their_siblings_are_told_from_others_that_are_refused() {
    // Whether the first was admitted, the addresses of all, and what the others were told.
    let told = |admitted: bool, address: fn(u64) -> String, says: &str| {
        let mut tale = Tale::default();
        tale.honest(1);
        for number in 0..6 {
            let came = if number == 0 && admitted {
                granted()
            } else {
                refused(400, says)
            };
            let email = address(number);
            let body =
                format!(r#"{{"email":"{email}","fullName":"Ann Lee","alias":"someone{number}"}}"#);
            tale.ask("POST", "/user", Some(&body), came);
        }
        tale.told()
    };
    let tagged: fn(u64) -> String = |number| format!("qa+{number}@example.com");
    let other: fn(u64) -> String = |number| format!("qa{number}@example.com");
    let (taken, quota) = ("this email already has an account", "quota exceeded");
    let is_said = |told: String| told.contains("plus tag alone");
    assert!(is_said(told(true, tagged, taken)));
    for (admitted, address, says) in [
        (true, tagged, quota),
        (true, other, taken),
        (false, tagged, taken),
    ] {
        let told = told(admitted, address, says);
        assert!(!is_said(told.clone()), "{told}");
    }
}
