//! `assize report`: a report of a finished run, made anew from its results.

use super::arguments::{RenderArguments, Rendering};
use super::console;
use super::results::{Finished, finished};
use crate::edge::write_whole;
use crate::model::Outcome;
use crate::record::sha256;
use crate::report::{badge, certificate, ctrf, gitlab, html, junit, markdown, sarif};
use crate::session::Failure;

pub(super) fn report(arguments: &RenderArguments) -> Result<Outcome, Failure> {
    let finished = finished(arguments.run.as_deref(), arguments.reports.as_deref())?;
    let text = rendered(&finished, arguments.to)?;
    match &arguments.output {
        Some(path) => write_whole(path, &text)?,
        None => console::print(&text),
    }
    Ok(Outcome::Conforms)
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
    }
}
