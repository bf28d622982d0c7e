//! One plan, many workers, one verdict: what several processes on any machines agree on through a store of files,
//! and how what they delivered becomes one record. No worker knows another; there is no coordinator.
//!
//! Everything here is a function of its arguments and of two traits: a [`SharedStore`], whose conditional creates
//! decide every race, and a [`MachineClock`].

mod bucket_provider;
mod claim;
mod clock;
mod engines;
mod gathering;
mod heartbeats;
mod ledgers;
mod names;
mod plan;
mod shards;
mod share_file;
mod start;
mod store;

pub use bucket_provider::BucketProvider;
pub use claim::{Claim, Claimed, claim};
pub use clock::{ClockReading, MachineClock, read_clock};
pub use engines::{Engine, EngineSettings, script};
pub use gathering::{GatheredShares, NotGathered, gather, shares_present};
pub use heartbeats::beat;
pub use ledgers::{keep_ledgers, kept_ledgers};
pub use names::PLAN;
pub use plan::{PLAN_FORMAT, PlanError, StartRules, WorkPlan};
pub use shards::{NoShards, join_shards};
pub use share_file::{DeliveredShare, SHARE_FORMAT, ShareError, ShareStart, deliver};
pub use start::{JointStart, NotStarted, join_start};
pub use store::{NotAdopted, SharedStore, StoreError, StoreTime, StoredObject, adopt_plan};
