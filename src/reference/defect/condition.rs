//! When a defect shows: a condition that any fault may stand behind.

use super::Scene;

/// When a defect shows. Decided from the call and from what a careless server remembers.
#[derive(Clone, Copy, Debug)]
pub struct Trigger {
    /// What is added to the name of a defect, in kebab case; empty if it shows always.
    pub name: &'static str,
    /// When, as the end of a sentence: `Only` stands before it.
    pub says: &'static str,
    /// Whether it shows now.
    pub holds: fn(&Scene<'_>) -> bool,
    /// How long the calls of the three endpoints take, in milliseconds, so that they meet.
    pub takes_ms: u64,
    /// What a client does to bring it about.
    pub provoked: Provocation,
}

/// What a client does to bring a condition about, beside what it does anyway.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a way of its own to send a request"
)]
pub struct Provocation {
    /// Whether it speaks HTTP/1.0.
    pub http_1_0: bool,
    /// Whether it keeps its connection for all calls.
    pub keeps: bool,
    /// What it puts behind each path.
    pub query: &'static str,
    /// How long the query is at least, in bytes; it is filled up with a parameter that says nothing.
    pub query_length: usize,
    /// Headers beside those that a call needs. It has none of its own.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether it sends bodies in chunks.
    pub chunked: bool,
    /// Members in front of those that a create needs, as JSON with a comma behind each.
    pub first_members: &'static str,
    /// Whether the members of a create stand in the reverse of the document's order.
    pub reversed: bool,
    /// Blanks in front of a body, in bytes.
    pub padding: usize,
    /// What stands in front of each alias, whose end is unique.
    pub alias: &'static str,
    /// The address; `{}` stands for what is unique.
    pub email: &'static str,
    /// What comes before all else.
    pub prelude: Prelude,
}

/// What a client does before all else, or again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prelude {
    /// Nothing.
    None,
    /// Makes so many other accounts once its first stands.
    Accounts(u32),
    /// Makes so many calls, on its own connection if it keeps one.
    Calls(u32),
    /// Keeps so many other calls under way, without end.
    UnderWay(u32),
    /// Waits so long, in milliseconds, after each change of state.
    Pauses(u64),
}

impl Provocation {
    /// Nothing out of the ordinary.
    pub const NONE: Self = Self {
        http_1_0: false,
        keeps: false,
        query: "",
        query_length: 0,
        headers: &[],
        chunked: false,
        first_members: "",
        reversed: false,
        padding: 0,
        alias: "probe-",
        email: "{}@assize.example",
        prelude: Prelude::None,
    };
}

impl Trigger {
    /// A defect that shows always.
    pub const ALWAYS: &'static Self = &Self {
        name: "",
        says: "",
        holds: |_| true,
        takes_ms: 0,
        provoked: Provocation::NONE,
    };

    /// Whether a defect behind it shows always.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        self.name.is_empty()
    }
}
