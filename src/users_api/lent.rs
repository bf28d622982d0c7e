//! What the user of the tool lends for a run, where no mailbox can make accounts usable.

/// What the user lends for a run. Session and key pair may be of one account or of two.
#[derive(Clone)]
pub struct LentAccount {
    /// The bearer of a verified session.
    pub session: Option<String>,
    /// A verified key pair.
    pub key_pair: Option<LentKeyPair>,
    /// Whether the run may delete the accounts.
    pub delete: bool,
}

/// A verified key pair that the user lends for a run.
#[derive(Clone)]
pub struct LentKeyPair {
    /// The key.
    pub key: String,
    /// The secret.
    pub secret: String,
}
