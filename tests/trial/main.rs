//! The command as its users run it: against the embedded server, against servers that are not ours,
//! against nothing at all. What it says, what it writes, and how it exits.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod always;
mod another_api;
mod between;
mod breaking_off;
mod calibrating;
mod canary;
mod canary_other;
mod certificates;
mod clean;
mod coded;
mod comparing;
mod decoded;
mod diffing;
mod doctor;
mod documents;
mod embedded;
mod evidence;
mod exported;
mod foreign;
mod gate;
mod gatekeeper;
mod gateway;
mod guarded;
mod hostile;
mod hostile_engines;
#[path = "../common/installed.rs"]
mod installed;
mod interrupted;
mod keep_alive;
mod lapsing;
mod lent;
mod limited;
mod limiter;
mod listed;
mod load;
mod loads;
mod looked_at;
mod machines;
mod mail;
mod manners;
mod manual;
mod message;
mod misbehaving;
mod misuse;
mod nginx;
mod pipelines;
mod proxy;
mod remembered;
mod reports;
mod restarted;
mod sample;
mod secrets;
mod secure;
mod signed;
#[cfg(target_os = "linux")]
mod slow_names;
mod slow_target;
mod starved;
mod suffered;
mod suite_values;
mod support;
#[path = "../common/tested.rs"]
mod tested;
#[path = "../common/tls.rs"]
mod tls;
mod unfinished;
mod unwritable;
mod used_store;
mod variables;
mod watched;
mod watching;
