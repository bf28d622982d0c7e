//! An account that the user lends, where no mailbox can be read.

use serde_json::{Value, json};

use crate::clean::Counted;
use crate::support::{Run, assize};

/// Makes a verified account by hand and gives its bearer.
fn account(counted: &Counted) -> String {
    assize::edge::tls::install_provider();
    let base = counted.server.base_url();
    let inbox = counted.server.inbox_url().unwrap();
    let inbox = inbox
        .replace("{email}", "lent@x.test")
        .replace("#/code", "");
    counted.runtime.block_on(async {
        let client = reqwest::Client::new();
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let create = json!({"email": "lent@x.test", "fullName": "Lent", "alias": "lent"});
        let request = client.post(format!("{base}/user")).body(create.to_string());
        let session = json(&request.send().await.unwrap().text().await.unwrap());
        let mail = client
            .get(inbox)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let verification = json!({
            "verificationCodeID": session["verificationCodeID"],
            "code": json(&mail)["code"],
        });
        let url = format!("{base}/session/verification");
        let request = client.put(url).body(verification.to_string());
        assert!(request.send().await.unwrap().status().is_success());
        session["bearer"].as_str().unwrap().to_owned()
    })
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
