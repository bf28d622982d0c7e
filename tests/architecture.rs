//! Keeps the shape of the code: who may import whom, where the world may be touched, how long files and
//! functions may grow. Reads syntax, not text; what is compiled for tests alone is left out.
//! `ARCHITECTURE.md` says why.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "architecture/documents.rs"]
mod documents;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/source.rs"]
mod source;

use source::{Source, files, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The modules at the top of the crate, each with those that it may import. A row names only modules of rows
/// below it, so there are no circles.
const MAY_IMPORT: [(&str, &str); 18] = [
    (
        "cli",
        "session edge engine report history machines difference compare record reference load suite users_api contract model",
    ),
    (
        "session",
        "edge engine report machines record reference diagnosis load suite users_api contract model",
    ),
    (
        "edge",
        "engine machines record reference load suite users_api contract model",
    ),
    (
        "engine",
        "record diagnosis check load suite users_api model",
    ),
    (
        "report",
        "history machines difference compare record diagnosis load model",
    ),
    ("history", "compare record load model"),
    // One plan, many workers: between what happened and those who make it happen, since the edge implements its
    // store and its clock.
    ("machines", "record model"),
    ("difference", "record suite model"),
    ("compare", "record load model"),
    (
        "record",
        "reference diagnosis load suite users_api contract model",
    ),
    ("reference", "model"),
    ("diagnosis", "users_api model"),
    ("check", "suite contract model"),
    ("load", "model"),
    ("suite", "users_api contract model"),
    ("users_api", "model"),
    ("contract", "model"),
    ("model", ""),
];

/// The modules that may touch the world.
const WORLDLY: [&str; 2] = ["cli", "edge"];

/// What touches the world: clocks, sockets, files, the environment, the terminal, randomness. Names that
/// follow each other in a path.
const WORLD: [&[&str]; 21] = [
    &["Instant", "now"],
    &["SystemTime"],
    &["OffsetDateTime", "now_utc"],
    &["std", "net"],
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["print!"],
    &["println!"],
    &["eprint!"],
    &["eprintln!"],
    &["tokio", "net"],
    &["tokio", "time"],
    &["tokio", "fs"],
    &["tokio", "spawn"],
    &["reqwest"],
    &["getrandom"],
];

/// What only `users_api` knows, so that these run suites of any API: the paths and credentials of the Users API.
/// No line of theirs has it, be it code, a comment or a test.
const OF_ANY_API: [&str; 2] = ["engine", "suite"];
const OF_USERS_API: [&str; 3] = ["/user", "bearer", "api-key"];

/// The most lines of a file of code: comments and tests not counted.
const LONGEST_FILE: usize = 400;

/// The most lines between the braces of a function: comments and empty lines not counted.
const LONGEST_FUNCTION: usize = 50;

/// The rows of the table, from the top.
fn rows() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let row = |(name, imports): (_, &'static str)| {
        (
            name,
            imports.split(' ').filter(|one| !one.is_empty()).collect(),
        )
    };
    MAY_IMPORT.into_iter().map(row)
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_module_imports_only_what_the_table_allows() {
    let mut faults = Vec::new();
    let mut unused: Vec<(&str, &str)> = rows()
        .flat_map(|(name, imports)| imports.into_iter().map(move |import| (name, import)))
        .collect();
    let allowed = unused.clone();
    for source in sources().iter().filter(|source| !source.is_test) {
        let Some(own) = source.top() else { continue };
        for named in &source.names.paths {
            let Some(other) = named.top().filter(|other| *other != own) else {
                continue;
            };
            unused.retain(|edge| *edge != (own, other));
            if !allowed.contains(&(own, other)) {
                let (path, line) = (source.path.display(), named.line);
                faults.push(format!("src/{path}:{line}: {own} may not import {other}"));
            }
        }
    }
    faults.extend(unused.iter().map(|(module, import)| {
        format!("{module} no longer imports {import}: take it out of its row in MAY_IMPORT")
    }));
    assert_none(&faults);
}

/// A module of its own, `model/one.rs`, with every way to name another, and what is for tests beside it.
const ONE: &str = r#"
use crate::{check::judge, edge as world};
use super::super::engine::{self, Actor};
#[cfg(test)]
use crate::record::Record;
#[serde(with = "crate::contract::exact")]
struct Two(crate::suite::Plan);
trait Four { type Within; }
#[cfg(test)]
mod tests { use crate::diagnosis; }
mod inner { use super::super::super::cli; use super::super::reference; }
fn three() -> usize { vec![crate::load::Rate(1), println!("{}", std::time::Instant::now())].len() }
"#;

#[test]
fn what_a_file_names_is_found_wherever_it_stands() {
    let items = syn::parse_file(ONE).unwrap().items;
    let kept = items.into_iter().filter(|item| !source::is_for_tests(item));
    let items: Vec<_> = kept.collect();
    let names = names::names(&items, 2);
    let tops: BTreeSet<&str> = names.paths.iter().filter_map(names::Named::top).collect();
    assert_eq!(
        tops.into_iter().collect::<Vec<_>>(),
        [
            "check", "cli", "contract", "edge", "engine", "load", "suite"
        ]
    );
    let worldly = |word: &&&[&str]| names.paths.iter().any(|named| named.has(word));
    let found: Vec<String> = WORLD
        .iter()
        .filter(worldly)
        .map(|word| word.join("::"))
        .collect();
    assert_eq!(found, ["Instant::now", "println!"]);
    assert_eq!(names.functions.len(), 1);
    assert_eq!(names.types, [("Two".to_owned(), 7), ("Four".to_owned(), 8)]);
}

#[test]
fn the_table_has_every_module_and_no_circle() {
    let mut faults = Vec::new();
    let modules: BTreeSet<&str> = sources().iter().filter_map(Source::top).collect();
    let mut below = BTreeSet::new();
    for (module, imports) in rows().collect::<Vec<_>>().into_iter().rev() {
        for import in imports.iter().filter(|import| !below.contains(*import)) {
            faults.push(format!("{import} is no row below {module}"));
        }
        if !modules.contains(module) {
            faults.push(format!("there is no module {module}"));
        }
        below.insert(module);
    }
    let missing = modules.iter().filter(|module| !below.contains(*module));
    faults.extend(missing.map(|module| format!("MAY_IMPORT has no row for {module}")));
    assert_none(&faults);
}

#[test]
fn only_the_edge_and_the_command_line_touch_the_world() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !source.is_test) {
        if source.top().is_none_or(|top| WORLDLY.contains(&top)) {
            continue;
        }
        for named in &source.names.paths {
            if WORLD.iter().any(|word| named.has(word)) {
                let (path, line) = (source.path.display(), named.line);
                faults.push(format!("src/{path}:{line}: {}", named.path.join("::")));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn engines_and_suites_know_nothing_of_the_users_api() {
    let mut faults = Vec::new();
    for source in sources() {
        if source.top().is_none_or(|top| !OF_ANY_API.contains(&top)) {
            continue;
        }
        let knows = |line: &str| OF_USERS_API.iter().any(|word| line.contains(word));
        let lines = (1..)
            .zip(source.text.lines())
            .filter(|(_, line)| knows(line));
        let path = source.path.display();
        faults.extend(lines.map(|(number, line)| format!("src/{path}:{number}: {}", line.trim())));
    }
    assert_none(&faults);
}

#[test]
fn files_stay_small() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.lines_of_code().count();
        if lines > LONGEST_FILE {
            faults.push(format!("src/{} has {lines} lines", source.path.display()));
        }
    }
    assert_none(&faults);
}

#[test]
fn functions_stay_short() {
    let mut faults = Vec::new();
    for source in sources() {
        let text: Vec<&str> = source.text.lines().collect();
        let code: Vec<usize> = source
            .lines_of_code()
            .filter(|number| !text[number - 1].trim().is_empty())
            .collect();
        for function in &source.names.functions {
            let lines = code
                .iter()
                .filter(|line| function.body.contains(line))
                .count();
            if lines > LONGEST_FUNCTION {
                let (path, line, name) = (source.path.display(), function.line, &function.name);
                faults.push(format!("src/{path}:{line}: {name} has {lines} lines"));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn a_type_name_stands_for_one_thing() {
    // Two in one file stand for one thing on two systems.
    let mut places: BTreeMap<&str, BTreeMap<&Path, usize>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !source.is_test) {
        for (name, line) in &source.names.types {
            places.entry(name).or_default().insert(&source.path, *line);
        }
    }
    let again = places.iter().filter(|(_, places)| places.len() > 1);
    let faults: Vec<String> = again
        .flat_map(|(name, places)| {
            let one = move |(path, line): (&&Path, &usize)| {
                format!("src/{}:{line}: another {name}", path.display())
            };
            places.iter().map(one).collect::<Vec<_>>()
        })
        .collect();
    assert_none(&faults);
}

#[test]
fn every_file_is_compiled() {
    let mut files = files();
    for source in sources() {
        files.remove(&source.path);
    }
    let strays = files
        .iter()
        .map(|path| format!("no module is src/{}", path.display()));
    assert_none(&strays.collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = sources()
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| format!("src/{} has no module docs", source.path.display()));
    assert_none(&silent.collect::<Vec<_>>());
}
