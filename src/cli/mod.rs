//! The command line: one verb a file. Wires the layers together; decides nothing about a target.

mod account_limits;
mod arguments;
mod calibrate;
mod check;
mod clean;
mod completions;
mod config;
mod console;
mod dry_run;
mod expectations;
mod failure;
mod github;
mod held_events;
mod known;
mod lint;
mod list;
mod load;
mod load_options;
mod load_round;
mod loading;
mod man;
mod options;
mod progress;
mod proof_load;
mod prove;
mod publish;
mod recorder;
mod rendering;
mod rerun;
mod results;
mod run;
mod runtime;
mod schema;
mod searching;
mod secrets;
mod serve;
mod settings;
mod shaping;
mod size;
mod span;
mod state;
mod suites;
mod target;
mod thresholds;
mod trial;
mod watching;

use clap::Parser;

use crate::model::Outcome;
use arguments::{Arguments, Verb};
use console::Console;

/// Runs the command that the process was started with and gives its exit code.
#[must_use]
pub fn main() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return unparsed(&error),
    };
    let console = Console::new();
    let outcome = match &arguments.verb {
        Verb::Run(arguments) => run::run(arguments, console),
        Verb::Check(arguments) => check::check(arguments, console),
        Verb::Load(arguments) => load::load(arguments, console),
        Verb::Calibrate(arguments) => calibrate::calibrate(arguments),
        Verb::Prove(arguments) => prove::prove(arguments, console),
        Verb::Report(arguments) => rendering::report(arguments),
        Verb::Clean(arguments) => clean::clean(arguments),
        Verb::Serve(arguments) => serve::serve(arguments),
        Verb::List(arguments) => list::list(arguments),
        Verb::Lint(arguments) => lint::lint(arguments),
        Verb::Schema(arguments) => schema::schema(arguments),
        Verb::Completions(arguments) => Ok(completions::completions(arguments)),
        Verb::Man(arguments) => man::man(arguments),
    };
    match outcome {
        Ok(_) if console::has_lost_a_result() => Outcome::Broken.exit_code(),
        Ok(outcome) => outcome.exit_code(),
        Err(failure) => {
            console::note(&format!("{}\n", failure.shown()));
            failure.outcome().exit_code()
        }
    }
}

/// Help and version are results; anything else is bad usage.
fn unparsed(error: &clap::Error) -> u8 {
    let outcome = if error.use_stderr() {
        Outcome::Misused
    } else {
        Outcome::Conforms
    };
    match error.print() {
        Ok(()) => outcome.exit_code(),
        Err(_) => Outcome::Broken.exit_code(),
    }
}
