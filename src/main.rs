//! The `assize` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(assize::cli::main())
}
