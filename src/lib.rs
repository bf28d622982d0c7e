//! assize puts any implementation of the ThreatWinds Users API on trial.
//!
//! The layers, each using only what stands below it:
//!
//! ```text
//! cli        one verb a file
//! session    settings -> one Record: a run, a check, a load
//! edge       the world: sockets, clock, files, terminal, mailboxes
//! engine     walks a plan of cases; paces a load
//! report     renders a record: terminal, JSON, JUnit, HTML
//! history    the runs of many builds -> trends and their changes
//! compare    what two sides measured -> estimates and verdicts
//! difference what two servers do unlike, by records of the same requests
//! machines   one plan, many workers: what they agree on through a store, and one record of all
//! record     what happened: events -> one Record and its conclusion
//! reference  the API as a state machine
//! diagnosis  evidence of a run -> what its exchanges have in common
//! check      (expectation, answer) -> findings
//! load       profile -> schedule -> samples -> summary
//! suite      text -> SuiteDocument -> Plan
//! users_api  what engines and suites need to know of the Users API
//! contract   requirements and JSON Schemas
//! model      the words that all layers speak
//! ```

pub mod check;
pub mod cli;
pub mod compare;
pub mod contract;
pub mod diagnosis;
pub mod difference;
pub mod edge;
pub mod engine;
pub mod history;
pub mod load;
pub mod machines;
pub mod model;
pub mod record;
pub mod reference;
pub mod report;
mod session;
pub mod suite;
pub mod users_api;
