//! The API over a store, at times of the tests' own choosing.

use assize::edge::SqliteStore;
use assize::reference::{
    Acknowledged, CallContext, CallError, Credentials, Email, Entropy, IssuedKeyPair, Letter,
    MemoryStore, Moment, NewAccount, NewKeyPair, NewSession, OpenedSession, Refusal, Rules, Secret,
    Store, UsersApi, Verification, Visitor,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use uuid::Uuid;

/// The name of a store's file in its folder.
const FILE: &str = "data";

pub(crate) const START: Moment = Moment::from_unix(1_700_000_000);

/// Bytes that differ from call to call and are the same in every run.
#[derive(Default)]
struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // The golden ratio of 2⁶⁴ spreads the counter over all the bytes.
            let step = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            let spread = step.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
            chunk.copy_from_slice(&spread[..chunk.len()]);
        }
    }
}

pub(crate) struct World {
    pub(crate) api: UsersApi<Arc<dyn Store>>,
    pub(crate) store: Arc<dyn Store>,
    entropy: Counter,
    /// Where the store keeps its file, if it has one.
    folder: Option<TempDir>,
}

/// A caller with an account, as far as a test has brought them.
pub(crate) struct Someone {
    pub(crate) credentials: Credentials,
    pub(crate) opened: OpenedSession,
    pub(crate) letter: Letter,
}

impl World {
    /// A fresh world for every store there is. What a test finds must be the same in each.
    pub(crate) fn each() -> impl Iterator<Item = Self> {
        ["memory", "a file"].into_iter().map(|place| {
            println!("the store is in {place}");
            if place == "memory" {
                Self::in_memory()
            } else {
                Self::in_a_file()
            }
        })
    }

    fn in_memory() -> Self {
        Self::over(Arc::new(MemoryStore::new()), None)
    }

    pub(crate) fn in_a_file() -> Self {
        Self::in_the_file_of(tempfile::tempdir().unwrap())
    }

    fn in_the_file_of(folder: TempDir) -> Self {
        let store = SqliteStore::open(&folder.path().join(FILE)).unwrap();
        Self::over(Arc::new(store), Some(folder))
    }

    /// The file that the store keeps.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join(FILE)
    }

    /// Ends the store; its file remains while the folder does.
    pub(crate) fn closed(self) -> (PathBuf, TempDir) {
        (self.path(), self.folder.unwrap())
    }

    /// Another store over the same file, once this one has ended.
    pub(crate) fn reopened(self) -> Self {
        let Self {
            api,
            store,
            folder,
            entropy,
        } = self;
        drop((api, store));
        Self {
            // What was drawn already is not drawn again.
            entropy,
            ..Self::in_the_file_of(folder.unwrap())
        }
    }

    fn over(store: Arc<dyn Store>, folder: Option<TempDir>) -> Self {
        Self {
            api: UsersApi::new(Arc::clone(&store), Rules::default()),
            store,
            entropy: Counter::default(),
            folder,
        }
    }

    pub(crate) fn context(&self, now: Moment) -> CallContext<'_> {
        CallContext {
            now,
            entropy: &self.entropy,
        }
    }

    pub(crate) fn create(&self, email: &str) -> Result<Someone, CallError> {
        self.create_at(email, START)
    }

    pub(crate) fn create_at(&self, email: &str, now: Moment) -> Result<Someone, CallError> {
        let request = NewAccount {
            email: Email::parse(email).unwrap(),
            full_name: "John Doe".to_owned(),
            alias: "johny".to_owned(),
        };
        self.api
            .create_account(request, visitor(), self.context(now))
            .map(someone)
    }

    pub(crate) fn create_verified(&self, email: &str) -> Someone {
        let someone = self.create(email).unwrap();
        self.verify(&someone, START).unwrap();
        someone
    }

    pub(crate) fn open(&self, email: &Email) -> Result<Someone, CallError> {
        self.open_at(email, START)
    }

    pub(crate) fn open_at(&self, email: &Email, now: Moment) -> Result<Someone, CallError> {
        let request = NewSession {
            email: email.clone(),
        };
        self.api
            .open_session(&request, visitor(), self.context(now))
            .map(someone)
    }

    pub(crate) fn verify(&self, someone: &Someone, now: Moment) -> Result<Acknowledged, CallError> {
        self.api
            .verify_session(&right_code(&someone.opened, &someone.letter), now)
    }

    pub(crate) fn issue(&self, someone: &Someone) -> (IssuedKeyPair, Letter) {
        self.issue_at(someone, START)
    }

    pub(crate) fn issue_at(&self, someone: &Someone, now: Moment) -> (IssuedKeyPair, Letter) {
        let request = NewKeyPair {
            name: "key".to_owned(),
            days: 2,
        };
        self.api
            .issue_key_pair(&someone.credentials, request, self.context(now))
            .unwrap()
    }

    pub(crate) fn issue_verified(&self, someone: &Someone) -> Credentials {
        let (issued, letter) = self.issue(someone);
        let code = Verification {
            code: issued.verification_code_id,
            digits: letter.digits,
        };
        self.api
            .verify_key_pair(&someone.credentials, &code, START)
            .unwrap();
        pair(&issued)
    }

    pub(crate) fn user_id(&self, someone: &Someone) -> Uuid {
        let email = &someone.letter.to;
        self.api
            .user_by_email(&someone.credentials, email, START)
            .unwrap()
            .user_id
    }
}

pub(crate) fn visitor() -> Visitor {
    Visitor {
        ip: "192.0.2.1".to_owned(),
        user_agent: "tests".to_owned(),
    }
}

pub(crate) fn someone((opened, letter): (OpenedSession, Letter)) -> Someone {
    Someone {
        credentials: Credentials {
            bearer: Some(opened.bearer.clone()),
            ..Credentials::default()
        },
        opened,
        letter,
    }
}

pub(crate) fn pair(issued: &IssuedKeyPair) -> Credentials {
    Credentials {
        bearer: None,
        api_key: Some(issued.pair.api_key.clone()),
        api_secret: Some(issued.api_secret.clone()),
    }
}

pub(crate) fn right_code(opened: &OpenedSession, letter: &Letter) -> Verification {
    Verification {
        code: opened.verification_code_id,
        digits: letter.digits.clone(),
    }
}

pub(crate) fn wrong_code(opened: &OpenedSession, letter: &Letter) -> Verification {
    let number: u32 = letter.digits.reveal().parse().unwrap();
    Verification {
        code: opened.verification_code_id,
        digits: Secret::new(format!("{:06}", (number + 1) % 1_000_000)),
    }
}

pub(crate) fn refusal<T>(result: Result<T, CallError>) -> Refusal {
    match result {
        Err(CallError::Refused(refusal)) => refusal,
        Err(CallError::Store(fault)) => panic!("{fault}"),
        Ok(_) => panic!("granted, but should have been refused"),
    }
}
