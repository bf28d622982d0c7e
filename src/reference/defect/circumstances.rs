//! How a call came: what has no part in what it asks for.

/// How a call came.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// Whether it came over HTTP/1.0.
    pub http_1_0: bool,
    /// The connection, by a number of its own.
    pub connection: u64,
    /// Its number among the calls of its connection, from 1.
    pub answer: u64,
    /// Its number among all calls of the server, from 1.
    pub call: u64,
    /// How many calls are under way, this one included.
    pub under_way: usize,
    /// When it came, in milliseconds since the server began.
    pub at_ms: u64,
    /// Its headers, the names in lower case, as far as they are text.
    pub headers: Vec<(String, String)>,
}

impl Circumstances {
    /// The first header of this name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// Whether a header of this name, given in lower case, has this text in it, in any letter case.
    #[must_use]
    pub fn has(&self, name: &str, text: &str) -> bool {
        self.header(name)
            .is_some_and(|value| value.to_ascii_lowercase().contains(text))
    }
}
