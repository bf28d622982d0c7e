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
    let load = &results["load"];
    let answered = load["answered"].as_u64().unwrap();
    // Of five iterations three are one request, one is six and one is three.
    assert!((700..=960).contains(&answered), "{answered} answers");
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
    for format in ["suite", "results"] {
        let schema = assize(&["schema", format]);
        schema.assert_exit(0);
        let value: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
        assert_eq!(
            value["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
}
