//! What the documents for newcomers name is there: paths, links and their sections, tests, recipes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Whose paths in code marks are checked, besides their links.
const FOR_NEWCOMERS: [&str; 3] = ["CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md"];

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(at_root(path)).unwrap()
}

/// All documents, by their paths.
fn documents() -> Vec<String> {
    let mut documents = vec!["README.md".to_owned(), "CHANGELOG.md".to_owned()];
    documents.extend(FOR_NEWCOMERS.map(str::to_owned));
    for entry in fs::read_dir(at_root("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        documents.extend((kind_of(&name) == "md").then(|| format!("docs/{name}")));
    }
    documents
}

/// The pieces of a text between one mark and another.
fn between<'a>(text: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    let pieces = text.split(begin).skip(1);
    pieces.filter_map(move |piece| piece.split_once(end).map(|(inside, _)| inside))
}

/// The text without its fenced blocks.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The name by which a link reaches a section.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter))
        .collect()
}

fn anchors(document: &str) -> BTreeSet<String> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

/// What stands behind the last dot.
fn kind_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// The code marks of a document that can only be paths of files or folders here.
fn named_paths(document: &str) -> impl Iterator<Item = &str> {
    let kinds = ["rs", "md", "toml", "sh", "py", "yaml", "json"];
    let marked = document.split('`').skip(1).step_by(2);
    marked.filter(move |code| {
        let is_path = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
        let is_here = code.ends_with('/') || kinds.contains(&kind_of(code));
        code.contains('/') && is_here && code.chars().all(is_path)
    })
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let mut faults = Vec::new();
    for name in documents() {
        let prose = prose(&text(&name));
        let folder = Path::new(&name).parent().unwrap();
        for link in between(&prose, "](", ")").filter(|link| !link.contains(':')) {
            let (file, section) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => at_root(&name),
                file => at_root("").join(folder).join(file),
            };
            let is_there = target.exists()
                && (section.is_empty()
                    || anchors(&fs::read_to_string(&target).unwrap()).contains(section));
            faults.extend((!is_there).then(|| format!("{name}: {link}")));
        }
    }
    super::assert_none(&faults);
}

#[test]
fn every_path_that_a_newcomer_is_told_is_there() {
    let mut faults = Vec::new();
    let mut found = 0;
    for name in FOR_NEWCOMERS {
        for path in named_paths(&prose(&text(name))) {
            found += 1;
            // A page about the code leaves out `src`; what a run makes is not there before.
            let is_there = at_root(path).exists() || at_root("src").join(path).exists();
            let is_made = path.starts_with(".assize") || path.starts_with("target");
            faults.extend((!is_there && !is_made).then(|| format!("{name}: {path}")));
        }
    }
    assert!(found > 40, "only {found} paths are found");
    super::assert_none(&faults);
}

#[test]
fn the_page_on_compatibility_names_the_versions_of_the_schemas() {
    let page = text("docs/compatibility.md");
    for schema in ["results", "events"] {
        let schema = text(&format!("schemas/{schema}.schema.json"));
        let id = between(&schema, "\"$id\": \"urn:", "\"").next().unwrap();
        let format = id.replace(':', "/");
        assert!(page.contains(&format!("`{format}`")), "{format}");
    }
}

#[test]
fn every_command_that_a_newcomer_is_told_exists() {
    let justfile = text("justfile");
    let contributing = text("CONTRIBUTING.md");
    let commands: Vec<&str> = between(&contributing, "```sh\n", "```").collect();
    let all = commands.concat() + &justfile;
    let words: Vec<&str> = all.split_whitespace().collect();
    let mut faults = Vec::new();
    for pair in words.windows(2) {
        let is_there = match pair[0] {
            "--test" => {
                at_root(&format!("tests/{}.rs", pair[1])).exists()
                    || at_root(&format!("tests/{}/main.rs", pair[1])).exists()
            }
            "--profile" => text(".config/nextest.toml").contains(&format!("[profile.{}]", pair[1])),
            _ => true,
        };
        faults.extend((!is_there).then(|| pair.join(" ")));
    }
    let scripts = words
        .iter()
        .filter(|word| ["sh", "py"].contains(&kind_of(word)));
    faults.extend(
        scripts
            .filter(|path| !at_root(path).exists())
            .map(ToString::to_string),
    );
    for recipe in [
        "check", "fast", "test", "docs", "schemas", "golden", "fuzz", "bench",
    ] {
        let begins = |line: &str| line.split([' ', ':']).next() == Some(recipe);
        faults.extend((!justfile.lines().any(begins)).then(|| format!("just {recipe}")));
    }
    super::assert_none(&faults);
}
