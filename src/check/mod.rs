//! The judge: a pure function from expectations and an answer to findings.
//!
//! Both engines use it. An answer that meets everything costs no allocation beyond the outline of
//! its body, and that only if an expectation looks into it.

mod body;
mod capture;
mod header;
mod json;
mod judge;
mod looked_at;
mod observe;
mod phrase;
mod schema;
mod status;
mod subject;
mod text;
mod written;

pub use capture::{CaptureError, capture};
pub use judge::{Context, judge};
pub use looked_at::{LookedAt, SeenAnswer};
pub use observe::observe;
pub use subject::Subject;
