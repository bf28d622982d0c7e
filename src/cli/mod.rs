//! The command line: one verb a file. Wires the layers together; decides nothing about a target.

mod account_limits;
mod answering;
mod arguments;
mod calibrate;
mod check;
mod ci_system;
mod clean;
mod comparing;
mod completions;
mod config;
mod console;
mod diffing;
mod doctor;
mod dry_run;
mod expectations;
mod explaining;
mod first_cases;
mod gate;
mod gate_options;
mod github;
mod header;
mod heart;
mod history;
mod init;
mod known;
mod ledger_copy;
mod lint;
mod list;
mod load;
mod load_options;
mod loading;
mod machine_arguments;
mod man;
mod merging;
mod missing_target;
mod options;
mod planning;
mod processes;
mod progress;
mod prove;
mod publish;
mod rendering;
mod rerun;
mod results;
mod run;
mod runtime;
mod schema;
mod secrets;
mod serve;
mod settings;
mod shaping;
mod shard;
mod size;
mod span;
mod state;
mod store;
mod suites;
mod target;
mod telemetry;
mod thresholds;
mod trial;
mod unfinished;
mod variables;
mod verifying;
mod watching;
mod work_plan;
mod working;

use crate::model::Outcome;
use arguments::Verb;
use console::Console;

/// Runs the command that the process was started with and gives its exit code.
#[must_use]
pub fn main() -> u8 {
    let arguments = match variables::parse() {
        Ok(arguments) => arguments,
        Err(error) => return unparsed(&error),
    };
    let console = Console::new();
    let outcome = match &arguments.verb {
        Verb::Run(arguments) => run::run(arguments, console),
        Verb::Check(arguments) => check::check(arguments, console),
        Verb::Load(arguments) => load::load(arguments, console),
        Verb::History(arguments) => history::history(arguments, console),
        Verb::Plan(arguments) => planning::plan(arguments),
        Verb::Work(arguments) => working::work(arguments, console),
        Verb::Merge(arguments) => merging::merge(arguments, console),
        Verb::Compare(arguments) => comparing::compare_verb(arguments, console),
        Verb::Diff(arguments) => diffing::diff_verb(arguments, console),
        Verb::Calibrate(arguments) => calibrate::calibrate(arguments),
        Verb::Prove(arguments) => prove::prove(arguments, console),
        Verb::Report(arguments) => rendering::report(arguments),
        Verb::Verify(arguments) => verifying::verify(arguments),
        Verb::Clean(arguments) => clean::clean(arguments),
        Verb::Init(arguments) => init::init(arguments),
        Verb::Doctor(arguments) => doctor::doctor(arguments),
        Verb::Watch(arguments) => watching::watch(arguments, console),
        Verb::Serve(arguments) => serve::serve(arguments),
        Verb::List(arguments) => list::list(arguments),
        Verb::Explain(arguments) => explaining::explain(arguments),
        Verb::Lint(arguments) => lint::lint(arguments),
        Verb::Schema(arguments) => schema::schema(arguments),
        Verb::Completions(arguments) => Ok(completions::completions(arguments)),
        Verb::Man(arguments) => man::man(arguments),
    };
    match outcome {
        Ok(_) if console::has_lost_a_result() => Outcome::Broken.exit_code(),
        Ok(outcome) => outcome.exit_code(),
        Err(failure) => {
            let shown = variables::traced(&failure.shown());
            console::note(&format!("{shown}\n"));
            unfinished::report(failure.outcome(), &variables::traced(&failure.to_string()));
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
    let printed = error.print();
    if outcome == Outcome::Misused {
        let said = error.to_string();
        // What follows is how the command is used, which is no part of what is wrong.
        let wrong = said.split("\n\n").next().unwrap_or_default();
        let wrong = wrong.trim_start_matches("error: ");
        let words: Vec<&str> = wrong.split_whitespace().collect();
        let wrong = words.join(" ");
        let traced = variables::traced(&wrong);
        if let Some(sources) = traced.strip_prefix(&wrong)
            && !sources.is_empty()
        {
            console::note(&format!("{}\n", sources.trim_start_matches("; ")));
        }
        unfinished::report(outcome, &traced);
    }
    match printed {
        Ok(()) => outcome.exit_code(),
        Err(_) => Outcome::Broken.exit_code(),
    }
}
