//! The Users API and its neighbours as a state machine: what an honest target does.
//!
//! Nothing here knows of HTTP words, clocks, sockets or sources of randomness. The time and the
//! random bytes are arguments, refusals have kinds instead of statuses, and a code to be mailed is
//! handed back as a [`Letter`] for the caller to deliver.

mod accounts;
mod answer;
mod api;
mod context;
mod credentials;
mod deadlines;
pub mod defect;
mod email;
mod keypairs;
mod memory;
mod record;
mod refusal;
mod request;
mod rules;
mod secret;
mod sessions;
mod shared;
mod store;
mod verification;

pub use answer::{
    Acknowledged, CheckedKeyPair, CheckedSession, IssuedKeyPair, KeyPairList, KeyPairSummary,
    Letter, OpenedSession, PublicUser, SessionList, SessionSummary, UserReference,
};
pub use api::UsersApi;
pub use context::{CallContext, Entropy, Moment, Visitor};
pub use credentials::Credentials;
pub use email::Email;
pub use memory::MemoryStore;
pub use record::{AccountRecord, Code, KeyPair, Opens, SessionRecord};
pub use refusal::{CallError, Refusal, RefusalKind};
pub use request::{Members, NewAccount, NewKeyPair, NewSession, Verification, identifier};
pub use rules::Rules;
pub use secret::{Digest, Secret};
pub use store::{Store, StoreFault};
pub use verification::Attempt;
