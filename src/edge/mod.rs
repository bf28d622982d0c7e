//! The world: sockets, clocks, files, randomness, mailboxes. Decides nothing about a target.

mod base_url;
#[cfg(feature = "buckets")]
mod bucket;
mod change;
mod coding;
mod embedded;
mod folder_store;
mod greeting;
mod guard;
mod http_client;
mod http_fault;
mod http_way;
mod ledger_file;
mod live_server;
mod load;
mod machine;
pub mod mailbox;
mod otlp_sender;
mod pinning;
mod preface;
mod probe;
mod random;
pub mod reference_server;
mod resolver;
mod run_clock;
mod run_folder;
mod signals;
mod signature;
mod sqlite_store;
mod started_build;
mod threads;
pub mod tls;
mod tls_fault;
mod unverified;
mod watched;
mod wire;

pub use base_url::base_url;
#[cfg(feature = "buckets")]
pub use bucket::BucketStore;
pub use change::{FileMark, file_mark, listeners_at};
pub use embedded::{EmbeddedError, EmbeddedTarget};
pub use folder_store::{FolderStore, SystemClock};
pub use greeting::{Greeting, greet};
pub use guard::{NetworkScope, NotLoopback, addresses, distance, is_named, load_allowed, port_of};
pub use http_client::{ClientError, HttpClient, HttpLimits};
pub use http_way::HttpWay;
pub use ledger_file::{
    LedgerError, LedgerFile, LedgerHead, LeftLedger, ledger_texts, left_ledgers, put_ledgers,
};
pub use live_server::{LiveServer, LiveSource};
pub use load::{
    AgreedStart, Behaviour, KnownServer, LoadError, LoadWorld, allow_connections, run_load,
    run_load_in,
};
pub use machine::{MachineLimits, machine_limits, machine_name};
pub use otlp_sender::{MetricsSource, OtlpCollector, OtlpSender, OtlpSent};
pub use preface::speaks_http2;
pub use probe::tour;
pub use random::{random_key, random_seed};
pub use resolver::{HostAddress, ResolveError};
pub use run_clock::RunClock;
pub use run_folder::{RunFolder, WriteError, append, remove_old, write_whole};
pub use signals::watch as watch_signals;
pub use signature::{SIGNATURE_NAMESPACE, SignatureError, SigningKey, TrustedKeys, Unvouched};
pub use sqlite_store::{DataFileError, DataFileFault, SqliteStore};
pub use started_build::{RunningBuilds, StartedBuild, free_port};
pub use threads::{on_threads, processors};
pub use watched::Watched;
#[doc(hidden)]
pub use wire::read_answer;
pub use wire::{EndpointError, UnsendableError, Unwritable};
