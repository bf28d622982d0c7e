//! The conditions that defects stand behind.

use super::condition::Prelude::{Accounts, Calls, Pauses, UnderWay};
use super::{CallKind, Person, Provocation, Scene, Trigger};

const NONE: Provocation = Provocation::NONE;

/// Longer paths are long, in bytes.
const LONG_PATH: usize = 1024;
/// Larger bodies are large, and very large, in bytes.
const LARGE: usize = 8 * 1024;
const VERY_LARGE: usize = 64 * 1024;
/// How long calls take that are to meet others, in milliseconds.
const MEETING_MS: u64 = 25;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

const fn alias(alias: &'static str) -> Provocation {
    Provocation { alias, ..NONE }
}

const fn email(email: &'static str) -> Provocation {
    Provocation { email, ..NONE }
}

const fn headers(headers: &'static [(&'static str, &'static str)]) -> Provocation {
    Provocation { headers, ..NONE }
}

const fn first(prelude: super::Prelude) -> Provocation {
    Provocation { prelude, ..NONE }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "of other moments it is not known whether they were"
)]
fn born(person: &Person) -> Option<u64> {
    Some(person.born_ms)
}

fn verified(person: &Person) -> Option<u64> {
    person.verified_ms
}

fn dead(person: &Person) -> Option<u64> {
    person.dead_ms
}

fn later(scene: &Scene<'_>, moment: fn(&Person) -> Option<u64>, ms: u64) -> bool {
    scene.since(moment).is_some_and(|since| since >= ms)
}

fn is(scene: &Scene<'_>, so: impl Fn(&Person) -> bool) -> bool {
    scene.person.as_ref().is_some_and(so)
}

fn starts(text: &str, so: impl Fn(char) -> bool) -> bool {
    text.chars().next().is_some_and(so)
}

/// The part of an address before and behind the last @.
fn halves(email: &str) -> (String, String) {
    let (local, domain) = email.rsplit_once('@').unwrap_or_default();
    (local.to_owned(), domain.to_owned())
}

fn is_word_of_yaml(text: &str) -> bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "~"];
    words.contains(&text.to_ascii_lowercase().as_str())
}

fn has_more_members(scene: &Scene<'_>) -> bool {
    let members = scene.asked.members();
    let known = ["email", "fullName", "alias"];
    scene.asked.operation == CallKind::CreateUser
        && members.iter().any(|name| !known.contains(&name.as_str()))
}

fn begins_otherwise(scene: &Scene<'_>) -> bool {
    let first = scene.asked.members().into_iter().next();
    scene.asked.operation == CallKind::CreateUser && first.is_some_and(|name| name != "email")
}

macro_rules! conditions {
    ($($constant:ident $name:literal, $says:literal, |$scene:ident| $holds:expr, $takes:expr, $provoked:expr;)*) => {
        $(pub(super) const $constant: &Trigger = &Trigger {
            name: $name,
            says: $says,
            holds: |$scene| $holds,
            takes_ms: $takes,
            provoked: $provoked,
        };)*
        /// All but the one that always holds.
        pub(super) const ALL: &[&Trigger] = &[$($constant),*];
    };
}

conditions! {
    // How the call came.
    HTTP_1_0 "over-http-1-0", "over HTTP/1.0", |scene| scene.asked.came.http_1_0, 0,
        Provocation { http_1_0: true, ..NONE };
    KEPT "on-kept-connection", "from the second answer of a connection on", |scene| scene.asked.came.answer >= 2, 0,
        Provocation { keeps: true, ..NONE };
    TENTH "from-tenth-answer", "from the tenth answer of a connection on", |scene| scene.asked.came.answer >= 10, 0,
        Provocation { keeps: true, prelude: Calls(10), ..NONE };
    HUNDREDTH "from-hundredth-answer", "from the hundredth answer of a connection on", |scene| scene.asked.came.answer >= 100, 0,
        Provocation { keeps: true, prelude: Calls(100), ..NONE };
    QUERY "with-query", "if the path has a query", |scene| scene.asked.path.contains('?'), 0,
        Provocation { query: "?verbose=1", ..NONE };
    LONG "with-long-path", "if path and query are longer than 1 kB", |scene| scene.asked.path.len() > LONG_PATH, 0,
        Provocation { query_length: 1200, ..NONE };
    NAMELESS "without-user-agent", "if the client does not name itself", |scene| scene.asked.came.header("user-agent").is_none(), 0, NONE;
    FROM_BROWSER "to-browser", "if the client is a browser", |scene| scene.asked.came.has("user-agent", "mozilla"), 0,
        headers(&[("User-Agent", BROWSER), ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")]);
    FROM_CURL "to-curl", "if the client is curl", |scene| scene.asked.came.has("user-agent", "curl"), 0,
        headers(&[("User-Agent", "curl/8.9.1"), ("Accept", "*/*")]);
    HTML "accepting-html", "if the client prefers HTML", |scene| scene.asked.came.has("accept", "text/html"), 0,
        headers(&[("Accept", "text/html")]);
    NO_ACCEPT "without-accept", "if the client does not say what it accepts", |scene| scene.asked.came.header("accept").is_none(), 0, NONE;
    ORIGIN "with-origin", "if the call comes from a page of another site", |scene| scene.asked.came.header("origin").is_some(), 0,
        headers(&[("Origin", "https://app.assize.example")]);
    LANGUAGE "with-accept-language", "if the client prefers a language", |scene| scene.asked.came.header("accept-language").is_some(), 0,
        headers(&[("Accept-Language", "de-CH, de;q=0.9")]);
    CLOSING "with-connection-close", "if the client asks for the connection to be closed", |scene| scene.asked.came.has("connection", "close"), 0,
        headers(&[("Connection", "close")]);
    GZIP "accepting-gzip", "if the client takes gzip", |scene| scene.asked.came.has("accept-encoding", "gzip"), 0,
        headers(&[("Accept-Encoding", "gzip, deflate")]);
    COOKIE "with-cookie", "if the client sends a cookie", |scene| scene.asked.came.header("cookie").is_some(), 0,
        headers(&[("Cookie", "theme=dark")]);
    MORE_MEMBERS "with-more-members", "if the body has members that no create has", |scene| has_more_members(scene), 0,
        Provocation { first_members: r#""locale":"de","age":7,"#, ..NONE };
    REORDERED "with-members-reordered", "if the body does not begin with the email", |scene| begins_otherwise(scene), 0,
        Provocation { reversed: true, ..NONE };
    LARGE_BODY "with-large-body", "if the body is larger than 8 kB", |scene| scene.asked.body.len() > LARGE, 0,
        Provocation { padding: 9_000, ..NONE };
    VERY_LARGE_BODY "with-very-large-body", "if the body is larger than 64 kB", |scene| scene.asked.body.len() > VERY_LARGE, 0,
        Provocation { padding: 70_000, ..NONE };
    CHUNKED "in-chunks", "if the body comes in chunks", |scene| scene.asked.came.has("transfer-encoding", "chunked"), 0,
        Provocation { chunked: true, ..NONE };
    EXPECTING "expecting-continue", "if the client waits for leave to send the body", |scene| scene.asked.came.has("expect", "100-continue"), 0,
        headers(&[("Expect", "100-continue")]);
    // What was called.
    NOT_ASCII "alias-not-ascii", "if the alias has a letter outside ASCII", |scene| !scene.alias().is_ascii(), 0, alias("Žofie-");
    DIGIT_FIRST "alias-digit-first", "if the alias begins with a digit", |scene| starts(&scene.alias(), |one| one.is_ascii_digit()), 0, alias("7of9-");
    CAPITAL "alias-capital", "if the alias has a capital", |scene| scene.alias().chars().any(char::is_uppercase), 0, alias("Johny-");
    BLANK "alias-blank", "if the alias has a blank", |scene| scene.alias().contains(' '), 0, alias("jo hn ");
    OVER_32 "alias-over-32", "if the alias has more than 32 characters", |scene| scene.alias().chars().count() > 32, 0,
        alias("a-name-of-more-than-two-and-thirty-");
    OVER_64 "alias-over-64", "if the alias has more than 64 characters", |scene| scene.alias().chars().count() > 64, 0,
        alias("a-name-that-has-rather-more-than-four-and-sixty-characters-all-told-");
    YAML_WORD "alias-yaml-word", "if the alias is a word that YAML takes for a value", |scene| is_word_of_yaml(&scene.alias()), 0, alias("null");
    SIGN_FIRST "alias-sign-first", "if the alias begins with a sign", |scene| starts(&scene.alias(), |one| "+-=@".contains(one)), 0, alias("-n-");
    EMAIL_CAPITAL "email-capital", "if the email has a capital", |scene| scene.email().chars().any(char::is_uppercase), 0, email("John.{}@assize.example");
    EMAIL_DIGIT_FIRST "email-digit-first", "if the email begins with a digit", |scene| starts(&scene.email(), |one| one.is_ascii_digit()), 0, email("7{}@assize.example");
    EMAIL_TAG "email-tag", "if the email has a plus tag", |scene| halves(&scene.email()).0.contains('+'), 0, email("john+{}@assize.example");
    EMAIL_DOT "email-dot", "if the email has a dot before the @", |scene| halves(&scene.email()).0.contains('.'), 0, email("john.{}@assize.example");
    EMAIL_UNDERSCORE "email-underscore", "if the email has an underscore", |scene| scene.email().contains('_'), 0, email("john_{}@assize.example");
    EMAIL_SUBDOMAIN "email-subdomain", "if the domain of the email has more than two parts", |scene| halves(&scene.email()).1.matches('.').count() > 1, 0,
        email("{}@mail.assize.example");
    EMAIL_LONG "email-long", "if the email has more than 60 characters", |scene| scene.email().len() > 60, 0,
        email("a-person-whose-name-is-long-{}@an.organisation.with.a.long.name.example");
    // What was before.
    LATER_SESSION "for-later-session", "for sessions after the first of a user", |scene| scene.session >= 2, 0, NONE;
    LATER_PAIR "after-second-pair", "if the user has made two key pairs", |scene| is(scene, |one| one.pairs >= 2), 0, NONE;
    HAS_PAIR "with-key-pair", "if the user has made a key pair", |scene| is(scene, |one| one.pairs >= 1), 0, NONE;
    READ "after-reading", "if the user was read before", |scene| is(scene, |one| one.readings >= 1), 0, NONE;
    HEIR "for-heir", "for an address whose account was deleted before", |scene| scene.heir, 0, NONE;
    AFTER_REFUSAL "after-refusal", "after a call of the user was refused", |scene| is(scene, |one| one.refused), 0, NONE;
    EMAIL_REFUSED "for-refused-email", "for an email in a create that was refused", |scene| scene.email_refused, 0, NONE;
    ALIAS_REFUSED "for-refused-alias", "for an alias in a create that was refused", |scene| scene.alias_refused, 0, NONE;
    OVER_20_ALIVE "over-20-alive", "while more than 20 accounts stand", |scene| scene.alive > 20, 0, first(Accounts(21));
    OVER_40_ALIVE "over-40-alive", "while more than 40 accounts stand", |scene| scene.alive > 40, 0, first(Accounts(41));
    FROM_30TH "from-30th-account", "from the thirtieth account on", |scene| scene.number() >= 30, 0, first(Accounts(30));
    FIRST_OF_20 "first-of-20", "for the first account, once 20 others were made", |scene| scene.created > 20 && is(scene, |one| one.number == 1), 0, first(Accounts(21));
    AFTER_500 "after-500-calls", "after 500 calls", |scene| scene.asked.came.call > 500, 0, first(Calls(500));
    BORN_2_S "2-s-after-creation", "2 s after the account was created", |scene| later(scene, born, 2_000), 0, first(Pauses(2_100));
    BORN_5_S "5-s-after-creation", "5 s after the account was created", |scene| later(scene, born, 5_000), 0, first(Pauses(5_100));
    VERIFIED_2_S "2-s-after-verification", "2 s after a session was verified", |scene| later(scene, verified, 2_000), 0, first(Pauses(2_100));
    DEAD_2_S "2-s-after-deletion", "2 s after the account was deleted", |scene| later(scene, dead, 2_000), 0, first(Pauses(2_100));
    DEAD_5_S "5-s-after-deletion", "5 s after the account was deleted", |scene| later(scene, dead, 5_000), 0, first(Pauses(5_100));
    // What is beside.
    OVER_6 "over-6-under-way", "while more than 6 calls are under way", |scene| scene.asked.came.under_way > 6, MEETING_MS, first(UnderWay(7));
    OVER_16 "over-16-under-way", "while more than 16 calls are under way", |scene| scene.asked.came.under_way > 16, MEETING_MS, first(UnderWay(17));
}

/// The caller gives a bearer and a key pair. None of [`ALL`], for it is about one call only.
pub(super) const BY_BOTH: &Trigger = &Trigger {
    name: "by-both",
    says: "if bearer and key pair are given",
    holds: |scene| scene.asked.has_bearer() && scene.asked.key().is_some(),
    takes_ms: 0,
    provoked: NONE,
};

/// The condition of this name, by which compositions are written down.
#[cfg(test)]
fn named(name: &str) -> Option<&'static Trigger> {
    ALL.iter().find(|one| one.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::defect::{Asked, Issued};
    use serde_json::json;
    use uuid::Uuid;

    fn holds(name: &str, issued: &Issued, asked: &Asked) -> bool {
        (named(name).unwrap().holds)(&issued.scene(asked))
    }

    fn create(body: &serde_json::Value) -> Asked {
        Asked {
            operation: CallKind::CreateUser,
            method: "POST".to_owned(),
            path: "/user".to_owned(),
            body: body.to_string().into_bytes(),
            ..Asked::default()
        }
    }

    fn get(id: Uuid) -> Asked {
        Asked {
            operation: CallKind::GetUser,
            method: "GET".to_owned(),
            path: format!("/user/{id}?a=1"),
            ..Asked::default()
        }
    }

    #[test]
    fn forms_are_seen_in_a_create_and_remembered_when_the_account_is_read() {
        let (issued, id) = (Issued::default(), Uuid::from_u128(7));
        let asked = create(&json!({"alias": "Žofie 1", "email": "J.1@mail.doe.net"}));
        let forms = [
            "alias-not-ascii",
            "alias-blank",
            "email-dot",
            "email-subdomain",
        ];
        for name in forms.into_iter().chain(["with-members-reordered"]) {
            assert!(holds(name, &issued, &asked), "{name}");
        }
        let answer = json!({"bearer": "b", "verificationCodeID": "c"});
        issued.note(&asked, Some(&answer), Some(id));
        for name in forms.into_iter().chain(["with-query"]) {
            assert!(holds(name, &issued, &get(id)), "{name}");
        }
        for name in ["alias-sign-first", "email-tag", "with-members-reordered"] {
            assert!(!holds(name, &issued, &get(id)), "{name}");
        }
        assert!(!holds("alias-blank", &issued, &get(Uuid::nil())));
    }

    #[test]
    fn what_was_before_is_remembered() {
        let (issued, id) = (Issued::default(), Uuid::from_u128(7));
        let asked = create(&json!({"alias": "j", "email": "j@doe.net"}));
        issued.note(&asked, None, None);
        assert!(holds("for-refused-email", &issued, &asked));
        issued.note(&asked, Some(&json!({"bearer": "b"})), Some(id));
        assert!(!holds("after-reading", &issued, &get(id)));
        issued.note(&get(id), Some(&json!({"alias": "j"})), None);
        assert!(holds("after-reading", &issued, &get(id)));
        let mut late = get(id);
        late.came.at_ms = 2_000;
        assert!(holds("2-s-after-creation", &issued, &late));
        assert!(!holds("2-s-after-deletion", &issued, &late));
        assert!(!holds("for-heir", &issued, &asked));
    }

    #[test]
    fn names_say_one_thing_each() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|one| one.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(!ALL.iter().any(|one| one.is_always()));
    }
}
