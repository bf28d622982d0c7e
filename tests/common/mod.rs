//! Sample reports, built from events as a run builds them.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: a sample that cannot be built fails the test that wants it"
)]

pub(crate) mod case;
pub(crate) mod difference;
pub(crate) mod exchange;
pub(crate) mod failing;
pub(crate) mod hostile;
pub(crate) mod installed;
pub(crate) mod load;
pub(crate) mod sample;
