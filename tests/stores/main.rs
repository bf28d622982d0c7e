//! The API as its callers see it, over every store: one suite, one behaviour.
//!
//! The modules are marked as tests so that the lints that spare tests spare their helpers too.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod data_file;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod races;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod sweeping;
#[cfg(test)]
mod world;
