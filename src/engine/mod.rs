//! The engines: one walks a plan of conformance cases, one paces a load.
//!
//! They reach the world only through the traits of this folder, each of which has a fake in tests.

mod accounts;
mod actor;
mod clock;
mod conform;
pub mod drive;
mod fixture;
mod harness;
mod mailbox;
mod render;
mod stop;
mod transport;

pub use clock::Clock;
pub use conform::conform;
pub use harness::Harness;
pub use mailbox::{MailError, MailQuery, Mailbox};
pub use stop::{Stop, Stopper, stop_signal};
pub use transport::Transport;
