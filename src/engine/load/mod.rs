//! The engine that paces a load: hands out the iterations as they become due, judges every answer,
//! counts everything, second by second.
//!
//! Decides nothing about how requests go over the wire; see [`Connection`]. Each worker is one thread
//! that runs one [`Worker`]; one [`Collector`] gathers what they count.

mod abort_flag;
mod collector;
mod dispatcher;
mod dropped;
mod error_ids;
mod failures;
mod history;
mod iteration;
mod job;
mod judging;
mod known_answers;
mod load_services;
mod note;
mod part;
mod pool;
mod post_load_checks;
mod precision;
mod recent_secrets;
mod renewed;
mod request_attempt;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod waiting;
mod watch;
mod worker;
mod worker_result;
mod world;

pub use abort_flag::AbortFlag;
pub use collector::Collector;
pub use job::{LoadJob, LoadSettings};
pub use load_services::{LoadMail, LoadServices};
pub use part::{ScenarioPart, blend};
pub use pool::Pool;
pub use post_load_checks::PostLoadChecks;
pub use renewed::RenewedUsers;
pub use worker::{OpenedConnections, SharedByWorkers, Worker, open_connections};
pub use worker_result::WorkerResult;
pub use world::{Connection, Connector, Leeway, LoadClock, LoadTimer};
