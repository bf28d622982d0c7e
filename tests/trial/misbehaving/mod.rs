//! A target that misbehaves in one of many ways, from the socket up.

mod act;
mod answers;
mod bodies;
mod connections;
mod server;

use act::Act;
pub(crate) use answers::elsewhere;
pub(crate) use server::{Choice, Engine, RUNTIME, authority, start, start_with};

/// One way to misbehave, and what an engine makes of it.
#[derive(Clone, Debug)]
pub(crate) struct Misbehaviour {
    pub(crate) name: &'static str,
    stage: Stage,
    act: Act,
    pub(crate) check: Expected,
    pub(crate) load: Expected,
}

/// When a target misbehaves. Its first connection, on which engines see whether anything is there, is
/// always in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// From its second connection on nobody listens.
    Refuse,
    /// As soon as a connection is made.
    Accept,
    /// With the certificate of this name.
    Tls(&'static str),
    /// In answer to a request.
    Request,
    /// In answer to a request over TLS.
    WithinTls,
}

/// What an engine makes of a misbehaviour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) class: Class,
    /// A part of the sentence that names the cause.
    pub(crate) says: &'static str,
}

/// Whose fault an engine takes it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Nobody's: it is odd and yet allowed.
    Fine,
    /// Nobody's, and yet worth a warning.
    Warn,
    /// The target's.
    Fail,
    /// It could not be reached or understood.
    Broken,
    /// Any of them, by what comes first.
    Unsure,
}

/// All of them.
pub(crate) fn all() -> Vec<Misbehaviour> {
    let mut all = connections::all();
    all.extend(answers::all());
    all.extend(bodies::all());
    all
}

const fn expect(class: Class, says: &'static str) -> Expected {
    Expected { class, says }
}

fn at(
    stage: Stage,
    name: &'static str,
    act: Act,
    class: Class,
    says: &'static str,
) -> Misbehaviour {
    // A target that answers others and not this one does not keep the contract; only of one that cannot be
    // connected to may it be somebody else's fault.
    let class = match (stage, class) {
        (Stage::Accept | Stage::Request, Class::Broken) => Class::Fail,
        _ => class,
    };
    Misbehaviour {
        name,
        stage,
        act,
        check: expect(class, says),
        load: expect(class, says),
    }
}

fn broken(name: &'static str, act: Act, says: &'static str) -> Misbehaviour {
    at(Stage::Request, name, act, Class::Broken, says)
}

fn fails(name: &'static str, act: Act, says: &'static str) -> Misbehaviour {
    at(Stage::Request, name, act, Class::Fail, says)
}

fn fine(name: &'static str, act: Act) -> Misbehaviour {
    at(Stage::Request, name, act, Class::Fine, "")
}

impl Misbehaviour {
    /// With another class in a check.
    const fn in_a_check(mut self, class: Class, says: &'static str) -> Self {
        self.check = expect(class, says);
        self
    }

    /// With another sentence for the load.
    const fn under_load(mut self, class: Class, says: &'static str) -> Self {
        self.load = expect(class, says);
        self
    }
}
