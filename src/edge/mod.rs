//! The world: sockets, clocks, files, the terminal, mailboxes. Decides nothing about a target.

mod http_client;
mod load;
mod run_clock;
mod run_folder;
mod signals;
mod tls;
mod wire;

pub use http_client::{ClientError, HttpClient, HttpLimits, base_url};
pub use load::{LoadError, run_load};
pub use run_clock::RunClock;
pub use run_folder::{RunFolder, WriteError, write_whole};
pub use signals::watch as watch_signals;
pub use tls::install_provider;
pub use wire::{EndpointError, UnsendableError};
