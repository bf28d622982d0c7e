//! What is kept, changed and removed.

use crate::reference::defect::{Area, Defect, Fault, Ghost, StateFault, naming};

/// Whoever is not deleted can still be read, and still delete.
const UNDELETED: &[&str] = &[
    "delete.gone",
    "delete.gone-at-once",
    "delete.dead-credentials",
];

defects! {
    must State "alias-trimmed", &["get.alias"], "An alias loses the spaces around it." =>
        Fault::State(StateFault::Alias(naming::trimmed));
    must State "alias-single-spaced", &["get.alias"], "An alias loses spaces that follow one another." =>
        Fault::State(StateFault::Alias(naming::single_spaced));
    must State "alias-lower-case", &["get.alias"], "An alias comes back in lower case." =>
        Fault::State(StateFault::Alias(naming::lower_case));
    must State "alias-composed", &["get.alias"], "An alias comes back with its accents composed." =>
        Fault::State(StateFault::Alias(naming::composed));
    must State "alias-folded", &["get.alias"], "An alias comes back with its ligatures taken apart." =>
        Fault::State(StateFault::Alias(naming::folded));
    must State "alias-html-escaped", &["get.alias"], "An alias comes back with HTML escaped." =>
        Fault::State(StateFault::Alias(naming::html_escaped));
    must State "alias-html-unescaped", &["get.alias"], "An alias comes back with HTML unescaped." =>
        Fault::State(StateFault::Alias(naming::html_unescaped));
    must State "alias-stripped", &["get.alias"], "An alias loses its HTML tags." =>
        Fault::State(StateFault::Alias(naming::without_tags));
    must State "alias-cut", &["get.alias"], "An alias is cut if it is long." =>
        Fault::State(StateFault::Alias(naming::cut));
    must State "alias-ascii-only", &["get.alias"], "An alias comes back with question marks for all that is not ASCII." =>
        Fault::State(StateFault::Alias(naming::ascii_only));
    must State "alias-basic-plane-only", &["get.alias"], "An alias loses the characters beyond the basic plane." =>
        Fault::State(StateFault::Alias(naming::basic_plane_only));
    must State "alias-garbled", &["get.alias"], "An alias comes back as UTF-8 mistaken for Latin-1." =>
        Fault::State(StateFault::Alias(naming::mistaken_for_latin1));
    must State "alias-without-controls", &["get.alias"], "An alias loses tabs and line ends." =>
        Fault::State(StateFault::Alias(naming::without_controls));
    must State "alias-without-invisibles", &["get.alias"], "An alias loses marks of direction and spaces without width." =>
        Fault::State(StateFault::Alias(naming::without_invisibles));
    must State "alias-without-backslashes", &["get.alias"], "An alias loses its backslashes." =>
        Fault::State(StateFault::Alias(naming::without_backslashes));
    must State "alias-doubled-quotes", &["get.alias"], "An alias comes back with its quotation marks doubled." =>
        Fault::State(StateFault::Alias(naming::doubled_quotes));
    must State "alias-percent-decoded", &["get.alias"], "An alias comes back with percent signs decoded." =>
        Fault::State(StateFault::Alias(naming::percent_decoded));
    must State "alias-evaluated", &["get.alias"], "An alias is evaluated as a template." =>
        Fault::State(StateFault::Alias(naming::evaluated));
    must State "alias-of-another", &["get.alias"], "Whoever is read has the alias of the user created last." =>
        Fault::State(StateFault::LatestAlias { every: 1 });
    must State "create-keeps-nothing", &["create.account", "create.verifiable"], "A new account is not kept." =>
        Fault::State(StateFault::Unkept);
    must State "delete-keeps-all", UNDELETED, "A delete is acknowledged and removes nothing." =>
        Fault::State(StateFault::Kept);
    must State "delete-late", &["delete.gone", "delete.gone-at-once"], "A deleted account can still be read for long." =>
        Fault::State(StateFault::Lingering { readings: 200 });
    should State "delete-shortly-late", &["delete.gone-at-once"], "A deleted account can still be read for a moment." =>
        Fault::State(StateFault::Lingering { readings: 2 });
    must State "delete-takes-next", &["delete.own", "delete.foreign", "delete.bearer"], "With an account the next one is deleted." =>
        Fault::State(StateFault::TakesNext { instead: false });
    must State "delete-takes-next-instead", &["delete.own", "delete.foreign", "delete.bearer", "delete.gone"], "In place of an account the next one is deleted." =>
        Fault::State(StateFault::TakesNext { instead: true });
    must State "delete-leaves-sessions", &["delete.dead-credentials"], "The sessions of a deleted account go on." =>
        Fault::State(StateFault::Ghost(Ghost::Sessions));
    must State "delete-leaves-earlier-sessions", &["delete.dead-credentials"], "Of the sessions of a deleted account only the latest ends." =>
        Fault::State(StateFault::Ghost(Ghost::EarlierSessions));
    must State "delete-leaves-key-pairs", &["delete.dead-credentials"], "The key pairs of a deleted account go on." =>
        Fault::State(StateFault::Ghost(Ghost::KeyPairs));
    must State "delete-leaves-sessions-to-heir", &["delete.dead-credentials"], "The sessions of a deleted account open a later one of the same email." =>
        Fault::State(StateFault::Ghost(Ghost::Reborn));
    must State "session-born-verified", &["create.verifiable", "delete.unverified"], "A session is usable before its code was given." =>
        Fault::State(StateFault::BornVerified { later_ones: false });
    must State "later-session-born-verified", &["delete.unverified"], "Only the first session of an account has to be verified." =>
        Fault::State(StateFault::BornVerified { later_ones: true });
}
