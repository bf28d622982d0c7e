//! Secrets of `assize.toml`: written there, or where they are to be had.

use std::env::VarError;
use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use toml::{Table, Value};

use super::variables;

/// The keys whose values are secrets, or may have one in them.
const KEYS: [&str; 7] = [
    "bearer",
    "mailbox",
    "api-key",
    "api-secret",
    "basic",
    "header",
    "proxy",
];
/// Those whose whole value is a secret.
const WHOLE: [&str; 3] = ["bearer", "api-secret", "basic"];
/// The key of a source that is a variable.
const ENV: &str = "env";
/// The section of targets, each with keys of its own.
const TARGETS: &str = "targets";
/// The permissions of anybody but the owner to read.
const OTHERS_MAY_READ: u32 = 0o044;
/// The permissions proper, without the kind of file.
const PERMISSIONS: u32 = 0o777;

/// A secret that cannot be had, or may not stand where it does.
#[derive(Debug, thiserror::Error)]
pub(super) enum SecretError {
    /// It is not where the configuration says.
    #[error("`{key}`: {cause}")]
    NotThere {
        /// The key.
        key: &'static str,
        /// Why not.
        cause: SourceError,
    },
    /// It would stand in a plan.
    #[error(
        "--{key} would stand in the plan in clear, and a plan has no secrets: set the variable {usual} here and for every worker, or write {key} = {{ env = \"NAME\" }} or {key} = {{ command = \"PROGRAM\" }} in assize.toml"
    )]
    InClear {
        /// The key.
        key: &'static str,
        /// The variable that usually has it.
        usual: String,
    },
}

/// Why a source gives no secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    #[error("the variable {0} is empty")]
    EmptyVariable(String),
    #[error("the variable {0} is not set")]
    Unset(String),
    /// Its value is not told, since it is a secret.
    #[error("the variable {0} is no text in UTF-8")]
    NoText(String),
    #[error("give the value itself, {{ env = \"NAME\" }} or {{ command = \"PROGRAM\" }}")]
    NoSource,
    #[error("its command cannot be run: {0}")]
    NoCommand(std::io::Error),
    #[error("its command failed: {0}")]
    Failed(std::process::ExitStatus),
    #[error("its command printed nothing")]
    PrintedNothing,
}

/// Puts the secrets themselves where a table says where they are to be had: `{ env = "NAME" }` or
/// `{ command = "…" }`. Those that are `given` otherwise are left alone, so that no command is run
/// for nothing.
pub(super) fn reveal(settings: &mut Table, given: &Table) -> Result<(), SecretError> {
    for key in KEYS {
        if given.contains_key(key) {
            continue;
        }
        if let Some(Value::Table(source)) = settings.get(key) {
            let secret =
                reveal_one(source).map_err(|cause| SecretError::NotThere { key, cause })?;
            settings.insert(key.to_owned(), Value::String(secret));
        }
    }
    Ok(())
}

/// The variables that a table takes secrets from, in all its sections.
pub(super) fn variables(table: &Table, found: &mut Vec<String>) {
    for (key, value) in table {
        match value {
            Value::String(name) if key == ENV => found.push(name.clone()),
            Value::Table(inner) => variables(inner, found),
            _ => {}
        }
    }
}

/// Takes away what [`reveal`] would look up.
pub(super) fn hide(settings: &mut Table) {
    settings.retain(|key, value| !(KEYS.contains(&key) && value.is_table()));
}

/// Says of every secret in a plan where its workers find it: in the variable that gave it here. What stands in
/// a file or on a command line in clear has no place in a plan.
pub(super) fn name_all(options: &mut Table) -> Result<(), SecretError> {
    for key in KEYS {
        let Some(value) = options.get(key).filter(|value| !value.is_table()) else {
            continue;
        };
        if !is_secret(key, value) {
            continue;
        }
        let variable = variables::name_of(key);
        if variable.starts_with('-') {
            let usual = format!("ASSIZE_{}", key.to_uppercase().replace('-', "_"));
            return Err(SecretError::InClear { key, usual });
        }
        let mut source = Table::new();
        source.insert(ENV.to_owned(), Value::String(variable));
        options.insert(key.to_owned(), Value::Table(source));
    }
    Ok(())
}

/// Whether a value may hold a secret. What is read from a file of each worker's holds none.
pub(super) fn is_secret(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("header", Value::Array(all)) => {
            let is_file = |one: &Value| one.as_str().is_some_and(|text| text.starts_with('@'));
            !all.iter().all(is_file)
        }
        ("mailbox" | "proxy", Value::String(url)) => {
            has_password(url)
                || url.contains('?')
                || (url.starts_with("exec:") && url.contains(char::is_whitespace))
        }
        _ => true,
    }
}

fn reveal_one(source: &Table) -> Result<String, SourceError> {
    let text = |name: &str| source.get(name).and_then(Value::as_str);
    match (text(ENV), text("command"), source.len()) {
        (Some(name), None, 1) => match std::env::var(name) {
            Ok(value) if value.trim().is_empty() => {
                Err(SourceError::EmptyVariable(name.to_owned()))
            }
            Ok(value) => Ok(value),
            Err(VarError::NotPresent) => Err(SourceError::Unset(name.to_owned())),
            Err(VarError::NotUnicode(_)) => Err(SourceError::NoText(name.to_owned())),
        },
        (None, Some(command), 1) => output_of(command),
        _ => Err(SourceError::NoSource),
    }
}

/// The first line that a command prints. It may ask its user, so its input and errors are ours.
fn output_of(command: &str) -> Result<String, SourceError> {
    let output = Command::new("sh")
        .args(["-c", command])
        .stderr(Stdio::inherit())
        .output()
        .map_err(SourceError::NoCommand)?;
    if !output.status.success() {
        return Err(SourceError::Failed(output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(SourceError::PrintedNothing),
    }
}

/// What the user should know of secrets that stand in a file which others can read.
pub(super) fn warning(path: &str, all: &Table, file: &Metadata) -> Option<String> {
    let mode = file.permissions().mode() & PERMISSIONS;
    if mode & OTHERS_MAY_READ == 0 {
        return None;
    }
    let targets = all.get(TARGETS).and_then(Value::as_table);
    let sections = targets.into_iter().flat_map(Table::values);
    let key = std::iter::once(all)
        .chain(sections.filter_map(Value::as_table))
        .find_map(secret_in)?;
    Some(format!(
        "{path} holds a secret, `{key}`, and others can read the file: chmod 600 it, or write {key} = {{ env = \"NAME\" }} or {key} = {{ command = \"PROGRAM\" }}"
    ))
}

fn secret_in(table: &Table) -> Option<&'static str> {
    KEYS.into_iter().find(|key| {
        let text = table.get(*key).and_then(Value::as_str);
        text.is_some_and(|text| WHOLE.contains(key) || has_password(text))
    })
}

/// Whether a URL has a password in front of its host.
fn has_password(url: &str) -> bool {
    let behind = url.split_once("://").map_or("", |(_, behind)| behind);
    let authority = behind.split('/').next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':')
}
