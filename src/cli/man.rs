//! `assize man`: the manual, made from the definitions that `--help` is made from.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::arguments::{Arguments, ManArguments};
use super::console;
use crate::edge::write_whole;
use crate::model::Outcome;
use crate::session::Failure;

pub(super) fn man(arguments: &ManArguments) -> Result<Outcome, Failure> {
    let mut command = Arguments::command();
    command.build();
    let Some(folder) = &arguments.folder else {
        console::print(&page(command)?);
        return Ok(Outcome::Conforms);
    };
    let verbs: Vec<Command> = command.get_subcommands().cloned().collect();
    for one in std::iter::once(command).chain(verbs) {
        let name = one.get_display_name().unwrap_or_else(|| one.get_name());
        let path = folder.join(format!("{name}.1"));
        write_whole(&path, &page(one)?)?;
    }
    Ok(Outcome::Conforms)
}

fn page(command: Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    Man::new(command)
        .render(&mut text)
        .map_err(|error| Failure::Machine(format!("cannot render the manual: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
