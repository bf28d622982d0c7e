//! The numbers that the document leaves to the server.

/// Lifetimes and limits of a reference target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long a code verifies, in seconds.
    pub code_seconds: u32,
    /// How many wrong codes may be tried before the right one stops to work; at least 1.
    pub code_attempts: u32,
    /// How long a session lasts from its opening or its last extension, in seconds.
    pub session_seconds: u32,
}

impl Default for Rules {
    /// Fifteen minutes and five attempts for a code, a day for a session: long enough for any run,
    /// and so few attempts that six digits cannot be guessed.
    fn default() -> Self {
        Self {
            code_seconds: 15 * 60,
            code_attempts: 5,
            session_seconds: 24 * 60 * 60,
        }
    }
}
