//! Load from the command line: profiles, thresholds, the search for the highest rate.

use crate::support::{Run, assize, assize_in};

/// Other tests take the processors from these, so no times are judged here that the machine spoils.
const LOAD: [&str; 4] = ["load", "--accept-invalid", "--warm-up", "100ms"];

fn load(arguments: &[&str]) -> Run {
    let mut all = LOAD.to_vec();
    all.extend(["--scenario", "lookup"]);
    all.extend(arguments);
    assize(&all)
}

#[test]
fn a_profile_sends_as_many_as_its_area() {
    let run = load(&["--profile", "ramp 20/s..100/s over 1s, hold 500ms"]);
    run.assert_exit(0);
    let load = &run.results()["loads"][0];
    let due = load["answered"].as_u64().unwrap() + load["unstarted"].as_u64().unwrap();
    // (20 + 100) ÷ 2 and 50; one more or less, since the warm-up's two come before.
    assert!((109..=111).contains(&due), "{due}");
    assert_eq!(load["arrivals"]["model"], "shaped");
    assert_eq!(
        load["arrivals"]["profile"],
        "ramp 20/s..100/s over 1s, hold 500ms"
    );
}

#[test]
fn a_missed_threshold_is_an_exit_code_and_a_failure_of_its_own() {
    let run = load(&[
        "--rate=50",
        "--duration=1s",
        "--slo=get p50 < 1ns",
        "--slo=errors < 50%",
    ]);
    run.assert_exit(4);
    assert!(run.stdout.starts_with("THRESHOLD MISSED"), "{}", run.stdout);
    assert!(run.said("✗ get p50 < 1ns") && run.said("✓ errors < 50%"));
    let junit = run.junit();
    assert!(junit.contains("lookup threshold get p50 &lt; 1ns"));
    assert_eq!(junit.matches("<failure ").count(), 1, "{junit}");
    let kept: Vec<bool> = run.results()["loads"][0]["thresholds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kept"].as_bool().unwrap())
        .collect();
    assert_eq!(kept[..2], [false, true]);
}

#[test]
fn thresholds_of_the_scenario_and_of_the_configuration_count() {
    let folder = tempfile::tempdir().unwrap();
    let suite = "suite: mine\ntitle: Mine\nscenarios:\n  - id: mine\n    title: Mine\n    slo: p50 < 1ns\n    steps:\n      - name: get\n        request: {method: GET, path: \"/user/${uuid}\"}\n        expect: {status: [401, 404]}\n";
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(folder.path().join("mine/mine.yaml"), suite).unwrap();
    let configuration = "suites = \"mine\"\nscenario = \"mine\"\nprofile = \"40/s for 1s\"\nslo = [\"max < 60s\"]\n";
    std::fs::write(folder.path().join("assize.toml"), configuration).unwrap();
    let run = assize_in(folder, &LOAD);
    run.assert_exit(4);
    assert!(
        run.said("✗ p50 < 1ns") && run.said("✓ max < 60s"),
        "{}",
        run.stdout
    );
}

#[test]
fn among_scenarios_in_turns_a_threshold_may_speak_of_one() {
    let mut arguments = LOAD.to_vec();
    arguments.extend([
        "--scenario=lookup=1,errors=1",
        "--rate=40",
        "--duration=1s",
        "--slo=lookup: get max < 60s",
        "--slo=errors p50 < 1ns",
    ]);
    let run = assize(&arguments);
    run.assert_exit(4);
    assert!(run.said("✓ lookup: get max < 60s") && run.said("✗ errors p50 < 1ns"));
}

#[test]
fn scenarios_are_given_one_by_one_or_with_commas_or_by_the_configuration() {
    let planned = |configuration: &str, arguments: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("assize.toml"), configuration).unwrap();
        assize_in(folder, &[&["load", "--dry-run"], arguments].concat())
    };
    let one_by_one = ["--scenario", "lookup=2", "--scenario=errors"];
    for (configuration, arguments) in [
        ("", &one_by_one[..]),
        ("scenario = 'lifecycle'", &one_by_one[..]),
        ("", &["--scenario", "lookup=2,errors"]),
        ("scenario = ['lookup=2', 'errors']", &[]),
        ("scenario = 'lookup=2,errors'", &[]),
    ] {
        let run = planned(configuration, arguments);
        run.assert_exit(0);
        assert!(
            run.said("load lookup=2,errors=1: "),
            "{configuration} {arguments:?}: {}",
            run.stdout
        );
    }
    let twice = planned("", &["--scenario=errors", "--scenario=errors=2"]);
    twice.assert_exit(2);
    assert!(twice.stderr.contains("errors is given twice"));
}

#[test]
fn what_is_given_takes_the_place_of_what_the_configuration_says_in_another_way() {
    let planned = |arguments: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let configuration = "profile = '100/s for 3s'\n";
        std::fs::write(folder.path().join("assize.toml"), configuration).unwrap();
        let run = assize_in(folder, &[&["load", "--dry-run"], arguments].concat());
        run.assert_exit(0);
        run
    };
    assert!(planned(&[]).said("100/s for 3s"));
    let run = planned(&["--rate=50", "--duration=7s"]);
    assert!(
        run.said("50/s iterations") && !run.said("100/s"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_highest_rate_is_searched_and_confirmed() {
    let run = load(&[
        "--find-max",
        "--rate=8",
        "--duration=1s",
        "--slo=max < 60s",
        // In place of a target that can answer no more than that.
        "--slo=rate < 20/s",
    ]);
    run.assert_exit(0);
    let search = &run.results()["loads"][0]["search"];
    let found = search["found"].as_f64().unwrap();
    assert!((16.0..20.5).contains(&found), "{search}");
    let last = search["stages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["confirming"], last["rate"].as_f64()),
        (&true.into(), Some(found))
    );
    assert!(run.said("is the highest rate found that keeps all thresholds"));
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains("The highest rate") && page.contains("confirmed"));
}

#[test]
fn mistakes_are_shown_with_a_caret_and_a_way_out() {
    for (arguments, pointed, help) in [
        (
            ["--profile", "ramp 10..20 in 3s"],
            "    ramp 10..20 in 3s\n                ^^\n",
            "a stage is `RATE for TIME`",
        ),
        (
            ["--slo", "p9x < 1ms"],
            "    p9x < 1ms\n    ^^^\n",
            "write one such as",
        ),
        (
            ["--slo", "put p99 < 1ms"],
            "    put p99 < 1ms\n    ^^^\n",
            "it has get",
        ),
    ] {
        let run = load(&arguments);
        run.assert_exit(2);
        assert!(run.stderr.contains(pointed), "{}", run.stderr);
        assert!(run.stderr.contains(help), "{}", run.stderr);
        assert!(run.junit().contains("<error"));
    }
    for (arguments, advice) in [
        (["--think", "1s"], "give --rate max with it"),
        (["--rate=max", "--find-max"], "give a number as --rate"),
        (["--rate=max", "--slo=rate > 9%"], "give a number as --rate"),
        (["--rate=5", "--abort-on-slo"], "give one with --slo"),
    ] {
        let run = load(&arguments);
        run.assert_exit(2);
        assert!(run.said(advice), "{advice}: {}", run.stdout);
    }
}
