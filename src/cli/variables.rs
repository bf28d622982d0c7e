//! The variables that stand for options: which are set, which mean "off", and which nobody reads.
//!
//! An empty variable is one that is not set, as a secret that a job does not get; `false`, `no` and `off`
//! mean the same, and so does `0` where an option takes no number. A variable wins over `assize.toml`
//! also then.

use clap::builder::{BoolishValueParser, Resettable};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};
use std::ffi::{OsStr, OsString};
use std::sync::LazyLock;

use super::arguments::Arguments;
use crate::model::nearest;

/// What the names of all variables of this program begin with.
const PREFIX: &str = "ASSIZE_";
/// The variable that names the target.
pub(super) const TARGET: &str = "ASSIZE_TARGET";
/// What a mailbox that is a program is told by. It may run this program.
const TOLD: [&str; 1] = ["ASSIZE_ORDINAL"];
/// What means "off", in any letter case.
const OFF: [&str; 3] = ["false", "no", "off"];
/// What means "off" where no number is meant.
const ZERO: &str = "0";
/// In the names of values that are numbers, of which 0 is one.
const NUMBERS: [&str; 4] = ["NUMBER", "TIME", "SIZE", "N%"];
/// From so alike on, one name is taken for the other misspelt.
const ALIKE: f64 = 0.9;

static VARIABLES: LazyLock<Vec<EnvironmentVariable>> = LazyLock::new(all);

/// A variable that stands for an option, or for the target.
struct EnvironmentVariable {
    name: String,
    /// The option without its dashes; none of the target.
    flag: Option<String>,
    /// What is read of it.
    value: Option<OsString>,
    is_off: bool,
}

/// The arguments, with what variables say of those that are not given.
pub(super) fn parse() -> Result<Arguments, clap::Error> {
    let command = Arguments::command().mut_subcommands(|verb| verb.mut_args(settled));
    Arguments::from_arg_matches(&command.try_get_matches()?)
}

/// An argument that does not see its variable where that means "off".
fn settled(argument: Arg) -> Arg {
    match variable(&argument) {
        Some(EnvironmentVariable { is_off: true, .. }) => argument.env(Resettable::Reset),
        Some(_) if is_switch(&argument) => argument.value_parser(BoolishValueParser::new()),
        _ => argument,
    }
}

/// The variables of all verbs.
fn all() -> Vec<EnvironmentVariable> {
    let command = Arguments::command();
    let verbs = command.get_subcommands();
    let mut all: Vec<EnvironmentVariable> = verbs
        .flat_map(Command::get_arguments)
        .filter_map(variable)
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all.dedup_by(|one, other| one.name == other.name);
    all
}

fn variable(argument: &Arg) -> Option<EnvironmentVariable> {
    let name = argument.get_env()?.to_str()?.to_owned();
    let value = std::env::var_os(&name);
    let is_off = value
        .as_deref()
        .is_some_and(|value| is_off(argument, value));
    Some(EnvironmentVariable {
        flag: argument.get_long().map(str::to_owned),
        name,
        value,
        is_off,
    })
}

fn is_switch(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::SetTrue)
}

fn is_off(argument: &Arg, value: &OsStr) -> bool {
    let Some(text) = value.to_str().map(str::trim) else {
        return false;
    };
    let named = argument.get_value_names().unwrap_or_default();
    let is_number = named
        .iter()
        .any(|name| NUMBERS.iter().any(|number| name.contains(number)));
    text.is_empty()
        || OFF.iter().any(|off| off.eq_ignore_ascii_case(text))
        || (text == ZERO && (is_switch(argument) || !is_number))
}

/// Whether the variable of an option is set and means "off". The option is named without its dashes.
pub(super) fn turns_off(flag: &str) -> bool {
    let mut named = VARIABLES.iter();
    named.any(|one| one.is_off && one.flag.as_deref() == Some(flag))
}

/// Whether the variable of the target is set and names none.
pub(super) fn names_no_target() -> bool {
    VARIABLES.iter().any(|one| one.is_off && one.name == TARGET)
}

/// Whether a key of the configuration is an option of a load, and not of its reports.
pub(super) fn is_of_load(key: &str) -> bool {
    let command = Arguments::command();
    let plan = command.find_subcommand("plan");
    let mut flags = plan.into_iter().flat_map(Command::get_arguments);
    flags.any(|argument| argument.get_long() == Some(key))
}

/// What the variable of an option says, unless that means "off".
pub(super) fn value_of(flag: &str) -> Option<String> {
    let mut named = VARIABLES.iter();
    let one = named.find(|one| !one.is_off && one.flag.as_deref() == Some(flag))?;
    one.value.clone()?.into_string().ok()
}

/// The name by which the user knows an option: its variable, if that has set it.
pub(super) fn name_of(flag: &str) -> String {
    let source = VARIABLES.iter().find(|one| {
        one.flag.as_deref() == Some(flag) && one.value.is_some() && !one.is_off && !is_given(flag)
    });
    source.map_or_else(|| format!("--{flag}"), |one| one.name.clone())
}

/// A sentence of what is wrong, with the variables behind the options that it names.
pub(super) fn traced(text: &str) -> String {
    let mut traced = text.trim_end().to_owned();
    for one in VARIABLES
        .iter()
        .filter(|one| one.value.is_some() && !one.is_off)
    {
        let Some(flag) = &one.flag else { continue };
        if names(text, flag) && !is_given(flag) {
            traced = format!("{traced}; --{flag} comes from the variable {}", one.name);
        }
    }
    traced
}

/// What to add to a sentence about a target that cannot be one.
pub(super) fn target_traced(target: &str) -> String {
    let from_variable = std::env::var(TARGET).is_ok_and(|value| value.trim() == target.trim());
    if from_variable && !std::env::args().any(|argument| argument == target) {
        return format!("; it comes from the variable {TARGET}");
    }
    String::new()
}

/// Whether a text names an option, and not one that only begins like it.
fn names(text: &str, flag: &str) -> bool {
    let dashed = format!("--{flag}");
    text.match_indices(&dashed).any(|(at, _)| {
        let behind = text[at + dashed.len()..].chars().next();
        behind.is_none_or(|letter| letter != '-' && !letter.is_ascii_alphanumeric())
    })
}

/// Whether an option stands on the command line.
fn is_given(flag: &str) -> bool {
    let dashed = format!("--{flag}");
    let with_value = format!("{dashed}=");
    std::env::args().any(|argument| argument == dashed || argument.starts_with(&with_value))
}

/// A variable that begins like those of this program and that it does not know.
pub(super) struct UnknownVariable {
    name: String,
    meant: Option<&'static str>,
}

impl UnknownVariable {
    /// Whether the target seems to be meant.
    pub(super) fn means_target(&self) -> bool {
        self.meant == Some(TARGET)
    }

    /// What the user should know of it.
    pub(super) fn warning(&self) -> String {
        let advice = self
            .meant
            .map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
        format!(
            "the variable {} is not known and has no effect{advice}",
            self.name
        )
    }
}

/// The variables that nobody reads, those left out whose names are `used` otherwise.
pub(super) fn unknown(used: &[String]) -> Vec<UnknownVariable> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<UnknownVariable> = names
        .filter(|name| name.starts_with(PREFIX) && !is_known(name, used))
        .map(|name| UnknownVariable {
            meant: alike(&name),
            name,
        })
        .collect();
    unknown.sort_by(|one, other| one.name.cmp(&other.name));
    unknown
}

fn is_known(name: &str, used: &[String]) -> bool {
    TOLD.contains(&name)
        || used.iter().any(|one| one == name)
        || VARIABLES.iter().any(|one| one.name == name)
}

/// The variable that a name is like.
fn alike(name: &str) -> Option<&'static str> {
    let known = VARIABLES.iter();
    let wanted = name.trim_start_matches(PREFIX);
    let close = nearest((wanted, ALIKE), known, |one| {
        one.name.trim_start_matches(PREFIX)
    });
    close.map(|one| one.name.as_str())
}
