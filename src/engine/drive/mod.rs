//! The engine that paces a load: hands out the iterations as they become due, judges every answer,
//! counts everything, second by second.
//!
//! Decides nothing about how requests go over the wire; see [`Connection`]. Each worker is one thread
//! that runs one [`Shift`]; one [`Collector`] gathers what they count.

mod act;
mod aftermath;
mod books;
mod brake;
mod collector;
mod error_ids;
mod history;
mod iteration;
mod job;
mod kinds;
mod note;
mod pace;
mod part;
mod pool;
mod recent_secrets;
mod renewed;
mod shift;
mod shift_end;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod unstarted;
mod waiting;
mod watch;
mod world;

pub use aftermath::Aftermath;
pub use books::{Books, LoadMail};
pub use brake::Brake;
pub use collector::Collector;
pub use job::{LoadJob, LoadSettings};
pub use part::{Part, blend};
pub use pool::Pool;
pub use renewed::RenewedUsers;
pub use shift::{Common, Opened, Shift, open_connections};
pub use shift_end::ShiftEnd;
pub use world::{Connection, Connector, LoadClock, LoadTimer};
