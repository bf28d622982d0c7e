//! What an operation does to the users of a load, told from its request.

use crate::suite::{Operation, Segment};

/// What an operation does to the user of its iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Makes a user.
    Create,
    /// Makes the user's session usable.
    Verify,
    /// Reads a user by id.
    Read,
    /// Deletes the user.
    Delete,
    /// Nothing that a history would tell.
    Other,
}

impl Act {
    pub(super) fn of(operation: &Operation) -> Self {
        let request = &operation.exchange.request;
        let segments = request.path.segments();
        let Some(Segment::Text(path)) = segments.first() else {
            return Self::Other;
        };
        match (request.method.as_str(), path.as_str(), segments.len()) {
            ("POST", "/user", 1) => Self::Create,
            ("PUT", "/session/verification", 1) => Self::Verify,
            ("DELETE", "/user", 1) => Self::Delete,
            ("GET", "/user/", 2) => Self::Read,
            _ => Self::Other,
        }
    }

    /// Whether it may change which accounts there are, or what opens them.
    pub(super) const fn changes_accounts(self) -> bool {
        matches!(self, Self::Create | Self::Verify | Self::Delete)
    }
}
