//! What a side of a comparison is: a command that starts a build, or the URL of a process that runs.

use super::command_secrets::CommandSecrets;
use crate::session::Failure;

/// What stands for the port of the API, and for that of the mail server that the build sends its codes to.
const PORT: &str = "{port}";
const SMTP: &str = "{smtp}";

/// What a side of a comparison is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum ComparedTarget {
    /// A build, by the words of the command that starts it.
    Command(Vec<String>),
    /// A process that runs, by its base URL.
    Url(String),
}

/// The ports of one start.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Ports {
    pub(in crate::cli) api: u16,
    pub(in crate::cli) smtp: u16,
}

impl Ports {
    /// A text with the ports in their places.
    pub(in crate::cli) fn fill(self, text: &str) -> String {
        text.replace(PORT, &self.api.to_string())
            .replace(SMTP, &self.smtp.to_string())
    }
}

impl ComparedTarget {
    /// Reads what follows `--a` or `--b`, named by `flag`.
    pub(in crate::cli) fn new(flag: &str, text: &str) -> Result<Self, Failure> {
        let wrong = |reason: &str| Failure::Usage(format!("{flag}: {reason}"));
        let trimmed = text.trim();
        if trimmed.starts_with("http://") || trimmed.starts_with("https://") {
            return Ok(Self::Url(trimmed.to_owned()));
        }
        let words = shlex::split(trimmed)
            .ok_or_else(|| wrong("a quote of the command is not closed; close it"))?;
        if words.is_empty() {
            return Err(wrong(
                "give a command that starts the build, or the URL of one that runs",
            ));
        }
        if !words.iter().any(|word| word.contains(PORT)) {
            return Err(wrong(
                "the command has no {port}, so that nothing tells the build where to listen; write one such as 'server --listen 127.0.0.1:{port}', or a URL for a process that runs",
            ));
        }
        Ok(Self::Command(words))
    }

    /// What of it no output may show.
    pub(in crate::cli) fn secrets(&self) -> CommandSecrets {
        match self {
            Self::Command(words) => CommandSecrets::of(words.iter().map(String::as_str)),
            Self::Url(url) => CommandSecrets::of([url.as_str()]),
        }
    }

    /// Whether its mails come to the mail server of assize.
    pub(in crate::cli) fn mails_to_us(&self) -> bool {
        match self {
            Self::Command(words) => words.iter().any(|word| word.contains(SMTP)),
            Self::Url(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_a_shell_splits_and_its_ports_are_filled_in() {
        let target =
            ComparedTarget::new("--a", "server --listen '127.0.0.1:{port}' --smtp {smtp}").unwrap();
        assert!(target.mails_to_us());
        let ComparedTarget::Command(words) = target else {
            panic!("a command")
        };
        let ports = Ports { api: 1, smtp: 2 };
        let filled: Vec<String> = words.iter().map(|word| ports.fill(word)).collect();
        assert_eq!(filled, ["server", "--listen", "127.0.0.1:1", "--smtp", "2"]);
        let url = ComparedTarget::new("--b", " http://127.0.0.1:1/v2 ").unwrap();
        assert_eq!(url, ComparedTarget::Url("http://127.0.0.1:1/v2".into()));
    }

    #[test]
    fn what_can_be_no_build_is_refused_with_the_way_out() {
        for (text, says) in [
            ("", "give a command"),
            ("server", "has no {port}"),
            ("server '{port}", "quote"),
        ] {
            let error = ComparedTarget::new("--b", text).unwrap_err().to_string();
            assert!(
                error.starts_with("--b: ") && error.contains(says),
                "{error}"
            );
        }
    }
}
