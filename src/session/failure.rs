//! What keeps a command from doing its work, as the user reads it.

use std::path::PathBuf;

use crate::edge::{ClientError, LedgerError, SignatureError, WriteError};
use crate::model::{Mistake, Outcome};
use crate::suite::SuiteError;

/// What keeps a command from doing its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The suites make no sense.
    #[error("{}", suite_sentence(.0))]
    Suites(Vec<SuiteError>),
    /// A file of suites cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable {
        path: PathBuf,
        cause: std::io::Error,
    },
    /// The configuration makes no sense.
    #[error("{}: {reason}", path.display())]
    Configuration { path: PathBuf, reason: String },
    /// The arguments make no sense.
    #[error("{0}")]
    Usage(String),
    /// A short text that the user wrote makes no sense.
    #[error("{flag}: {mistake}")]
    Mistake {
        flag: &'static str,
        mistake: Mistake,
    },
    /// A report cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A key or a signature cannot be used.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The target cannot be addressed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Something of this machine or of the binary fails.
    #[error("{0}")]
    Machine(String),
}

impl Failure {
    /// What the failure makes of the run.
    pub(crate) const fn outcome(&self) -> Outcome {
        match self {
            Self::Suites(_)
            | Self::Unreadable { .. }
            | Self::Configuration { .. }
            | Self::Usage(_)
            | Self::Mistake { .. }
            | Self::Signature(_)
            | Self::Client(ClientError::BaseUrl { .. } | ClientError::Credentials(_)) => {
                Outcome::Misused
            }
            Self::Write(_)
            | Self::Ledger(_)
            | Self::Client(ClientError::Setup(_) | ClientError::Trust(_) | ClientError::Tls(_))
            | Self::Machine(_) => Outcome::Broken,
        }
    }

    /// The failure as it is shown on a terminal: suites with the line and a caret under it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Suites(errors) => errors
                .iter()
                .map(|error| format!("{:?}", miette::Report::new(error.clone())))
                .collect::<Vec<_>>()
                .join("\n"),
            Self::Mistake { flag, mistake } => format!(
                "error: {flag}: {}\n{}\n    {}",
                mistake.reason,
                mistake.pointed(),
                mistake.help
            ),
            other => format!("error: {other}"),
        }
    }
}

fn suite_sentence(errors: &[SuiteError]) -> String {
    let Some(first) = errors.first() else {
        return "the suites make no sense".to_owned();
    };
    match errors.len() {
        1 => first.to_string(),
        many => format!("{first} (and {} more errors)", many - 1),
    }
}
