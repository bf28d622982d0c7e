//! Keeps the shape of the code: who may use whom, where the world may be touched, how large a file
//! may grow. `ARCHITECTURE.md` says why.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the top. A file may use its own layer and those below it.
const LAYERS: [&str; 11] = [
    "cli",
    "edge",
    "engine",
    "report",
    "reference",
    "diagnosis",
    "check",
    "load",
    "suite",
    "contract",
    "model",
];

/// The layers that may touch the world.
const WORLDLY: [&str; 2] = ["cli", "edge"];

/// Words that touch the world: clocks, sockets, files, the environment, the terminal, randomness.
const WORLD: [&str; 17] = [
    "Instant::now",
    "SystemTime",
    "now_utc",
    "std::net",
    "std::fs",
    "std::env",
    "std::process",
    "std::io::std",
    "std::thread",
    "println!",
    "print!(",
    "tokio::net",
    "tokio::time",
    "tokio::fs",
    "tokio::spawn",
    "reqwest::",
    "getrandom",
];

/// The longest that a file of code may be, its tests not counted.
const LONGEST_FILE: usize = 400;

struct Source {
    path: PathBuf,
    layer: String,
    /// The code in front of the file's tests, without comments.
    code: String,
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    rust_files(&root, &mut paths);
    let sources: Vec<Source> = paths
        .into_iter()
        .map(|path| {
            let below = path.strip_prefix(&root).unwrap();
            let layer = below.iter().next().unwrap().to_string_lossy().into_owned();
            Source {
                layer,
                code: code_of(&fs::read_to_string(&path).unwrap()),
                path: below.to_owned(),
            }
        })
        .collect();
    assert!(sources.len() > 50, "the test does not find the code");
    sources
}

fn code_of(text: &str) -> String {
    text.split("\n#[cfg(test)]\n")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect::<Vec<_>>()
        .concat()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_file_uses_only_its_own_layer_and_those_below() {
    let rank = |layer: &str| LAYERS.iter().position(|one| *one == layer);
    let mut faults = Vec::new();
    for source in sources() {
        let Some(own) = rank(&source.layer) else {
            continue;
        };
        for (higher, _) in LAYERS.iter().zip(0..own) {
            if source.code.contains(&format!("crate::{higher}")) {
                faults.push(format!("{} uses {higher}", source.path.display()));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_folder_is_a_layer() {
    let mut faults = Vec::new();
    for source in sources() {
        let at_top = source.path.components().count() == 1;
        if !at_top && !LAYERS.contains(&source.layer.as_str()) {
            faults.push(format!("{} is in no layer", source.path.display()));
        }
    }
    assert_none(&faults);
}

#[test]
fn only_the_edge_and_the_command_line_touch_the_world() {
    let mut faults = Vec::new();
    for source in sources() {
        let is_test = source.path.iter().any(|part| part == "tests");
        if is_test || !LAYERS.contains(&source.layer.as_str()) {
            continue;
        }
        if WORLDLY.contains(&source.layer.as_str()) {
            continue;
        }
        for word in WORLD {
            if source.code.contains(word) {
                faults.push(format!("{} has {word}", source.path.display()));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn files_stay_small() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.code.lines().count();
        if lines > LONGEST_FILE {
            faults.push(format!("{} has {lines} lines", source.path.display()));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_file_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for source in sources() {
        let text = fs::read_to_string(root.join(&source.path)).unwrap();
        if !text.starts_with("//!") {
            faults.push(format!("{} has no module docs", source.path.display()));
        }
    }
    assert_none(&faults);
}
