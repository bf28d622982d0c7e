//! The reference server over a real socket: what a client sees of it.
//!
//! The modules are marked as tests so that the lints that spare tests spare their helpers too.

#[cfg(test)]
mod errors;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod races;
#[cfg(test)]
mod support;
