//! `assize init`: writes what every run here begins with, and looks whether one can be made.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are what --help shows, and Markdown means nothing there"
)]

use clap::Args;
use std::io::{BufRead, IsTerminal, stdin};
use std::path::{Path, PathBuf};
use toml::Value;

use super::arguments::ConfigPlace;
use super::ci_system::{CiFacts, CiSystem};
use super::config::FILE;
use super::console;
use super::doctor::examine;
use super::options::TargetOptions;
use super::runtime::stop_on_signals;
use super::secrets::is_secret;
use crate::edge::mailbox::MailboxLocation;
use crate::edge::{base_url, write_whole};
use crate::model::Outcome;
use crate::session::Failure;
use crate::suite::suite_schema;

/// What is proposed to whoever is asked.
const USUAL_TARGET: &str = "http://127.0.0.1:8080/api/auth/v2";
const USUAL_MAILBOX: &str = "listen:127.0.0.1:2525";
/// What somebody types who has no mailbox.
const NO_MAILBOX: &str = "none";
/// The option that the mailbox is, and its variable.
const MAILBOX: &str = "mailbox";
const MAILBOX_VARIABLE: &str = "ASSIZE_MAILBOX";
/// The files of a folder of suites.
const EXAMPLE: &str = "own.yaml";
const SCHEMA: &str = "suite.schema.json";

/// What is not given is asked for on a terminal; elsewhere it has its default.
#[derive(Args, Debug)]
pub(super) struct InitArguments {
    /// The base URL of the target, the API's path included
    #[arg(env = "ASSIZE_TARGET", value_name = "URL")]
    target: Option<String>,
    /// Where the target's mails can be read; one with a password is not written down, and assize.toml then names the
    /// variable ASSIZE_MAILBOX [default: none]
    #[arg(
        long,
        env = "ASSIZE_MAILBOX",
        hide_env_values = true,
        value_name = "MAILBOX"
    )]
    mailbox: Option<String>,
    /// The addresses of the users that are made; {tag} stands for what tells them apart
    #[arg(long, env = "ASSIZE_EMAIL", value_name = "PATTERN")]
    email: Option<String>,
    /// The CI system to write a file for [default: none]
    #[arg(long, value_name = "SYSTEM")]
    ci: Option<CiSystem>,
    /// The repository that publishes assize, for the CI file
    #[arg(long, value_name = "OWNER/NAME")]
    source: Option<String>,
    /// A folder to begin suites of your own in: an example, and the schema that editors read
    #[arg(long, value_name = "DIR")]
    suites: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
}

/// What was given or answered.
struct InitAnswers {
    url: String,
    mailbox: Option<String>,
    ci: CiSystem,
}

pub(super) fn init(arguments: &InitArguments) -> Result<Outcome, Failure> {
    let wanted = wanted(arguments)?;
    let secret = wanted
        .mailbox
        .as_ref()
        .is_some_and(|one| is_secret(MAILBOX, &Value::String(one.clone())));
    let mut files = vec![(
        PathBuf::from(FILE),
        configuration(&wanted, arguments.email.as_deref(), secret),
    )];
    let facts = CiFacts {
        target: &wanted.url,
        mailbox: wanted.mailbox.as_deref().filter(|_| !secret),
        is_secret: secret,
        source: arguments.source.as_deref(),
    };
    let ci = wanted.ci.file(Path::new(""), &facts);
    let mut remarks = Vec::new();
    if let Some(file) = ci {
        files.push((file.path, file.text));
        remarks = file.remarks;
    }
    if let Some(folder) = &arguments.suites {
        files.extend(suites(folder)?);
    }
    write_all(&files, arguments.force)?;
    for remark in &remarks {
        console::print(&format!("to do: {remark}\n"));
    }
    if secret {
        console::print(&format!(
            "to do: set {MAILBOX_VARIABLE} before each run; the password is written nowhere\n"
        ));
    }
    console::print("\n");
    let place = ConfigPlace {
        target: None,
        config: None,
    };
    let options = TargetOptions {
        mailbox: wanted.mailbox,
        ..TargetOptions::default()
    };
    examine(&place, &options, None, &stop_on_signals()?)
}

fn wanted(arguments: &InitArguments) -> Result<InitAnswers, Failure> {
    let asks = stdin().is_terminal();
    if asks && !arguments.force && Path::new(FILE).exists() {
        // Before anybody answers in vain.
        return Err(is_there(FILE));
    }
    let guess = CiSystem::guessed(Path::new(""));
    let url = match &arguments.target {
        Some(url) => url.clone(),
        None if asks => ask(
            "base URL of the target, the API's path included",
            USUAL_TARGET,
        )?,
        None => {
            return Err(Failure::Usage(format!(
                "name the target: assize init {USUAL_TARGET}"
            )));
        }
    };
    let url = base_url(&url)?;
    let mailbox = match &arguments.mailbox {
        Some(mailbox) => Some(mailbox.clone()),
        None if asks => {
            let question = "mailbox, where the target's mails can be read; none for none";
            Some(ask(question, USUAL_MAILBOX)?)
        }
        None => None,
    };
    let mailbox = mailbox.filter(|one| one.trim() != NO_MAILBOX);
    if let Some(Err(error)) = mailbox
        .as_ref()
        .map(|one| one.trim().parse::<MailboxLocation>())
    {
        return Err(Failure::Usage(format!("--mailbox: {error}")));
    }
    let ci = match arguments.ci {
        Some(ci) => ci,
        None if asks => named(&ask(
            "CI system: github, gitlab, jenkins or none",
            name(guess),
        )?)?,
        None => CiSystem::None,
    };
    Ok(InitAnswers { url, mailbox, ci })
}

fn named(text: &str) -> Result<CiSystem, Failure> {
    <CiSystem as clap::ValueEnum>::from_str(text, true)
        .map_err(|_| Failure::Usage(format!("{text:?} is none of github, gitlab, jenkins, none")))
}

const fn name(system: CiSystem) -> &'static str {
    match system {
        CiSystem::Github => "github",
        CiSystem::Gitlab => "gitlab",
        CiSystem::Jenkins => "jenkins",
        CiSystem::None => "none",
    }
}

/// Asks whoever sits at the terminal; an empty line takes what is proposed.
fn ask(question: &str, proposed: &str) -> Result<String, Failure> {
    console::note(&format!("{question} [{proposed}]: "));
    let mut line = String::new();
    let read = stdin().lock().read_line(&mut line);
    let length =
        read.map_err(|error| Failure::Machine(format!("cannot read the answer: {error}")))?;
    if length == 0 {
        return Err(Failure::Usage(
            "no answer was given, and nothing is written".to_owned(),
        ));
    }
    Ok(match line.trim() {
        "" => proposed.to_owned(),
        answer => answer.to_owned(),
    })
}

/// The text of assize.toml.
fn configuration(wanted: &InitAnswers, email: Option<&str>, secret: bool) -> String {
    // What JSON writes between quotation marks TOML reads as the same text.
    let text = |value: &str| serde_json::Value::from(value).to_string();
    let url = text(&wanted.url);
    let mailbox = match &wanted.mailbox {
        None => "# mailbox = \"…\": without one, what needs verified users is skipped; docs/mailboxes.md has the forms\n".to_owned(),
        Some(_) if secret => format!("mailbox = {{ env = \"{MAILBOX_VARIABLE}\" }}\n"),
        Some(mailbox) => format!("mailbox = {}\n", text(mailbox)),
    };
    let email = email.map_or_else(String::new, |email| format!("email = {}\n", text(email)));
    format!(
        "# What would otherwise be typed each time: the long flags of `assize run`. Flags and variables win over it.\n\
         target = \"tried\"\n\n[targets.tried]\nurl = {url}\n{mailbox}{email}"
    )
}

/// An example suite, and beside it the schema that it names for editors.
fn suites(folder: &Path) -> Result<[(PathBuf, String); 2], Failure> {
    let schema = serde_json::to_string_pretty(&suite_schema())
        .map_err(|error| Failure::Machine(format!("cannot write the schema: {error}")))?;
    Ok([
        (
            folder.join(EXAMPLE),
            include_str!("init/example.yaml").to_owned(),
        ),
        (folder.join(SCHEMA), schema + "\n"),
    ])
}

fn is_there(files: &str) -> Failure {
    Failure::Usage(format!(
        "{files} is there already, and nothing is written; --force replaces it"
    ))
}

/// Writes all files or, where one would be replaced that must not be, none.
fn write_all(files: &[(PathBuf, String)], force: bool) -> Result<(), Failure> {
    let there: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.exists())
        .map(|(path, _)| path.display().to_string())
        .collect();
    if !there.is_empty() && !force {
        return Err(is_there(&there.join(" and ")));
    }
    for (path, text) in files {
        write_whole(path, text)?;
        console::print(&format!("wrote {}\n", path.display()));
    }
    Ok(())
}
