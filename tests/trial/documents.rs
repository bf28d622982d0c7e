//! What the documents tell to type and to write works as it stands there.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

use crate::support::{Foreign, assize_in, free_port};
use crate::tested::binary;

const OTHER_APIS: &str = include_str!("../../docs/other-apis.md");

/// Writes the files that a document shows: each fenced block after a line that is only a path.
fn write_files(document: &str, folder: &Path) -> usize {
    let mut written = 0;
    let mut rest = document;
    while let Some((before, fenced)) = rest.split_once("\n\n```") {
        let (block, after) = fenced.split_once("\n```").unwrap();
        let (_, content) = block.split_once('\n').unwrap();
        let named = before.lines().next_back().unwrap_or_default();
        let path = named
            .strip_prefix('`')
            .and_then(|name| name.strip_suffix('`'));
        if let Some(path) = path {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("{content}\n")).unwrap();
            written += 1;
        }
        rest = after;
    }
    written
}

#[test]
fn the_suites_for_another_api_are_sound_and_prove_their_own_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write_files(OTHER_APIS, folder.path()), 3);
    let run = assize_in(folder, &["lint", "own"]);
    run.assert_exit(0);
    assert!(
        run.stdout.contains("3 requirements are all proven"),
        "{}",
        run.stdout
    );
}

const SUITE_FORMAT: &str = include_str!("../../docs/suite-format.md");

#[test]
fn the_examples_of_the_suite_format_hold_of_a_right_server() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own");
    std::fs::create_dir(&own).unwrap();
    let blocks = SUITE_FORMAT.split("```yaml\n").skip(1);
    for (number, block) in blocks.enumerate() {
        let suite = block.split("```").next().unwrap();
        std::fs::write(own.join(format!("{number}.yaml")), suite).unwrap();
    }
    let run = assize_in(folder, &["check", "--suites", "own", "--accept-partial"]);
    run.assert_exit(0);
    let results = run.results();
    let cases = results["cases"].as_array().unwrap();
    assert!(cases.len() > 20, "{}", cases.len());
    let unjudged = cases.iter().filter(|case| case["verdict"] != "pass");
    assert_eq!(unjudged.count(), 0, "{}", run.stdout);
}

const TUTORIAL: &str = include_str!("../../docs/tutorial.md");

/// A command of a document with what it is said to print.
struct Shown {
    command: String,
    output: String,
}

/// All commands in the blocks that show a console, in order.
fn shown(document: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let blocks = document.split("```console\n").skip(1);
    for block in blocks.map(|rest| rest.split("```").next().unwrap_or_default()) {
        for line in block.lines() {
            match (line.strip_prefix("$ "), shown.last_mut()) {
                (Some(command), _) => shown.push(Shown {
                    command: command.to_owned(),
                    output: String::new(),
                }),
                (None, last) => {
                    let output = &mut last.unwrap().output;
                    output.push_str(line);
                    output.push('\n');
                }
            }
        }
    }
    shown
}

/// The text without what differs from run to run: runs, times, seeds, generated values.
fn timeless(text: &str) -> String {
    let changing = [
        (r"\d{8}T\d{6}Z-(\w+)-[0-9a-f]+", "RUN-$1"),
        (r"\d[\d.,]* (ms|s|min)\b", "TIME"),
        (r"seed \d+", "seed N"),
        (r"tag [a-z]{8}\b", "tag T"),
        (
            r"127.0.0.1:\d{5}/api/auth/v2 \(",
            "127.0.0.1:PORT/api/auth/v2 (",
        ),
    ];
    let replaced = changing.iter().fold(text.to_owned(), |text, (what, with)| {
        let what = regex::Regex::new(what).unwrap();
        what.replace_all(&text, *with).into_owned()
    });
    // A wrapped line may break elsewhere when such a value has another length.
    let words: Vec<&str> = replaced
        .split_whitespace()
        .filter(|word| *word != "\\")
        .collect();
    words.join(" ")
}

/// A shell of a job in CI, with assize on its path and no settings from outside.
fn shell(script: &str, folder: &Path) -> Command {
    let binary = Path::new(binary()).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        shell.env_remove(name);
    }
    shell
        .args(["-c", script])
        .current_dir(folder)
        .env("PATH", path)
        .env("CI", "true")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY");
    shell
}

/// One shell types all commands, since they rest on each other.
#[test]
fn the_tutorial_can_be_typed_as_it_stands() {
    const BETWEEN: &str = "== next command ==";
    // Something else on this machine may use the ports that the tutorial names.
    let tutorial = ["18080", "12525"]
        .iter()
        .fold(TUTORIAL.to_owned(), |text, port| {
            text.replace(port, &free_port().to_string())
        });
    let shown = shown(&tutorial);
    assert!(
        shown.len() > 10,
        "the tutorial shows {} commands",
        shown.len()
    );
    let lines = shown
        .iter()
        .map(|one| format!("{}\necho '{BETWEEN}'\n", one.command));
    let script: String = std::iter::once("set -m\n".to_owned())
        .chain(lines)
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let output = shell(&script, folder.path()).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let printed: Vec<&str> = stdout.split(BETWEEN).collect();
    for (one, printed) in shown.iter().zip(&printed) {
        assert_eq!(
            timeless(printed),
            timeless(&one.output),
            "$ {}\n{stdout}",
            one.command
        );
    }
    assert_eq!(printed.len(), shown.len() + 1, "{stdout}");
}

const CI: &str = include_str!("../../docs/ci.md");

/// A job as a document describes it: what it runs, and its environment.
struct Job {
    script: String,
    variables: Vec<(String, String)>,
}

/// The first block in a language below a heading.
fn block<'a>(document: &'a str, heading: &str, language: &str) -> &'a str {
    let (_, below) = document.split_once(&format!("## {heading}\n")).unwrap();
    let (_, block) = below.split_once(&format!("```{language}\n")).unwrap();
    block.split("```").next().unwrap()
}

fn variables(written: &Value) -> Vec<(String, String)> {
    let variables = written.as_object().unwrap().iter();
    variables
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

fn jobs() -> Vec<(&'static str, Job)> {
    let github: Value = serde_saphyr::from_str(block(CI, "GitHub Actions", "yaml")).unwrap();
    let step = &github["jobs"]["contract"]["steps"][0];
    let gitlab: Value = serde_saphyr::from_str(block(CI, "GitLab CI", "yaml")).unwrap();
    let job = &gitlab["contract"];
    let jenkins = block(CI, "Jenkins", "groovy");
    let (_, shell) = jenkins.split_once("sh '").unwrap();
    let environment = regex::Regex::new(r"(ASSIZE_\w+) = (.*)").unwrap();
    let environment = environment.captures_iter(jenkins);
    vec![
        (
            "GitHub Actions",
            Job {
                script: step["run"].as_str().unwrap().to_owned(),
                variables: variables(&step["env"]),
            },
        ),
        (
            "GitLab CI",
            Job {
                script: job["script"][0].as_str().unwrap().to_owned(),
                variables: variables(&job["variables"]),
            },
        ),
        (
            "Jenkins",
            Job {
                script: shell.split('\'').next().unwrap().to_owned(),
                variables: environment
                    .map(|one| (one[1].to_owned(), one[2].to_owned()))
                    .collect(),
            },
        ),
    ]
}

#[test]
fn the_jobs_for_ci_work_as_they_stand() {
    for (name, job) in jobs() {
        let server = Foreign::start("plain", None);
        let folder = tempfile::tempdir().unwrap();
        let mut shell = shell(&job.script, folder.path());
        for (variable, value) in &job.variables {
            // What a job gets from its secrets and settings.
            let value = match variable.as_str() {
                "ASSIZE_TARGET" => server.base_url.clone(),
                "ASSIZE_MAILBOX" => server.mailbox(),
                _ => value.clone(),
            };
            shell.env(variable, value);
        }
        let output = shell.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{name}: {said}");
        for kept in ["out/junit.xml", "reports"] {
            assert!(folder.path().join(kept).exists(), "{name} keeps no {kept}");
        }
    }
}
