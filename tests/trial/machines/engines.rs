//! What is printed for engines is what they take.

use std::process::Command;

use super::fleet::Fleet;
use super::noting_server::{Manners, NotingServer};
use crate::installed::part;
use crate::tested::binary;

const RATE: [&str; 6] = ["--rate", "40", "--duration", "1s", "--slo", "stalls < 100%"];

/// Plans and gives what is printed for an engine.
fn printed(fleet: &Fleet, url: &str, engine: &str, more: &[&str]) -> String {
    let plan = [
        "plan",
        url,
        "--processes",
        "2",
        "-o",
        "plan.json",
        "--for",
        engine,
    ];
    let load = [
        "--suites",
        "own",
        "--seed",
        "5",
        "--warm-up",
        "0s",
        "--lead",
        "700ms",
    ];
    let beat = ["--beat", "100ms"];
    let output = fleet
        .command(&[&plan[..], &load, &beat, &RATE, more].concat())
        .output();
    let output = output.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_script_for_a_shell_makes_the_load_and_ends_as_the_merge_does() {
    let server = NotingServer::start(Manners {
        wrong_once: true,
        ..Manners::default()
    });
    let fleet = Fleet::new();
    let script = printed(&fleet, &server.url, "local", &["--store", "a store's"]);
    let run = Command::new("sh")
        .args(["-c", &script])
        .current_dir(fleet.path(""))
        .env("ASSIZE", binary())
        .env("WHO", "x-worker: any")
        .output()
        .unwrap();
    assert_eq!(
        run.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert_eq!(server.asked_by("any"), 40);
    assert_eq!(server.things().len(), 40);
}

#[test]
fn the_manifests_for_kubernetes_satisfy_its_schemas() {
    const TOOL: &str = "report-parts/python/bin/kubernetes-validate";
    let Some(validate) = part(TOOL, "tests/report-parts.sh") else {
        return;
    };
    let fleet = Fleet::new();
    let url = "http://target.example:8080/api";
    let allowed = ["--allow-load", "target.example"];
    let names = [
        "--image",
        "registry.example/assize:1",
        "--claim",
        "many",
        "--secret",
        "keys",
    ];
    let place = ["--store", "run-17", "--workers", "2"];
    let bucket = ["--store", "s3://things/run"];
    for more in [&[][..], &names, &place, &bucket] {
        let manifests = printed(&fleet, url, "kubernetes", &[&allowed[..], more].concat());
        std::fs::write(fleet.path("job.yaml"), &manifests).unwrap();
        let checked = Command::new(&validate)
            .arg("--strict")
            .arg(fleet.path("job.yaml"))
            .output();
        let checked = checked.unwrap();
        let said = String::from_utf8_lossy(&checked.stderr).into_owned()
            + &String::from_utf8_lossy(&checked.stdout);
        assert!(checked.status.success(), "{said}");
        assert_eq!(said.matches("passed").count(), 3, "{said}");
        // The variable of the plan comes from the Secret.
        assert!(manifests.contains("key: \"WHO\""), "{manifests}");
    }
    // The validator sees what is wrong.
    let wrong = std::fs::read_to_string(fleet.path("job.yaml")).unwrap();
    std::fs::write(
        fleet.path("job.yaml"),
        wrong.replace("completionMode", "completionMod"),
    )
    .unwrap();
    let checked = Command::new(&validate)
        .arg("--strict")
        .arg(fleet.path("job.yaml"))
        .output();
    assert!(!checked.unwrap().status.success());
}
