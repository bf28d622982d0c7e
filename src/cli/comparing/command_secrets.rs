//! What of a command that starts a build no output may show.

use crate::model::{MASK, Redactor};

/// In the names of options and variables whose value is a secret.
const NAMES: [&str; 8] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "credential",
    "bearer",
];

/// What of commands no output may show: values of options and variables that are secrets by their names, and the
/// passwords of URLs.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct CommandSecrets(Vec<String>);

impl CommandSecrets {
    /// Those of the words of some commands.
    pub(super) fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut secrets = Vec::new();
        let mut follows = false;
        // A word may be a whole command for a shell.
        let parts = words.into_iter().flat_map(str::split_whitespace);
        for part in parts.map(|part| part.trim_matches(['\'', '"'])) {
            if follows && !part.starts_with('-') {
                secrets.push(part.to_owned());
            }
            follows = part.starts_with('-') && !part.contains('=') && is_secret(part);
            if let Some((name, value)) = part.split_once('=')
                && is_secret(name)
            {
                secrets.push(value.trim_matches(['\'', '"']).to_owned());
            }
            secrets.extend(password(part));
        }
        secrets.retain(|secret| !secret.is_empty());
        // The longest first, since one may be part of another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// The text without them.
    pub(in crate::cli) fn masked(&self, text: &str) -> String {
        let mask = |text: String, secret: &String| text.replace(secret.as_str(), MASK);
        self.0.iter().fold(text.to_owned(), mask)
    }

    /// Teaches them to what masks the output of a build.
    pub(super) fn teach(&self, redactor: &Redactor) {
        for secret in &self.0 {
            redactor.learn(secret);
        }
    }
}

fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    let plain = plain.to_ascii_lowercase();
    NAMES.iter().any(|secret| plain.contains(secret))
}

/// The password of a URL.
fn password(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    Some(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_by_its_name_or_place_is_masked_wherever_it_stands() {
        for (command, shown) in [
            (
                "server --db postgres://me:hunter2@db/x",
                "server --db postgres://me:•••@db/x",
            ),
            (
                "server --db-password hunter2 --port 1",
                "server --db-password ••• --port 1",
            ),
            (
                "server --api-token=abc --port 1",
                "server --api-token=••• --port 1",
            ),
            (
                "sh -c 'SMTP_PASSWORD=abc exec server'",
                "sh -c 'SMTP_PASSWORD=••• exec server'",
            ),
            (
                "server --tokens-file --verbose",
                "server --tokens-file --verbose",
            ),
            (
                "server --listen 127.0.0.1:{port}",
                "server --listen 127.0.0.1:{port}",
            ),
        ] {
            let words = shlex::split(command).unwrap();
            let secrets = CommandSecrets::of(words.iter().map(String::as_str));
            assert_eq!(secrets.masked(command), shown);
        }
    }
}
