//! `assize serve`: the reference server alone.

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::arguments::ServeArguments;
use super::console;
use super::runtime::stop_on_signals;
use crate::edge::reference_server::{
    IncidentListener, MailRoute, ReferenceServer, ReferenceSettings, StartError,
};
use crate::edge::{DataFileError, DataFileFault};
use crate::model::Outcome;
use crate::reference::defect::{self, Defect};
use crate::session::{Failure, on_many_threads, unknown_defect};

pub(super) fn serve(arguments: &ServeArguments) -> Result<Outcome, Failure> {
    if arguments.defects {
        let listed = if arguments.json {
            defects_as_json()
        } else {
            defects()
        };
        console::print(&listed);
        return Ok(Outcome::Conforms);
    }
    let planted = match &arguments.defect {
        Some(name) => Some(defect::named(name).ok_or_else(|| unknown_defect(name))?),
        None => None,
    };
    on_many_threads(serve_until_stopped(arguments, planted))?
}

async fn serve_until_stopped(
    arguments: &ServeArguments,
    planted: Option<&'static Defect>,
) -> Result<Outcome, Failure> {
    let stop = stop_on_signals()?;
    let listener = TcpListener::bind(arguments.listen).await.map_err(|error| {
        Failure::Machine(format!("cannot listen at {}: {error}", arguments.listen))
    })?;
    let settings = ReferenceSettings {
        mail: arguments
            .smtp
            .clone()
            .map_or(MailRoute::Inbox, MailRoute::Smtp),
        data: arguments.data.clone(),
        incidents: IncidentListener::new(|incident| {
            console::note(&format!("failed to {incident}\n"));
        }),
        defect: planted,
        ..ReferenceSettings::default()
    };
    let shutdown = async move { stop.wait().await };
    let server = ReferenceServer::start(listener, settings, shutdown)
        .map_err(|error| not_started(&error))?;
    console::print(&greeting(&server, arguments));
    if let Some(defect) = planted {
        console::print(&format!("misbehaving: {} {}\n", defect.name, defect.says));
    }
    server
        .finished()
        .await
        .map_err(|error| Failure::Machine(error.to_string()))?;
    Ok(Outcome::Conforms)
}

/// All defects, with what each is about.
fn defects() -> String {
    let block = |defect: &Defect| {
        format!(
            "{} ({}; {})\n    {}\n",
            defect.name,
            defect.area.as_str(),
            defect.breaks.join(", "),
            defect.says
        )
    };
    defect::all().map(block).collect()
}

/// The same for programs.
fn defects_as_json() -> String {
    let one = |defect: &Defect| {
        json!({
            "name": defect.name,
            "area": defect.area.as_str(),
            "level": defect.level,
            "breaks": defect.breaks,
            "says": defect.says,
            "only_under_load": defect.only_under_load,
        })
    };
    let all: Vec<Value> = defect::all().map(one).collect();
    format!("{:#}\n", Value::Array(all))
}

/// A data file that was never ours is a mistake of the command line; one that cannot be had now is not.
fn not_started(error: &StartError) -> Failure {
    let sentence = format!("cannot {error}");
    match error {
        StartError::Data(DataFileError {
            fault:
                DataFileFault::NotADatabase | DataFileFault::Foreign | DataFileFault::Newer { .. },
            ..
        }) => Failure::Usage(sentence),
        StartError::Data(_) | StartError::Address(_) | StartError::Randomness(_) => {
            Failure::Machine(sentence)
        }
    }
}

/// Says where the server is, where it keeps what, and how to try it.
fn greeting(server: &ReferenceServer, arguments: &ServeArguments) -> String {
    let base_url = server.base_url();
    let mut lines = vec![format!("listening at {base_url}")];
    if let Some(data) = &arguments.data {
        lines.push(format!("keeping accounts in {}", data.display()));
    }
    if let Some(smtp) = &arguments.smtp {
        lines.push(format!("mailing codes to {smtp}"));
    }
    if let Some(inbox) = server.inbox_url() {
        lines.push(format!(
            "try it: assize check {base_url} --mailbox '{inbox}'"
        ));
    }
    lines.join("\n") + "\n"
}
