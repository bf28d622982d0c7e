//! An account that the user lends, where no mailbox can be read.

use serde_json::{Value, json};

use crate::clean::Counted;
use crate::support::{Run, assize};

/// Accounts made by hand, as a user has them before a run.
struct ByHand<'a> {
    counted: &'a Counted,
    client: reqwest::Client,
}

impl<'a> ByHand<'a> {
    fn new(counted: &'a Counted) -> Self {
        // An error means that there is a provider already.
        drop(rustls::crypto::ring::default_provider().install_default());
        Self {
            counted,
            client: reqwest::Client::new(),
        }
    }

    /// Sends a request, with a bearer unless it is empty, and gives the answer, which must be a success.
    async fn send(&self, method: &str, url: &str, bearer: &str, body: Option<Value>) -> Value {
        let mut request = self.client.request(method.parse().unwrap(), url);
        if !bearer.is_empty() {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{method} {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// Verifies with the newest code mailed to an address.
    async fn verify(&self, path: &str, bearer: &str, email: &str, made: &Value) {
        let inbox = self.counted.server.inbox_url().unwrap();
        let inbox = inbox.replace("{email}", email).replace("#/code", "");
        let mail = self.send("GET", &inbox, "", None).await;
        let verification = json!({
            "verificationCodeID": made["verificationCodeID"],
            "code": mail["code"],
        });
        let url = format!("{}{path}", self.counted.server.base_url());
        self.send("PUT", &url, bearer, Some(verification)).await;
    }

    /// Makes a verified account and gives its bearer.
    async fn account(&self, email: &str) -> String {
        let url = format!("{}/user", self.counted.server.base_url());
        let create = json!({"email": email, "fullName": "Lent", "alias": "lent"});
        let session = self.send("POST", &url, "", Some(create)).await;
        self.verify("/session/verification", "", email, &session)
            .await;
        session["bearer"].as_str().unwrap().to_owned()
    }

    /// Makes a verified account and gives a key pair of it.
    async fn key_pair(&self, email: &str) -> (String, String) {
        let bearer = self.account(email).await;
        let url = format!("{}/keypair", self.counted.server.base_url());
        let make = json!({"name": "lent", "days": 1});
        let pair = self.send("POST", &url, &bearer, Some(make)).await;
        self.verify("/keypair/verification", &bearer, email, &pair)
            .await;
        let text = |member: &str| pair[member].as_str().unwrap().to_owned();
        (text("apiKey"), text("apiSecret"))
    }
}

fn account(counted: &Counted) -> String {
    let by_hand = ByHand::new(counted);
    counted.runtime.block_on(by_hand.account("lent@x.test"))
}

fn verdict(run: &Run, case: &str) -> String {
    let results = run.results();
    let cases = results["cases"].as_array().unwrap();
    let found = cases.iter().find(|one| one["id"] == case).unwrap();
    found["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_lent_account_is_read_and_deleted_only_if_that_is_allowed() {
    let counted = Counted::start();
    let bearer = account(&counted);
    let url = counted.server.base_url();
    let cases = [
        "--case",
        "get.alias,delete.bearer,get.unknown",
        "--accept-partial",
    ];
    let arguments = [&["check", &url, "--bearer", &bearer][..], &cases].concat();
    let run = assize(&arguments);
    run.assert_exit(0);
    assert_eq!(verdict(&run, "get.alias"), "pass");
    assert_eq!(verdict(&run, "delete.bearer"), "skip");
    assert_eq!(counted.accounts(), 1);
    for text in [
        &run.stdout,
        &run.stderr,
        &run.junit(),
        &run.file("out/results.json"),
    ] {
        assert!(!text.contains(&bearer), "the bearer is shown");
    }

    let run = assize(&[&arguments[..], &["--delete-account"]].concat());
    run.assert_exit(0);
    assert_eq!(verdict(&run, "delete.bearer"), "pass");
    assert_eq!(counted.accounts(), 0);
}

#[test]
fn a_lent_key_pair_deletes_its_account_only_if_that_is_allowed() {
    let counted = Counted::start();
    let by_hand = ByHand::new(&counted);
    let bearer = counted.runtime.block_on(by_hand.account("lent@x.test"));
    let (key, secret) = counted.runtime.block_on(by_hand.key_pair("pair@x.test"));
    let url = counted.server.base_url();
    let arguments = [
        "check",
        &url,
        "--bearer",
        &bearer,
        "--api-key",
        &key,
        "--api-secret",
        &secret,
        "--case",
        "get.alias,delete.bearer,delete.api-key",
        "--accept-partial",
    ];
    let run = assize(&arguments);
    run.assert_exit(0);
    assert_eq!(verdict(&run, "delete.api-key"), "skip");
    assert_eq!(counted.accounts(), 2);

    let run = assize(&[&arguments[..], &["--delete-account"]].concat());
    run.assert_exit(0);
    for case in ["get.alias", "delete.bearer", "delete.api-key"] {
        assert_eq!(verdict(&run, case), "pass");
    }
    assert_eq!(counted.accounts(), 0);
    for text in [
        &run.stdout,
        &run.stderr,
        &run.junit(),
        &run.file("out/results.json"),
    ] {
        assert!(!text.contains(&secret), "the secret is shown");
        assert!(!text.contains(&key), "the key is shown");
    }
}

#[test]
fn half_a_lent_key_pair_and_a_deletion_of_nothing_are_bad_usage() {
    let url = "http://127.0.0.1:9";
    assize(&["check", url, "--api-key", "k"]).assert_exit(2);
    assize(&["check", url, "--delete-account"]).assert_exit(2);
}
