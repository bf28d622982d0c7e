//! The reference server over a real socket: what a client sees of it.
//!
//! The modules are marked as tests so that the lints that spare tests spare their helpers too.

#[cfg(test)]
mod description;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod process;
#[cfg(test)]
mod races;
#[cfg(test)]
mod support;
