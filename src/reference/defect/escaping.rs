//! Defects that the built-in suites are known not to find yet, so that a proof tells them from those that nobody
//! expects to survive. Who writes a case for one takes its name from here.

/// Their names.
pub(super) const ESCAPING: &[&str] = &[];
