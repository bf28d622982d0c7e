//! `assize verify`: whether a certificate is as it was signed, and by whom.

use clap::Args;
use std::path::{Path, PathBuf};

use super::console;
use crate::edge::TrustedKeys;
use crate::model::Outcome;
use crate::record::sha256;
use crate::report::{Certificate, harmless_line};
use crate::session::Failure;

/// Exit codes: 0 it is as it was signed; 1 it is not, or somebody else signed it; 2 bad usage, or a file that cannot
/// be read.
#[derive(Args, Debug)]
pub(super) struct VerifyArguments {
    /// The certificate, as `assize report --to certificate --sign` wrote it
    #[arg(value_name = "CERTIFICATE")]
    pub(super) certificate: PathBuf,
    /// The public keys whose signatures count, one a line as `ssh-keygen` writes them
    #[arg(long, value_name = "FILE")]
    pub(super) key: PathBuf,
    /// The signature [default: CERTIFICATE.sig]
    #[arg(long, value_name = "FILE")]
    pub(super) signature: Option<PathBuf>,
    /// Look, too, whether this results.json is the one that the certificate speaks of
    #[arg(long, value_name = "FILE")]
    pub(super) results: Option<PathBuf>,
}

pub(super) fn verify(arguments: &VerifyArguments) -> Result<Outcome, Failure> {
    let keys = TrustedKeys::read(&arguments.key)?;
    let content = read(&arguments.certificate)?;
    let signature = arguments.signature.clone().unwrap_or_else(|| {
        let mut beside = arguments.certificate.clone().into_os_string();
        beside.push(".sig");
        beside.into()
    });
    let signature = String::from_utf8_lossy(&read(&signature)?).into_owned();
    let signer = match keys.signer(&content, &signature) {
        Ok(signer) => signer,
        Err(why) => return Ok(void(&why.to_string())),
    };
    if let Some(path) = &arguments.results
        && !speaks_of(&content, &read(path)?)
    {
        let why = format!("it speaks of other results than {}", path.display());
        return Ok(void(&why));
    }
    console::print(&format!("VALID  signed by {}\n", harmless_line(&signer)));
    if let Ok(certificate) = serde_json::from_slice::<Certificate>(&content) {
        let (run, conclusion) = (&certificate.run, &certificate.conclusion);
        let text = format!("{} at {}: {}", run.target, run.started, conclusion.sentence);
        console::print(&format!("       {}\n", harmless_line(&text)));
    }
    Ok(Outcome::Conforms)
}

fn void(why: &str) -> Outcome {
    console::print(&format!("NOT VALID  {}\n", harmless_line(why)));
    Outcome::Violated
}

/// Whether the digest of results stands in a certificate, be it the page or JSON.
fn speaks_of(certificate: &[u8], results: &[u8]) -> bool {
    String::from_utf8_lossy(certificate).contains(&sha256(results))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|cause| Failure::Unreadable {
        path: path.to_owned(),
        cause,
    })
}
