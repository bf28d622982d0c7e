//! The embedded server, over real sockets and real mail.

use crate::support::assize;

#[test]
fn a_check_passes_and_leaves_no_account() {
    let run = assize(&["check"]);
    run.assert_exit(0);
    let results = run.results();
    assert!(results["totals"]["pass"].as_u64().unwrap() >= 100);
    assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
    assert!(results["accounts"]["made"].as_u64().unwrap() > 50);
    let folder = run.report_folder();
    for name in ["results.json", "junit.xml", "report.html"] {
        assert!(folder.join(name).metadata().unwrap().len() > 500, "{name}");
    }
}

#[test]
fn a_run_checks_and_loads() {
    let run = assize(&[
        "run",
        "--rate",
        "200",
        "--duration",
        "2s",
        "--warm-up",
        "500ms",
    ]);
    run.assert_exit(0);
    let results = run.results();
    let load = &results["loads"][0];
    let answered = load["answered"].as_u64().unwrap();
    // Of five iterations three are one request, one is six and one is three: 960 of 400. A busy machine does
    // not start them all; nor does it end the warm-up's hundred in time, of which all but the first requests,
    // 140, may then be due in the measurement.
    assert!((300..=1_100).contains(&answered), "{answered} answers");
    assert_eq!(load["answered"], load["conforming"]);
    for operation in load["operations"].as_array().unwrap() {
        for kind in ["response", "service", "lag"] {
            assert_eq!(operation[kind]["count"], operation["answered"], "{kind}");
        }
    }
    let logs = std::fs::read_dir(run.report_folder()).unwrap();
    let logs = logs.filter(|entry| {
        let path = entry.as_ref().unwrap().path();
        path.extension()
            .is_some_and(|extension| extension == "hlog")
    });
    assert!(logs.count() >= 1, "there is an interval log");
    assert_eq!(results["accounts"]["made"], results["accounts"]["removed"]);
}

#[test]
fn a_load_says_how_many_answers_were_judged_in_full() {
    let load = |judge: &str| {
        let settings = ["--rate", "200", "--duration", "1s", "--warm-up", "0s"];
        let mut arguments = vec!["load", "--scenario", "lookup", "--judge", judge];
        arguments.extend(settings);
        assize(&arguments)
    };
    let run = load("25%");
    run.assert_exit(0);
    let load_result = &run.results()["loads"][0];
    let judged = load_result["judged"].as_u64().unwrap();
    let answered = load_result["answered"].as_u64().unwrap();
    assert!(
        (40..=50).contains(&judged) && answered > 150,
        "{judged} of {answered}"
    );
    let said = format!("{judged} judged in full and the others by their status only");
    assert!(run.said(&said));
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains(&said) && run.junit().contains(&said));
    let run = load("status");
    run.assert_exit(0);
    assert!(run.said("judged by their status only"));
    assert_eq!(run.results()["loads"][0]["judged"], 0);
    load("some").assert_exit(2);
}

#[test]
fn the_configuration_names_targets_and_flags_win_over_it() {
    let server = crate::support::Foreign::start("plain", None);
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "jobs = 2\n[targets.mine]\nurl = \"{}\"\nmailbox = \"{}\"\nseed = 5\n",
        server.base_url,
        server.mailbox()
    );
    std::fs::write(folder.path().join("assize.toml"), text).unwrap();
    let arguments = ["check", "mine", "--case", "get.*", "--seed", "6"];
    let run = crate::support::assize_in(folder, &arguments);
    run.assert_exit(0);
    let results = run.results();
    assert_eq!(results["run"]["target"], server.base_url);
    assert_eq!(results["run"]["jobs"], 2);
    assert_eq!(results["run"]["seed"], 6);
}

#[test]
fn lists_schemas_and_lint_print_what_they_name() {
    let cases = assize(&["list"]);
    cases.assert_exit(0);
    assert!(cases.stdout.contains("get.unknown"));
    let requirements = assize(&["list", "--requirements"]);
    assert!(
        requirements
            .stdout
            .contains("create.status (must; section ")
    );
    assert!(
        !requirements.stdout.contains("no case proves this"),
        "{}",
        requirements.stdout
    );
    let lint = assize(&["lint"]);
    lint.assert_exit(0);
    let drafts = [
        ("suite", "http://json-schema.org/draft-07/schema#"),
        ("results", "https://json-schema.org/draft/2020-12/schema"),
    ];
    for (format, draft) in drafts {
        let schema = assize(&["schema", format]);
        schema.assert_exit(0);
        let value: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
        assert_eq!(value["$schema"], draft);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_of_this_machine_is_watched_beside_the_load() {
    let pid = std::process::id().to_string();
    let run = assize(&[
        "load",
        "--pid",
        &pid,
        "--rate",
        "50",
        "--duration",
        "2s",
        "--warm-up",
        "1s",
    ]);
    run.assert_exit(0);
    let results = run.results();
    let target = &results["loads"][0]["target"];
    assert_eq!(target["watched"], format!("process {pid}"));
    let series = target["series"].as_array().unwrap();
    assert_eq!(
        series.len(),
        3,
        "a second of warm-up and two of measurement"
    );
    for second in series {
        assert!(second["memory"].as_u64().unwrap() > 1_000_000);
        assert!(second["threads"].as_u64().unwrap() >= 1);
        assert!(second["descriptors"].as_u64().unwrap() >= 3);
    }
    assert!(run.said(&format!("process {pid} used")));
}

#[test]
fn a_process_that_is_not_there_is_bad_usage() {
    // Linux counts processes from 1.
    let run = assize(&["load", "--pid", "0"]);
    run.assert_exit(2);
    assert!(run.said("cannot watch process 0"));
}

#[test]
fn a_report_counts_the_answers_of_each_endpoint_by_status() {
    let run = assize(&["check", "--case", "get.unknown.anonymous"]);
    run.assert_exit(0);
    let results = run.results();
    let answers = results["answers"].as_array().unwrap();
    let of = |endpoint: &str, status: u16| {
        let mut found = answers
            .iter()
            .filter(|one| one["endpoint"] == endpoint && one["status"] == status);
        let found = found.next().unwrap();
        let count = |name: &str| found[name].as_u64().unwrap();
        (
            found["documented"] == true,
            count("tried") > 0,
            count("seen") > 0,
        )
    };
    assert_eq!(of("GET /user/{id}", 404), (true, true, true));
    assert_eq!(
        of("GET /user/{id}", 403),
        (true, true, false),
        "it is as good"
    );
    assert_eq!(of("POST /user", 404), (true, false, false), "nobody tried");
    let page = std::fs::read_to_string(run.report_folder().join("report.html")).unwrap();
    assert!(page.contains("Answers by endpoint and status"));
}
