//! Reads suites from the binary or from a folder and plans them.

use std::path::{Path, PathBuf};

use super::options::CheckOptions;
use crate::contract::{Requirements, Schemas};
use crate::record::SuitesUsed;
use crate::session::{Failure, Planned};
use crate::suite::{
    Plan, Selection, SuiteError, SuiteText, Vocabulary, Wildcard, builtin_suites, plan,
};

/// A catalogue of requirements beside suites stands in for the built-in one.
const CATALOGUE: &str = "requirements.yaml";
/// Schemas in this folder beside suites stand in for the built-in ones.
const SCHEMAS: &str = "schemas";

/// How suites become a plan: all of them, or what a load needs of them.
pub(super) type Planner = fn(&[SuiteText], Vocabulary<'_>) -> Result<Plan, Vec<SuiteError>>;

/// Plans the suites of a folder, or the built-in ones.
pub(super) fn planned(folder: Option<&Path>) -> Result<Planned, Failure> {
    planned_by(plan, folder)
}

/// The same by a planner.
pub(super) fn planned_by(planner: Planner, folder: Option<&Path>) -> Result<Planned, Failure> {
    match folder {
        Some(folder) => planned_from(&read(&[folder.to_owned()])?, Some(folder), planner),
        None => planned_from(&builtin_suites(), None, planner),
    }
}

/// Plans these suites, with the catalogue and the schemas that stand beside them.
pub(super) fn planned_from(
    texts: &[SuiteText],
    beside: Option<&Path>,
    planner: Planner,
) -> Result<Planned, Failure> {
    let requirements = requirements(beside)?;
    let schemas = schemas(beside)?;
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let mut plan = planner(texts, vocabulary).map_err(Failure::Suites)?;
    let own_catalogue = beside.is_some_and(|folder| folder.join(CATALOGUE).exists());
    if own_catalogue && !plan.needs_users {
        plan.be_foreign();
    }
    let folder = beside.map(|folder| folder.display().to_string());
    let contract = contract_texts(beside)?;
    let files = texts.iter().chain(&contract);
    let files = files.map(|one| (name_of(&one.file), one.text.as_str()));
    let used = SuitesUsed::new(folder, files).read_from(requirements.document().cloned());
    Ok(Planned {
        is_of_users_api: plan.makes_accounts && !own_catalogue,
        requirements,
        plan,
        used,
    })
}

/// The texts of the contract that suites are judged by: the catalogue and the schemas.
fn contract_texts(beside: Option<&Path>) -> Result<Vec<SuiteText>, Failure> {
    let builtin = |(file, text)| SuiteText { file, text };
    let mut texts: Vec<SuiteText> = Schemas::builtin_texts().map(builtin).collect();
    let catalogue = beside.map(|folder| folder.join(CATALOGUE));
    texts.push(match catalogue.filter(|path| path.exists()) {
        Some(path) => read_one(path)?,
        None => builtin((
            CATALOGUE.to_owned(),
            Requirements::builtin_text().to_owned(),
        )),
    });
    let folder = beside.map(|folder| folder.join(SCHEMAS));
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        for path in files_of(&folder, &["json"])? {
            texts.push(read_one(path)?);
        }
    }
    Ok(texts)
}

/// The name of a file without its folder, which differs from machine to machine.
fn name_of(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn requirements(beside: Option<&Path>) -> Result<Requirements, Failure> {
    let own = beside.map(|folder| folder.join(CATALOGUE));
    match own.filter(|path| path.exists()) {
        None => Requirements::builtin().map_err(|error| Failure::Machine(error.to_string())),
        Some(path) => {
            let text = read_one(path.clone())?.text;
            Requirements::parse(&text).map_err(|error| Failure::Configuration {
                path,
                reason: error.to_string(),
            })
        }
    }
}

fn schemas(beside: Option<&Path>) -> Result<Schemas, Failure> {
    let mut schemas = Schemas::builtin().map_err(|error| Failure::Machine(error.to_string()))?;
    let Some(beside) = beside else {
        return Ok(schemas);
    };
    let folder = beside.join(SCHEMAS);
    // A catalogue of one's own is that of another API, whose schemas are not the built-in ones either.
    if folder.is_dir() || beside.join(CATALOGUE).exists() {
        schemas = schemas.beside_own(folder.display().to_string());
    }
    if !folder.is_dir() {
        return Ok(schemas);
    }
    for path in files_of(&folder, &["json"])? {
        let text = read_one(path.clone())?.text;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        schemas
            .add(&name, text.as_bytes())
            .map_err(|error| Failure::Configuration {
                path: path.clone(),
                reason: error.to_string(),
            })?;
    }
    Ok(schemas)
}

/// Reads suite files; of a folder, those that end in `.yaml` or `.yml`, sorted by name.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<SuiteText>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(suite_files(path)?);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        let named: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return Err(Failure::Usage(format!(
            "there is no suite in {}: suites are files that end in .yaml",
            named.join(", ")
        )));
    }
    files.into_iter().map(read_one).collect()
}

fn read_one(path: PathBuf) -> Result<SuiteText, Failure> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(SuiteText {
            file: path.display().to_string(),
            text,
        }),
        Err(cause) => Err(Failure::Unreadable { path, cause }),
    }
}

fn suite_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = files_of(folder, &["yaml", "yml"])?;
    files.retain(|path| path.file_name().is_some_and(|name| name != CATALOGUE));
    Ok(files)
}

/// The files of a folder that end so, sorted by name.
fn files_of(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |cause| Failure::Unreadable {
        path: folder.to_owned(),
        cause,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let ending = path.extension().unwrap_or_default();
        if endings.iter().any(|one| ending == *one) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The cases that the options select.
pub(super) fn selection(check: &CheckOptions) -> Selection {
    let wildcards = |patterns: &[String]| patterns.iter().map(Wildcard::new).collect();
    Selection {
        cases: wildcards(&check.case),
        tags: check.tag.clone(),
        requirements: wildcards(&check.requirement),
        suites: wildcards(&check.suite),
    }
}
