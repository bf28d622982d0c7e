//! What is watched of accounts.

use super::*;
use std::sync::Mutex;
use std::time::Duration;

#[derive(Default)]
struct Lines(Mutex<Vec<LedgerLine>>);

impl Ledger for Lines {
    fn next_number(&self) -> AccountNumber {
        AccountNumber(u64::try_from(self.0.lock().unwrap().len()).unwrap())
    }

    fn write(&self, line: &LedgerLine) {
        self.0.lock().unwrap().push(line.clone());
    }
}

/// A watch with its ledger.
#[derive(Default)]
struct Watching {
    watch: AccountWatch,
    ledger: Lines,
}

impl Watching {
    fn see(&mut self, exchange: &Exchange) {
        let number = announce(&exchange.request, &self.ledger);
        self.watch.observe(exchange, number, &self.ledger);
    }

    fn standing(&self) -> Vec<Account> {
        self.watch.standing()
    }

    fn open(&self) -> usize {
        super::super::ledger::open_accounts(&self.ledger.0.lock().unwrap()).len()
    }
}

fn exchange(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
    status: u16,
    answer: &str,
) -> Exchange {
    Exchange {
        number: 0,
        request: Request {
            method: method.into(),
            path: path.into(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            body: Some(body.into()),
            manner: crate::model::Manner::default(),
        },
        result: Ok(Response {
            status,
            headers: Vec::new(),
            body: answer.into(),
        }),
        elapsed: Duration::ZERO,
    }
}

fn created(email: &str, bearer: &str, code: &str) -> Exchange {
    exchange(
        "POST",
        "/user",
        &[],
        &format!(r#"{{"email":"{email}"}}"#),
        200,
        &format!(r#"{{"bearer":"{bearer}","verificationCodeID":"{code}"}}"#),
    )
}

#[test]
fn a_created_account_stands_until_its_own_deletion_is_acknowledged() {
    let mut watch = Watching::default();
    watch.see(&created("a@x", "A", "ca"));
    watch.see(&created("b@x", "B", "cb"));
    watch.see(&exchange(
        "DELETE",
        "/user",
        &[("Authorization", "Bearer B")],
        "",
        401,
        "",
    ));
    assert_eq!(watch.standing().len(), 2);
    watch.see(&exchange(
        "DELETE",
        "/user",
        &[("authorization", "bearer B")],
        "",
        202,
        "",
    ));
    let standing = watch.standing();
    assert_eq!(standing.len(), 1);
    assert_eq!(standing[0].email.as_deref(), Some("a@x"));
    assert_eq!(watch.watch.made(), 2);
}

#[test]
fn a_key_pair_removes_its_owner_and_further_sessions_count_their_codes() {
    let mut watch = Watching::default();
    watch.see(&created("a@x", "A", "ca"));
    watch.see(&exchange(
        "POST",
        "/session",
        &[],
        r#"{"email":"a@x"}"#,
        200,
        r#"{"bearer":"A2","verificationCodeID":"ca2"}"#,
    ));
    assert_eq!(watch.standing()[0].codes_mailed, 2);
    watch.see(&exchange(
        "POST",
        "/keypair",
        &[("Authorization", "Bearer A2")],
        "",
        200,
        r#"{"apiKey":"K"}"#,
    ));
    watch.see(&exchange(
        "PUT",
        "/session/verification",
        &[],
        r#"{"verificationCodeID":"ca2"}"#,
        202,
        "",
    ));
    let account = &watch.standing()[0];
    assert!(!account.sessions[0].verified && account.sessions[1].verified);
    assert_eq!(account.sessions[1].code_ordinal, 1);
    watch.see(&exchange(
        "DELETE",
        "/user",
        &[("api-key", "K")],
        "",
        202,
        "",
    ));
    assert!(watch.standing().is_empty());
    assert_eq!(watch.open(), 0);
}

#[test]
fn a_refused_create_makes_no_account() {
    let mut watch = Watching::default();
    watch.see(&exchange(
        "POST",
        "/user",
        &[],
        r#"{"email":"a@x"}"#,
        400,
        "",
    ));
    assert_eq!(watch.watch.made(), 0);
    assert_eq!(watch.open(), 0);
}

#[test]
fn a_create_without_an_answer_stays_in_the_ledger_until_it_is_known_not_to_exist() {
    let mut watch = Watching::default();
    let lost = Exchange {
        number: 0,
        result: Err(crate::model::TransferError::new(
            crate::model::TransferErrorKind::Timeout,
            "late",
        )),
        ..created("a@x", "A", "ca")
    };
    watch.see(&lost);
    assert!(watch.standing()[0].uncertain);
    assert_eq!(watch.open(), 1);
    watch.watch.never_existed("a@x", &watch.ledger);
    assert_eq!(watch.open(), 0);
    assert_eq!(watch.watch.made(), 0);
}

/// Whose account goes when two are meant is the target's choice.
#[test]
fn of_two_accounts_that_a_delete_names_the_one_whose_session_works_stands() {
    for (works, stands) in [("b1", "one@x"), ("b2", "two@x")] {
        let mut watching = Watching::default();
        watching.see(&created("one@x", "b1", "c1"));
        watching.see(&created("two@x", "b2", "c2"));
        let owner = [("authorization", "Bearer b2")];
        watching.see(&exchange(
            "POST",
            "/keypair",
            &owner,
            "",
            200,
            r#"{"apiKey":"k2"}"#,
        ));
        let both = [("authorization", "Bearer b1"), ("api-key", "k2")];
        watching.see(&exchange("DELETE", "/user", &both, "", 202, "{}"));
        assert_eq!(watching.standing().len(), 2, "neither is known to be gone");
        assert_eq!(watching.open(), 2);
        let bearer = format!("Bearer {works}");
        let bearer = [("authorization", bearer.as_str())];
        watching.see(&exchange("GET", "/session", &bearer, "", 200, "{}"));
        let standing: Vec<_> = watching.standing();
        assert_eq!(standing.len(), 1);
        assert_eq!(standing[0].email.as_deref(), Some(stands));
        assert!(!standing[0].uncertain);
        assert_eq!(watching.open(), 1);
    }
}
