//! What a command says: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::report::Look;

/// How a command's output may look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Console {
    /// Whether standard output takes colours.
    pub(super) colours: bool,
    /// Whether standard error is a terminal that can show progress.
    pub(super) live: bool,
    /// The number of columns to lay out for.
    pub(super) width: usize,
}

/// The width that text is laid out for where none is known.
const WIDTH: usize = 100;

/// Narrower terminals get text for this width all the same.
const NARROWEST: usize = 40;

impl Console {
    /// The console as the environment has it.
    pub(super) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let able = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            colours: wanted && able && io::stdout().is_terminal(),
            live: able && io::stderr().is_terminal() && !is_ci(),
            width: width(),
        }
    }

    /// How text is laid out on standard output.
    pub(super) const fn look(self) -> Look {
        Look {
            width: self.width,
            colour: self.colours,
        }
    }
}

fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .or_else(|| {
            let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
            Some(usize::from(size.ws_col))
        })
        .filter(|columns| *columns >= NARROWEST)
        .unwrap_or(WIDTH)
}

/// Whether a result could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// Writes a result. A reader that has gone away is no error of ours; any other is said, and makes the
/// command fail.
pub(super) fn print(text: &str) {
    if let Err(error) = conclude(text)
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        note(&format!("cannot write to standard output: {error}\n"));
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Whether a result could not be written.
pub(super) fn has_lost_a_result() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Writes a verdict, which somebody must get to read.
pub(super) fn conclude(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// Writes a remark.
pub(super) fn note(text: &str) {
    // When standard error is gone, there is nobody left to tell.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// Whether this is a pipeline, where a run decides and nobody looks on.
pub(super) fn is_ci() -> bool {
    std::env::var_os("CI").is_some()
}
