//! One plan, many workers, one verdict: real processes, a real shared folder, and a server that notes who asked
//! for what.

mod bucket;
mod buckets;
mod clocks;
mod dying;
mod engines;
mod fleet;
mod leaving;
mod noting_server;
mod refusing;
mod shards;
mod together;
