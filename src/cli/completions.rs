//! `assize completions`: what a shell needs to complete the command line.

use clap::CommandFactory;

use super::arguments::{Arguments, CompletionsArguments};
use super::console;
use crate::model::Outcome;

pub(super) fn completions(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        env!("CARGO_PKG_NAME"),
        &mut script,
    );
    console::print(&String::from_utf8_lossy(&script));
    Outcome::Conforms
}
