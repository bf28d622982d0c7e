//! Variables in place of options: what is off, what is missing, what is misspelt.

use crate::support::{Foreign, Run, assize_with};

/// One case that needs no mailbox, of the embedded server.
const SHORT: [&str; 4] = ["check", "--case", "get.unknown", "--accept-partial"];

fn check(configuration: &str, more: &[&str], environment: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    if !configuration.is_empty() {
        std::fs::write(folder.path().join("assize.toml"), configuration).unwrap();
    }
    assize_with(folder, &[&SHORT[..], more].concat(), environment)
}

#[test]
fn what_is_off_is_off_and_wins_over_the_file() {
    let file = "strict = true\njobs = 2\nsuites = \"no-such-folder\"\n";
    for off in ["", "false", "NO", "off", "0"] {
        let run = check(file, &[], &[("ASSIZE_STRICT", off), ("ASSIZE_SUITES", off)]);
        run.assert_exit(0);
        let settings = &run.results()["run"];
        assert_eq!(settings["strict"], false, "{off:?}");
        assert_eq!(settings["jobs"], 2);
    }
    let run = check(
        file,
        &["--strict"],
        &[
            ("ASSIZE_SUITES", ""),
            ("ASSIZE_STRICT", "0"),
            ("ASSIZE_JOBS", ""),
        ],
    );
    run.assert_exit(0);
    assert_eq!(run.results()["run"]["strict"], true, "a flag wins over all");
    assert_eq!(
        run.results()["run"]["jobs"],
        4,
        "an empty variable is the default"
    );
    for on in ["true", "1", "YES", "on"] {
        let run = check("", &[], &[("ASSIZE_STRICT", on)]);
        assert_eq!(run.results()["run"]["strict"], true, "{on:?}");
    }
    // Where numbers are meant, 0 is one.
    let run = check("", &[], &[("ASSIZE_JOBS", "0")]);
    assert_eq!(run.results()["run"]["jobs"], 0, "{}", run.stdout);
}

#[test]
fn a_mistake_in_a_variable_names_the_variable() {
    let url = "http://127.0.0.1:1/api";
    for (name, value) in [
        ("ASSIZE_QUIET", "banana"),
        ("ASSIZE_JOBS", "many"),
        ("ASSIZE_TIMEOUT", "soon"),
        ("ASSIZE_FORMAT", "xml"),
        ("ASSIZE_MAILBOX", "nowhere"),
        ("ASSIZE_EMAIL", "somebody@example.org"),
        ("ASSIZE_CODE_PATTERN", "("),
        ("ASSIZE_HEADER", "no colon"),
        ("ASSIZE_BASIC", "nobody"),
        ("ASSIZE_CA", "/no/such/file"),
        ("ASSIZE_PROXY", "nowhere"),
        ("ASSIZE_API_KEY", "half-a-pair"),
    ] {
        let run = check("", &[url], &[(name, value)]);
        run.assert_exit(2);
        let said = format!("the variable {name}");
        assert!(run.stderr.contains(&said), "{name}: {}", run.stderr);
        assert!(run.junit().contains(&said), "{}", run.junit());
        assert!(run.junit().contains("<error"), "{}", run.junit());
    }
    for target in [
        "staging",
        "ftp://host/api",
        "http://ann:password@host/api",
        "http://127.0.0.1:1/a\tb",
        "http://127.0.0.1:1/a\nb",
    ] {
        let run = check("", &[], &[("ASSIZE_TARGET", target)]);
        run.assert_exit(2);
        assert!(
            run.stderr.contains("the variable ASSIZE_TARGET"),
            "{}",
            run.stderr
        );
    }
    let run = check("", &[url, "--jobs", "many"], &[("ASSIZE_JOBS", "many")]);
    run.assert_exit(2);
    assert!(
        !run.stderr.contains("the variable"),
        "a flag is no variable: {}",
        run.stderr
    );
}

#[test]
fn a_target_that_was_meant_and_is_missing_is_not_the_embedded_server() {
    let url = "http://127.0.0.1:1/api";
    for (environment, said) in [
        (
            &[
                ("ASSIZE_TARGET", ""),
                ("ASSIZE_MAILBOX", "listen:127.0.0.1:0"),
            ][..],
            "ASSIZE_MAILBOX is set; the variable ASSIZE_TARGET is empty",
        ),
        (
            &[("ASSIZE_EMAIL", "qa+{tag}@example.org")],
            "ASSIZE_EMAIL is set",
        ),
        (
            &[("ASSIZE_TARGET", "off"), ("ASSIZE_BEARER", "of-somebody")],
            "ASSIZE_BEARER is set",
        ),
        (
            &[("ASSIZE_API_KEY", "k"), ("ASSIZE_API_SECRET", "s")],
            "ASSIZE_API_KEY is set",
        ),
        (&[("ASSIZE_HEADER", "X-Pass: 1")], "ASSIZE_HEADER is set"),
        (&[("ASSIZE_TRAGET", url)], "did you mean ASSIZE_TARGET?"),
        (
            &[("ASSIZE_TARGETS", url), ("ASSIZE_BASIC", "a:b")],
            "did you mean ASSIZE_TARGET?",
        ),
    ] {
        let run = check("", &[], environment);
        run.assert_exit(2);
        assert!(run.stderr.contains("no target is named"), "{}", run.stderr);
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
        assert!(
            run.junit().contains("no target is named"),
            "{}",
            run.junit()
        );
    }
    let targets = format!("[targets.staging]\nurl = \"{url}\"\n");
    let named = format!("target = \"staging\"\n{targets}");
    for (file, environment) in [(&targets, &[][..]), (&named, &[("ASSIZE_TARGET", "")])] {
        let run = check(file, &[], environment);
        run.assert_exit(2);
        assert!(
            run.stderr.contains("assize.toml has targets"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn with_nothing_set_the_embedded_server_is_tried_and_every_report_says_so() {
    let said = "the reference server inside assize";
    for environment in [&[][..], &[("ASSIZE_TARGET", "")]] {
        let run = check("", &[], environment);
        run.assert_exit(0);
        assert!(run.stdout.starts_with("CONFORMS"), "{}", run.stdout);
        let headline: Vec<&str> = run.stdout.split("\n  target").collect();
        let headline: Vec<&str> = headline[0].split_whitespace().collect();
        assert!(headline.join(" ").contains(said), "{}", run.stdout);
        assert!(run.junit().contains(said), "{}", run.junit());
        assert!(run.file("out/results.json").contains(said));
        let folder = run.into_folder();
        let mut folder = folder;
        for format in ["html", "md", "ctrf", "certificate"] {
            let report = assize_with(folder, &["report", "--to", format], &[]);
            report.assert_exit(0);
            assert!(report.stdout.contains(said), "{format}");
            folder = report.into_folder();
        }
    }
}

#[test]
fn a_variable_that_nobody_reads_is_told_with_the_one_that_was_meant() {
    let file = "[targets.here]\nurl = \"http://127.0.0.1:1/api\"\nbearer = { env = \"ASSIZE_STAGING_BEARER\" }\n";
    let environment = [
        ("ASSIZE_JOSB", "3"),
        ("ASSIZE_STAGING_BEARER", "of-somebody"),
        ("ASSIZE_ZEBRA", "1"),
    ];
    let run = check(file, &["here"], &environment);
    run.assert_exit(3);
    let notices = run.results()["notices"].to_string();
    for said in [
        "ASSIZE_JOSB is not known and has no effect; did you mean ASSIZE_JOBS?",
        "ASSIZE_ZEBRA is not known and has no effect\"",
    ] {
        assert!(notices.contains(said), "{notices}");
    }
    assert!(!notices.contains("STAGING"), "{notices}");
}

#[test]
fn blanks_around_a_url_do_not_matter_and_secrets_come_from_where_the_file_says() {
    let server = Foreign::start("plain", None);
    let padded = format!(" \t{}\n", server.base_url);
    let mailbox = format!(" {}\n", server.mailbox());
    let run = check(
        "",
        &["--case", "get.alias"],
        &[("ASSIZE_TARGET", &padded), ("ASSIZE_MAILBOX", &mailbox)],
    );
    run.assert_exit(0);
    assert_eq!(run.results()["run"]["target"], server.base_url);

    let file =
        "api-key = \"a-key\"\napi-secret = { env = \"LENT\" }\nheader = { env = \"GATE\" }\n";
    let environment = [
        ("LENT", "lent-secret-4711"),
        ("GATE", "X-Gate-Token: gate-value-1\nX-More: 2\n"),
    ];
    let mailbox = server.mailbox();
    let run = check(
        file,
        &[&server.base_url, "--mailbox", &mailbox],
        &environment,
    );
    run.assert_exit(0);
    assert!(run.said("X-Gate-Token, X-More"), "{}", run.stdout);
    assert!(!run.file("out/results.json").contains("lent-secret-4711"));
    let run = check(file, &[&server.base_url], &[("LENT", ""), ("GATE", "A: b")]);
    run.assert_exit(2);
    assert!(
        run.stderr
            .contains("`api-secret`: the variable LENT is empty"),
        "{}",
        run.stderr
    );
}
