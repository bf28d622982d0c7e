//! Tells a run for which a target was meant from one that is to try the embedded server.

use super::config::Config;
use super::options::TargetOptions;
use super::variables::{self, UnknownVariable};
use crate::session::Failure;

/// Refuses a run without a target where anything says that one was meant: else a secret that a job does
/// not get would make it green, by the embedded server.
pub(super) fn refuse(
    config: &Config,
    options: &TargetOptions,
    unknown: &[UnknownVariable],
) -> Result<(), Failure> {
    if config.url.is_some() {
        return Ok(());
    }
    let misspelt = unknown.iter().find(|one| one.means_target());
    let hint = hint(config, options);
    if hint.is_none() && misspelt.is_none() {
        return Ok(());
    }
    let although = hint.map_or_else(String::new, |hint| format!(", although {hint}"));
    let cause = if let Some(misspelt) = misspelt {
        format!("; {}", misspelt.warning())
    } else if variables::names_no_target() {
        format!("; the variable {} is empty or off", variables::TARGET)
    } else {
        String::new()
    };
    Err(Failure::Usage(format!(
        "no target is named{although}{cause}. Name it as TARGET or in {}; the server inside assize is tried only where nothing speaks of another",
        variables::TARGET
    )))
}

/// What speaks of a target that is not the embedded server.
fn hint(config: &Config, options: &TargetOptions) -> Option<String> {
    let gate = &options.gate;
    let given = [
        ("mailbox", options.mailbox.is_some()),
        ("email", options.email.is_some()),
        ("bearer", options.bearer.is_some()),
        ("api-key", options.api_key.is_some()),
        ("api-secret", options.api_secret.is_some()),
        ("header", !gate.header.is_empty()),
        ("basic", gate.basic.is_some()),
        ("proxy", gate.proxy.is_some()),
        ("wait", gate.wait.is_some()),
        ("ca", gate.ca.is_some()),
        ("cert", gate.cert.is_some()),
    ];
    let given = given.into_iter().find(|(_, given)| *given);
    match given {
        Some((flag, _)) => Some(format!("{} is set", variables::name_of(flag))),
        None if config.has_targets => Some(format!("{} has targets", config.name())),
        None => None,
    }
}
