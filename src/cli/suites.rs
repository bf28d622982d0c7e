//! Reads suites from the binary or from a folder and plans them.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::contract::{Requirements, Schemas};
use crate::suite::{Plan, SuiteText, Vocabulary, builtin_suites, plan};

/// The requirements, and the plan of all suites.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) requirements: Requirements,
    pub(super) plan: Plan,
}

/// Plans the suites of a folder, or the built-in ones.
pub(super) fn planned(folder: Option<&Path>) -> Result<Planned, Failure> {
    let texts = match folder {
        Some(folder) => read(&[folder.to_owned()])?,
        None => builtin_suites(),
    };
    planned_from(&texts)
}

/// Plans these suites.
pub(super) fn planned_from(texts: &[SuiteText]) -> Result<Planned, Failure> {
    let requirements =
        Requirements::builtin().map_err(|error| Failure::Machine(error.to_string()))?;
    let schemas = Schemas::builtin().map_err(|error| Failure::Machine(error.to_string()))?;
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let plan = plan(texts, vocabulary).map_err(Failure::Suites)?;
    Ok(Planned { requirements, plan })
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
        let named: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
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
    let unreadable = |cause| Failure::Unreadable {
        path: folder.to_owned(),
        cause,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_suite = path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml");
        if is_suite && path.is_file() && path.file_name().is_some_and(|name| name != "requirements.yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
