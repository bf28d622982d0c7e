//! The engines: one walks a plan of conformance cases, one paces a load.
//!
//! They reach the world only through the traits of this folder, each of which has a fake in tests.

mod mailbox;

pub use mailbox::{MailError, MailQuery, Mailbox};
