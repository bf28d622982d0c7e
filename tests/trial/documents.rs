//! What the documents tell to type and to write works as it stands there.

use std::path::Path;

use crate::support::{assize_in, free_port};

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
    let binary = Path::new(env!("CARGO_BIN_EXE_assize")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let mut shell = std::process::Command::new("bash");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        shell.env_remove(name);
    }
    let output = shell
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("CI", "true")
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap();
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
