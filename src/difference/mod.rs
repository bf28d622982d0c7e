//! What two servers do unlike, by two records of the same requests: canonical transcripts, aligned step by step and
//! compared by their structure, what differs grouped by its cause, and each cause put down to whom it is to be put
//! down to. Pure: records in, one record of differences out.

mod acceptance;
mod answer_part;
mod blame;
mod canonical_value;
mod cause;
mod company;
mod conclusion;
mod course;
mod deviation;
mod difference_record;
mod identity;
mod open_deviations;
mod pair;
mod position;
mod steadiness;
mod transcript;
mod whole_difference;

pub use acceptance::{AcceptError, AcceptedDifferences};
pub use cause::{Difference, DifferenceClass, DifferenceExample, OtherPlace};
pub use difference_record::{
    AgreementCluster, DIFFERENCE_FORMAT, DiffBasis, DiffInfo, DiffRecord, DiffSide, PairCount,
};
pub use whole_difference::{Passes, differences};
