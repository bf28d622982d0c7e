//! One look over the whole run: what its exchanges have in common says more than each alone.
//!
//! [`Evidence`] holds one small [`Fingerprint`] for each exchange; [`diagnose`] recognises shapes in it, such as a
//! gateway that answers for a server that is down. Functions of their arguments alone: nothing here waits,
//! sends or judges a case.

mod answer_mark;
mod between;
mod creates;
mod evidence;
mod fingerprint;
mod lost;
mod recognise;
mod two_servers;
mod verdict;
mod whole;
mod words;

pub use answer_mark::AnswerMark;
pub use evidence::Evidence;
pub use fingerprint::{Fingerprint, Purpose, route};
pub use recognise::{diagnose, ending};
pub use verdict::{Diagnosis, Party, RunShape};
pub use words::{may_tell_limit, tells_taken};

#[cfg(test)]
mod tests;
