//! The engines: one walks a plan of conformance cases, one paces a load.
//!
//! They reach the world only through the traits of this folder, each of which has a fake in tests.

mod actor;
mod budgeted_mailbox;
mod cleaning;
mod client;
mod clock;
mod conform;
mod cookie_jar;
mod dress;
mod evidence_log;
mod fixture;
mod free_names;
mod groundwork;
mod harness;
mod jobs;
pub mod load;
mod mail_budget;
mod mailbox;
mod manner_draw;
mod other_codes;
mod patience;
mod permits;
mod preflight;
mod readiness;
mod removal;
mod removal_rules;
mod render;
mod rules;
mod step_log;
mod stop;
mod taken;
mod throttle;
mod transport;
mod unanswered;
mod users;
mod varied;

pub use budgeted_mailbox::BudgetedMailbox;
pub use cleaning::clean;
pub use client::Client;
pub use clock::Clock;
pub use conform::{Pace, conform};
pub use cookie_jar::{cookie_names, has_cookies};
pub use evidence_log::EvidenceLog;
pub use harness::{Harness, Unreached, advice, is_http};
pub use mailbox::{MailError, MailQuery, Mailbox};
pub use patience::Patience;
pub use rules::{RuleBook, conclude_rules};
pub use stop::{Stop, Stopper, stop_signal};
pub use transport::Transport;
pub use users::{PreparedUsers, prepare_users};
