//! All that is known of the Users API: its endpoints, who sends what to them, and what their answers tell.
//!
//! Functions of requests and answers alone. Whoever sends them knows none of this, so that suites of other APIs
//! run on the same engines.

mod account;
mod accounts;
mod api_call;
mod endpoint;
#[cfg(test)]
pub(crate) mod examples;
mod facts;
mod fixture_call;
mod fixture_user;
mod groundwork;
mod known_users;
mod ledger;
mod lent;
mod lifetimes;
mod names;
mod need;
mod session_log;
mod session_member;
mod user_member;

pub(crate) use account::{Account, Session};
pub(crate) use accounts::{AccountWatch, announce};
pub use api_call::route;
pub(crate) use api_call::{ApiCall, verified_code};
pub use endpoint::{DocumentedEndpoint, ENDPOINTS};
pub(crate) use facts::{email_of, session_secret, unasked_codes};
pub(crate) use fixture_call::FixtureCall;
pub(crate) use fixture_user::{FixtureUser, LackingMember};
pub(crate) use groundwork::{Groundwork, fault};
pub(crate) use known_users::{GivenText, KnownUsers};
pub use ledger::{AccountNumber, Ledger, LedgerLine, NullLedger, OpenAccount, open_accounts};
pub use lent::{LentAccount, LentKeyPair};
pub(crate) use lifetimes::Life;
pub(crate) use names::{Names, asked_names};
pub use need::Need;
pub(crate) use session_log::Leaving;
pub use session_log::SessionLog;
pub use session_member::SessionMember;
pub use user_member::{Role, UserMember};

/// The requirement that no two users share what the answer to a create tells them.
pub(crate) const UNIQUE: &str = "create.unique";
