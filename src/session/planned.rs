//! The suites of a run, read and planned.

use crate::contract::Requirements;
use crate::record::SuitesUsed;
use crate::suite::Plan;

/// The requirements, and the plan of all suites.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) requirements: Requirements,
    pub(crate) plan: Plan,
    pub(crate) used: SuitesUsed,
    /// Whether the suites are about the Users API, whose requirements they prove and whose users they make.
    pub(crate) is_of_users_api: bool,
}
