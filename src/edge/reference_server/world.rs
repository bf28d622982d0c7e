//! The clock and the randomness of a reference server.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::sync::{Mutex, PoisonError};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::reference::{CallContext, Entropy, Moment};

/// A cipher's stream, keyed by the system once. Unlike the system it cannot fail later on, when
/// there would be nothing left but to answer with an error.
pub(super) struct World {
    stream: Mutex<ChaCha20Rng>,
}

impl World {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut seed = <ChaCha20Rng as SeedableRng>::Seed::default();
        getrandom::fill(&mut seed)?;
        Ok(Self {
            stream: Mutex::new(ChaCha20Rng::from_seed(seed)),
        })
    }

    /// The time and the randomness for one call.
    pub(super) fn context(&self) -> CallContext<'_> {
        CallContext {
            now: now(),
            entropy: self,
        }
    }

    /// An identifier for one error, of nothing but random bits.
    pub(super) fn error_id(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

impl Entropy for World {
    fn fill(&self, bytes: &mut [u8]) {
        self.stream
            .lock()
            // Filling cannot panic, and a stream is never half done.
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }
}

pub(super) fn now() -> Moment {
    Moment::from_unix(OffsetDateTime::now_utc().unix_timestamp())
}
