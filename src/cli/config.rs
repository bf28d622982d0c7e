//! `assize.toml`: what would otherwise be written as flags every time.
//!
//! Keys at the top hold for every target, those of `[targets.NAME]` for that one. Flags and the
//! environment win over both.

use clap::CommandFactory;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

use super::arguments::Arguments;
use super::options::TargetOptions;
use super::secrets;
use super::variables;
use crate::machines::WorkPlan;
use crate::model::did_you_mean;
use crate::session::Failure;

/// The file that is read if it stands in the working folder.
pub(super) const FILE: &str = "assize.toml";

/// The keys of a target that are not flags.
const URL: &str = "url";
const TARGETS: &str = "targets";
const DEFAULT_TARGET: &str = "target";

/// The configuration for one target.
#[derive(Debug)]
pub(super) struct Config {
    path: PathBuf,
    settings: Table,
    /// The base URL of the target: the one named, or the one that the argument itself is.
    pub(super) url: Option<String>,
    /// Whether it names targets, chosen or not.
    pub(super) has_targets: bool,
    /// The variables that it takes secrets from.
    pub(super) variables: Vec<String>,
    /// What the user should know of the file.
    pub(super) warning: Option<String>,
}

/// Options that exclude each other: one that is given takes the place of the other in the file.
const RIVALS: [(&str, &str); 6] = [
    ("profile", "rate"),
    ("profile", "duration"),
    ("profile", "find-max"),
    ("pid", "cgroup"),
    ("http1", "http2"),
    ("verbose", "quiet"),
];

impl Config {
    /// Reads the configuration and finds the target: the argument is a URL or the name of one.
    pub(super) fn load(file: Option<&Path>, target: Option<&str>) -> Result<Self, Failure> {
        let path = file.unwrap_or(Path::new(FILE)).to_owned();
        let mut all = match std::fs::read_to_string(&path) {
            Ok(text) => parse(&path, &text)?,
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Table::new()
            }
            Err(cause) => return Err(Failure::Unreadable { path, cause }),
        };
        let file = std::fs::metadata(&path).ok();
        let warning =
            file.and_then(|file| secrets::warning(&path.display().to_string(), &all, &file));
        let mut named = Vec::new();
        secrets::variables(&all, &mut named);
        let targets = all.remove(TARGETS);
        let default = all.remove(DEFAULT_TARGET);
        let has_targets = targets.is_some() || default.is_some();
        check_keys(&path, "", &all, &[])?;
        let default = default.as_ref().and_then(Value::as_str);
        let default = default.filter(|_| !variables::names_no_target());
        let mut config = Self {
            path,
            settings: all,
            url: None,
            has_targets,
            variables: named,
            warning,
        };
        if let Some(target) = target.or(default) {
            config.choose(target, targets.as_ref())?;
        }
        config.settings.retain(|key, _| !variables::turns_off(key));
        Ok(config)
    }

    /// The configuration that a plan is: its options, and its target.
    pub(super) fn of_plan(path: &Path, plan: &WorkPlan) -> Result<Self, Failure> {
        let wrong = |reason: String| Failure::Configuration {
            path: path.to_owned(),
            reason,
        };
        let settings = Table::try_from(&plan.options).map_err(|error| wrong(error.to_string()))?;
        check_keys(path, "in `options`: ", &settings, &[])?;
        let mut variables = Vec::new();
        secrets::variables(&settings, &mut variables);
        Ok(Self {
            path: path.to_owned(),
            settings,
            url: Some(plan.target.clone()),
            has_targets: true,
            variables,
            warning: None,
        })
    }

    /// The same without what would be looked up, for where no secret is needed.
    pub(super) fn without_secrets(mut self) -> Self {
        secrets::hide(&mut self.settings);
        self
    }

    /// Sets a key, in place of what the file says.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        let value = Value::String(value.to_owned());
        self.settings.insert(key.to_owned(), value);
    }

    /// The keys of these groups with everything that flags and environment leave open filled in, as a plan has
    /// them: of a secret it says where it is to be had.
    pub(super) fn planned(&self, given: &[Table]) -> Result<Table, Failure> {
        let mut all = self.settings.clone();
        for (one, other) in RIVALS {
            for (given_key, rival) in [(one, other), (other, one)] {
                if given.iter().any(|group| group.contains_key(given_key)) {
                    all.remove(rival);
                }
            }
        }
        all.retain(|key, _| variables::is_of_load(key));
        all.extend(given.iter().flat_map(Table::clone));
        secrets::name_all(&mut all)
            .map_err(|error| Failure::Usage(error.to_string()))
            .map(|()| all)
    }

    fn choose(&mut self, target: &str, targets: Option<&Value>) -> Result<(), Failure> {
        let target = target.trim();
        if target.contains("://") {
            self.url = Some(target.to_owned());
            return Ok(());
        }
        let targets = targets.and_then(Value::as_table);
        let Some(chosen) = targets
            .and_then(|targets| targets.get(target))
            .and_then(Value::as_table)
        else {
            let unknown = unknown_target(target, targets);
            let source = variables::target_traced(target);
            return Err(Failure::Usage(format!("{unknown}{source}")));
        };
        let section = format!("in [{TARGETS}.{target}] ");
        check_keys(&self.path, &section, chosen, &[URL])?;
        let Some(url) = chosen.get(URL).and_then(Value::as_str) else {
            let reason = format!("{section}the key `{URL}` is missing");
            return Err(self.wrong(reason));
        };
        self.url = Some(url.to_owned());
        let options = chosen.iter().filter(|(key, _)| *key != URL);
        self.settings
            .extend(options.map(|(key, value)| (key.clone(), value.clone())));
        Ok(())
    }

    /// What the user calls it.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The folder that the configuration stands in, or would stand in.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The options of the target, its secrets looked up where the configuration says.
    pub(super) fn fill_target(&self, given: &TargetOptions) -> Result<TargetOptions, Failure> {
        let table = Table::try_from(given).map_err(|error| self.wrong(error.to_string()))?;
        let mut settings = self.settings.clone();
        secrets::reveal(&mut settings, &table).map_err(|error| self.wrong(error.to_string()))?;
        self.merge(settings, table)
    }

    /// A group of options with everything that flags and environment leave open filled in.
    pub(super) fn fill<T: Serialize + DeserializeOwned>(&self, given: &T) -> Result<T, Failure> {
        let given = Table::try_from(given).map_err(|error| self.wrong(error.to_string()))?;
        let mut settings = self.settings.clone();
        secrets::hide(&mut settings);
        self.merge(settings, given)
    }

    fn merge<T: DeserializeOwned>(&self, mut settings: Table, given: Table) -> Result<T, Failure> {
        for (one, other) in RIVALS {
            for (given_key, rival) in [(one, other), (other, one)] {
                if given.contains_key(given_key) {
                    settings.remove(rival);
                }
            }
        }
        settings.extend(given);
        settings
            .try_into()
            .map_err(|error: toml::de::Error| self.wrong(error.message().to_owned()))
    }

    fn wrong(&self, reason: String) -> Failure {
        Failure::Configuration {
            path: self.path.clone(),
            reason,
        }
    }
}

fn parse(path: &Path, text: &str) -> Result<Table, Failure> {
    text.parse()
        .map_err(|error: toml::de::Error| Failure::Configuration {
            path: path.to_owned(),
            reason: told(text, &error),
        })
}

/// What is wrong, and in which line. Not the line itself: a password may stand in it.
fn told(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map_or_else(String::new, |before| {
        format!("line {}: ", before.matches('\n').count() + 1)
    });
    format!("{place}{}", error.message())
}

fn unknown_target(target: &str, targets: Option<&Table>) -> String {
    let names: Vec<&str> = targets
        .map(|targets| targets.keys().map(String::as_str).collect())
        .unwrap_or_default();
    if names.is_empty() {
        return format!(
            "{target:?} is neither a URL nor the name of a target; write http://… or add [{TARGETS}.{target}] with a `{URL}` to {FILE}"
        );
    }
    format!(
        "{target:?} is neither a URL nor the name of a target; {FILE} names {}",
        names.join(", ")
    )
}

/// Reports a key that is no long flag of any verb that takes a target.
fn check_keys(path: &Path, section: &str, table: &Table, besides: &[&str]) -> Result<(), Failure> {
    let known = flags();
    for key in table.keys() {
        if known.iter().any(|flag| flag == key) || besides.contains(&key.as_str()) {
            continue;
        }
        let advice = did_you_mean(key, &known).map_or_else(String::new, |one| format!("; {one}"));
        return Err(Failure::Configuration {
            path: path.to_owned(),
            reason: format!("{section}unknown key `{key}`{advice}"),
        });
    }
    Ok(())
}

/// The long flags of `assize run`, which takes them all.
fn flags() -> Vec<String> {
    let command = Arguments::command();
    let run = command.find_subcommand("run");
    run.into_iter()
        .flat_map(clap::Command::get_arguments)
        .filter_map(|argument| argument.get_long().map(str::to_owned))
        .filter(|flag| !matches!(flag.as_str(), "help" | "config" | "rerun-failed"))
        .collect()
}
