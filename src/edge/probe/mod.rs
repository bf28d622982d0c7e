//! A direct probe of a reference server: a small client that brings a condition about, tries what users
//! do, and writes down what it sees. Two servers that it sees the same in are alike to such a client.
//!
//! It shares no code with the engines: it is to say what is there, whatever they are able to see.

mod caller;
mod resembling;
mod sight;
mod tour;
mod wanted;

pub use tour::tour;
