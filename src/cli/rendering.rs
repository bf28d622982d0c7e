//! `assize report`: a report of a finished run, made anew from its results.

use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

use super::console;
use super::results::{Finished, finished};
use super::thresholds::thresholds_anew;
use crate::edge::{SigningKey, write_whole};
use crate::model::Outcome;
use crate::record::{GivenThresholds, Record, sha256};
use crate::report::{Certificate, badge, certificate, ctrf, gitlab, html, junit, markdown, sarif};
use crate::session::Failure;

#[derive(Args, Debug)]
pub(super) struct RenderArguments {
    /// The run: its id, its folder, or its results.json [default: the newest]
    #[arg(value_name = "RUN")]
    pub(super) run: Option<String>,
    /// Judge its loads by this threshold in place of those that it had, and end as the run would have ended:
    /// `p99 < 5ms`; may be given several times
    #[arg(long, value_name = "THRESHOLD")]
    pub(super) slo: Vec<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    pub(super) to: Rendering,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Sign the certificate with this private key, as `ssh-keygen -t ed25519` makes it; the signature is written
    /// beside it, as FILE.sig
    #[arg(long, value_name = "KEY", requires = "output")]
    pub(super) sign: Option<PathBuf>,
    /// The folder in which runs have their folders [default: reports]
    #[arg(long, env = "ASSIZE_REPORTS", value_name = "DIR")]
    pub(super) reports: Option<PathBuf>,
}

/// What a report can be made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Rendering {
    /// The page report.html
    Html,
    /// The JUnit XML file junit.xml
    Junit,
    /// Markdown, as for the summary of a GitHub job
    Md,
    /// The Common Test Report Format, JSON
    Ctrf,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// The code quality report that GitLab shows in merge requests
    Gitlab,
    /// A badge of the verdict, SVG
    Badge,
    /// A conformance statement of one page, HTML
    Certificate,
    /// The same for programs, JSON
    CertificateJson,
}

pub(super) fn report(arguments: &RenderArguments) -> Result<Outcome, Failure> {
    if arguments.sign.is_some() && !is_certificate(arguments.to) {
        let text = "--sign: certificates are signed, and nothing else; give --to certificate or certificate-json";
        return Err(Failure::Usage(text.to_owned()));
    }
    let key = arguments
        .sign
        .as_deref()
        .map(SigningKey::read)
        .transpose()?;
    let mut finished = finished(arguments.run.as_deref(), arguments.reports.as_deref())?;
    let mut outcome = Outcome::Conforms;
    if !arguments.slo.is_empty() {
        if is_certificate(arguments.to) {
            let text = "--slo: a certificate tells of a run as it was judged; give another format";
            return Err(Failure::Usage(text.to_owned()));
        }
        finished.report = judged_anew(finished.report, &arguments.slo)?;
        outcome = finished.report.conclusion.outcome;
    }
    let text = rendered(&finished, arguments.to)?;
    match &arguments.output {
        Some(path) => {
            write_whole(path, &text)?;
            if let Some(key) = key {
                let mut beside = path.clone().into_os_string();
                beside.push(".sig");
                write_whole(Path::new(&beside), &key.sign(text.as_bytes())?)?;
            }
        }
        None => console::print(&text),
    }
    Ok(outcome)
}

const fn is_certificate(to: Rendering) -> bool {
    matches!(to, Rendering::Certificate | Rendering::CertificateJson)
}

/// The same run, its loads judged by other thresholds.
fn judged_anew(run: Record, slo: &[String]) -> Result<Record, Failure> {
    if run.loads.is_empty() {
        return Err(Failure::Usage(format!(
            "--slo: run {} made no load that could be judged",
            run.run.id
        )));
    }
    let thresholds = thresholds_anew(slo, &run)?;
    let accept_invalid = run.run.accept_invalid;
    Ok(run.judged(GivenThresholds {
        all: &thresholds.all,
        usual: thresholds.usual,
        accept_invalid,
    }))
}

fn rendered(finished: &Finished, to: Rendering) -> Result<String, Failure> {
    let Finished { report, text } = finished;
    let unrendered = |cause: String| Failure::Machine(format!("cannot make the report: {cause}"));
    match to {
        Rendering::Html => Ok(html(report)),
        Rendering::Junit => junit(report).map_err(|error| unrendered(error.to_string())),
        Rendering::Md => Ok(markdown(report, usize::MAX)),
        Rendering::Ctrf => Ok(ctrf(report)),
        Rendering::Sarif => Ok(sarif(report)),
        Rendering::Gitlab => Ok(gitlab(report)),
        Rendering::Badge => Ok(badge(report)),
        Rendering::Certificate => Ok(certificate(report, &sha256(text.as_bytes()))),
        Rendering::CertificateJson => Certificate::of(report, &sha256(text.as_bytes()))
            .json()
            .map_err(|error| unrendered(error.to_string())),
    }
}
