//! The API as its callers see it, at times of the tests' own choosing.

mod answers;
mod codes;
mod credentials;
mod lifecycle;
mod races;

use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

use super::*;

const START: Moment = Moment::from_unix(1_700_000_000);

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

struct World {
    api: UsersApi<MemoryStore>,
    entropy: Counter,
}

/// A caller with an account, as far as a test has brought them.
struct Someone {
    credentials: Credentials,
    opened: OpenedSession,
    letter: Letter,
}

impl World {
    fn new() -> Self {
        Self {
            api: UsersApi::new(MemoryStore::new(), Rules::default()),
            entropy: Counter::default(),
        }
    }

    fn context(&self, now: Moment) -> Context<'_> {
        Context {
            now,
            entropy: &self.entropy,
        }
    }

    fn create(&self, email: &str) -> Result<Someone, Failure> {
        let request = NewAccount {
            email: Email::parse(email).unwrap(),
            full_name: "John Doe".to_owned(),
            alias: "johny".to_owned(),
        };
        self.api
            .create_account(request, visitor(), self.context(START))
            .map(someone)
    }

    fn create_verified(&self, email: &str) -> Someone {
        let someone = self.create(email).unwrap();
        self.verify(&someone, START).unwrap();
        someone
    }

    fn open(&self, email: &Email) -> Result<Someone, Failure> {
        let request = NewSession {
            email: email.clone(),
        };
        self.api
            .open_session(&request, visitor(), self.context(START))
            .map(someone)
    }

    fn verify(&self, someone: &Someone, now: Moment) -> Result<Acknowledged, Failure> {
        self.api
            .verify_session(&right_code(&someone.opened, &someone.letter), now)
    }

    fn issue(&self, someone: &Someone) -> (IssuedKeyPair, Letter) {
        let request = NewKeyPair {
            name: "key".to_owned(),
            days: 2,
        };
        self.api
            .issue_key_pair(&someone.credentials, request, self.context(START))
            .unwrap()
    }

    fn issue_verified(&self, someone: &Someone) -> Credentials {
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

    fn user_id(&self, someone: &Someone) -> Uuid {
        let email = &someone.letter.to;
        self.api
            .user_by_email(&someone.credentials, email, START)
            .unwrap()
            .user_id
    }
}

fn visitor() -> Visitor {
    Visitor {
        ip: "192.0.2.1".to_owned(),
        user_agent: "tests".to_owned(),
    }
}

fn someone((opened, letter): (OpenedSession, Letter)) -> Someone {
    Someone {
        credentials: Credentials {
            bearer: Some(opened.bearer.clone()),
            ..Credentials::default()
        },
        opened,
        letter,
    }
}

fn pair(issued: &IssuedKeyPair) -> Credentials {
    Credentials {
        bearer: None,
        api_key: Some(issued.pair.api_key.clone()),
        api_secret: Some(issued.api_secret.clone()),
    }
}

fn right_code(opened: &OpenedSession, letter: &Letter) -> Verification {
    Verification {
        code: opened.verification_code_id,
        digits: letter.digits.clone(),
    }
}

fn wrong_code(opened: &OpenedSession, letter: &Letter) -> Verification {
    let number: u32 = letter.digits.reveal().parse().unwrap();
    Verification {
        code: opened.verification_code_id,
        digits: Secret::new(format!("{:06}", (number + 1) % 1_000_000)),
    }
}

fn refusal<T>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Store(fault)) => panic!("{fault}"),
        Ok(_) => panic!("granted, but should have been refused"),
    }
}
