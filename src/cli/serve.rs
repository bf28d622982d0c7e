//! `assize serve`: the reference server alone.

use tokio::net::TcpListener;

use super::arguments::ServeArguments;
use super::console;
use super::failure::Failure;
use super::prove::unknown;
use crate::edge::reference_server::{
    IncidentListener, MailRoute, ReferenceServer, ReferenceSettings,
};
use crate::edge::watch_signals;
use crate::engine::stop_signal;
use crate::model::Outcome;
use crate::reference::defect::{self, Defect};

pub(super) fn serve(arguments: &ServeArguments) -> Result<Outcome, Failure> {
    if arguments.defects {
        console::print(&defects());
        return Ok(Outcome::Conforms);
    }
    let planted = match &arguments.defect {
        Some(name) => Some(defect::named(name).ok_or_else(|| unknown(name))?),
        None => None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Machine(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(serve_until_stopped(arguments, planted))
}

async fn serve_until_stopped(
    arguments: &ServeArguments,
    planted: Option<&'static Defect>,
) -> Result<Outcome, Failure> {
    let (stopper, stop) = stop_signal();
    watch_signals(stopper)
        .map_err(|error| Failure::Machine(format!("cannot watch for signals: {error}")))?;
    let listener = TcpListener::bind(arguments.listen).await.map_err(|error| {
        Failure::Machine(format!("cannot listen at {}: {error}", arguments.listen))
    })?;
    let settings = ReferenceSettings {
        mail: arguments
            .smtp
            .clone()
            .map_or(MailRoute::Inbox, MailRoute::Smtp),
        incidents: IncidentListener::new(|incident| {
            console::note(&format!("failed to {incident}\n"));
        }),
        defect: planted,
        ..ReferenceSettings::default()
    };
    let shutdown = async move { stop.wait().await };
    let server = ReferenceServer::start(listener, settings, shutdown)
        .map_err(|error| Failure::Machine(error.to_string()))?;
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

/// Says where the server is and how to try it.
fn greeting(server: &ReferenceServer, arguments: &ServeArguments) -> String {
    let base_url = server.base_url();
    match (server.inbox_url(), &arguments.smtp) {
        (Some(inbox), _) => format!(
            "listening at {base_url}\ntry it: assize check {base_url} --mailbox '{inbox}'\n"
        ),
        (None, Some(smtp)) => format!("listening at {base_url}, mailing codes to {smtp}\n"),
        (None, None) => format!("listening at {base_url}\n"),
    }
}
