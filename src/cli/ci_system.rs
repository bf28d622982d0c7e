//! The CI systems that `assize init` writes a file for.

use std::path::{Path, PathBuf};

/// What stands for the repository that publishes assize where it is not known.
const SOMEBODY: &str = "OWNER/assize";
/// The variable and the secret that hold a mailbox which is not to be written down.
const SECRET: &str = "ASSIZE_MAILBOX";

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CiSystem {
    /// GitHub Actions: .github/workflows/assize.yml
    Github,
    /// GitLab CI: .gitlab-ci.yml, or .gitlab/assize.yml where there is one already
    Gitlab,
    /// Jenkins: Jenkinsfile, or Jenkinsfile.assize where there is one already
    Jenkins,
    /// None
    None,
}

/// What a CI file is written of.
pub(super) struct CiFacts<'a> {
    /// The base URL of the target.
    pub(super) target: &'a str,
    /// Where mails are read; none of a secret one.
    pub(super) mailbox: Option<&'a str>,
    /// Whether there is a mailbox that is a secret.
    pub(super) is_secret: bool,
    /// The repository that publishes assize.
    pub(super) source: Option<&'a str>,
}

/// A file that is to be written.
pub(super) struct CiFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// What is left to do by hand, as sentences.
    pub(super) remarks: Vec<String>,
}

impl CiSystem {
    /// The one that the folder seems to be used with.
    pub(super) fn guessed(folder: &Path) -> Self {
        let has = |name: &str| folder.join(name).exists();
        match () {
            () if has(".github") => Self::Github,
            () if has(".gitlab-ci.yml") => Self::Gitlab,
            () if has("Jenkinsfile") => Self::Jenkins,
            () => Self::None,
        }
    }

    /// The file for it, in a folder in which other files may stand.
    pub(super) fn file(self, folder: &Path, facts: &CiFacts<'_>) -> Option<CiFile> {
        let own = |usual: &str, beside: &str| {
            let is_taken = folder.join(usual).exists();
            (folder.join(if is_taken { beside } else { usual }), is_taken)
        };
        let mut remarks = Vec::new();
        let (path, text) = match self {
            Self::None => return None,
            Self::Github => {
                let path = folder.join(".github/workflows/assize.yml");
                let text = facts.fill(include_str!("init/github.yml"), &github_secret(), yaml);
                (path, text)
            }
            Self::Gitlab => {
                let (path, is_taken) = own(".gitlab-ci.yml", ".gitlab/assize.yml");
                if is_taken {
                    remarks.push(
                        "add to .gitlab-ci.yml: include: [{local: .gitlab/assize.yml}]".to_owned(),
                    );
                }
                let secret = format!("${SECRET}");
                let text = facts.fill(include_str!("init/gitlab.yml"), &secret, yaml);
                (path, text)
            }
            Self::Jenkins => {
                let (path, is_taken) = own("Jenkinsfile", "Jenkinsfile.assize");
                if is_taken {
                    remarks
                        .push("make a pipeline whose script path is Jenkinsfile.assize".to_owned());
                }
                let secret = "credentials('assize-mailbox')";
                let text = facts.fill(include_str!("init/Jenkinsfile"), secret, groovy);
                (path, text)
            }
        };
        remarks.extend(self.left_to_do(facts));
        Some(CiFile {
            path,
            text,
            remarks,
        })
    }

    /// What the file cannot say by itself.
    fn left_to_do(self, facts: &CiFacts<'_>) -> Vec<String> {
        let place = match self {
            Self::Github => "the repository's secrets, as ASSIZE_MAILBOX",
            Self::Gitlab => "the project's CI variables, masked, as ASSIZE_MAILBOX",
            Self::Jenkins | Self::None => {
                "Jenkins' credentials, as a secret text with the id assize-mailbox"
            }
        };
        let secret = facts
            .is_secret
            .then(|| format!("put the mailbox into {place}"));
        let published = matches!(self, Self::Github | Self::Gitlab) && facts.source.is_none();
        let source = published.then(|| {
            format!("put the repository that publishes assize in the place of {SOMEBODY} in it, or run init again with --source OWNER/NAME --force")
        });
        secret.into_iter().chain(source).collect()
    }
}

fn github_secret() -> String {
    format!("${{{{ secrets.{SECRET} }}}}")
}

impl CiFacts<'_> {
    fn fill(&self, template: &str, secret: &str, quoted: fn(&str) -> String) -> String {
        let mailbox = match (self.mailbox, self.is_secret) {
            (_, true) => secret.to_owned(),
            (Some(mailbox), false) => quoted(mailbox),
            (None, false) => quoted(""),
        };
        template
            .replace("{source}", self.source.unwrap_or(SOMEBODY))
            .replace("{version}", env!("CARGO_PKG_VERSION"))
            .replace("{target}", &quoted(self.target))
            .replace("{mailbox}", &mailbox)
    }
}

/// A text in quotation marks in which YAML leaves everything as it stands.
fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The same in Groovy.
fn groovy(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
