//! What users do with an account, and what they should not: one round through the whole API.

use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;

use super::caller::{ProbeCaller, ProbeSeen, Wanted};
use super::resembling::{STRANGE, neighbours, swapped};
use super::sight::Sight;
use super::wanted::{bearer, by_pair, wanted, with_body};
use crate::edge::embedded::EmbeddedTarget;
use crate::engine::{MailQuery, Mailbox};
use crate::reference::defect::{Prelude, Provocation};

/// How long a mail is waited for. Within one process it takes milliseconds.
const MAIL_LIMIT: Duration = Duration::from_secs(2);
/// An id that nobody has.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
/// The code that is tried where another is right.
const WRONG_CODE: &str = "012345";
/// What the third account is called, whatever the provocation says.
const OTHER_ALIAS: &str = "Somebody else";

/// A session, as far as it is known.
#[derive(Clone, Debug, Default)]
struct Held {
    email: String,
    bearer: String,
    session_id: String,
    code_id: String,
    user_id: String,
    /// How many mails were sent to the address before.
    mails: usize,
}

/// A key pair.
#[derive(Clone, Debug, Default)]
struct Pair {
    key: String,
    secret: String,
}

/// Brings a condition about, goes round, and tells what was seen.
pub async fn tour(target: &EmbeddedTarget, provoked: &Provocation) -> Vec<String> {
    let Some(caller) = ProbeCaller::new(target.base_url(), provoked) else {
        return Vec::new();
    };
    let mut tourist = Tourist {
        target,
        provoked,
        caller,
        sight: Sight::default(),
        beside: Vec::new(),
    };
    tourist.go().await;
    tourist.sight.into_lines()
}

struct Tourist<'a> {
    target: &'a EmbeddedTarget,
    provoked: &'a Provocation,
    caller: ProbeCaller<'a>,
    sight: Sight,
    /// Calls that are kept under way.
    beside: Vec<TcpStream>,
}

impl Tourist<'_> {
    async fn go(&mut self) {
        self.prepare().await;
        let alias = self.provoked.alias;
        let mut first = self.open("first", alias).await;
        self.unverified().await;
        self.refused_creates("first", &first).await;
        self.crowd().await;
        let mut second = self.open("second", alias).await;
        let third = self.open("third", OTHER_ALIAS).await;
        self.pause().await;
        self.readings(&[&first, &second, &third]).await;
        let pairs = [
            self.pair(&mut first, "one").await,
            self.pair(&mut first, "two").await,
        ];
        self.refused_deletes(&first, &pairs).await;
        let later = self.session(&mut first).await;
        self.read("with two sessions", &first).await;
        self.delete("by the later session", bearer(&later.bearer))
            .await;
        self.after_deletion(&first, &pairs).await;
        self.pause().await;
        self.after_deletion(&first, &pairs).await;
        self.readings(&[&second, &third]).await;
        self.anew(&first).await;
        let pair = self.pair(&mut second, "three").await;
        self.delete("by key pair", by_pair(&pair.key, &pair.secret))
            .await;
        self.read("deleted by key pair", &second).await;
        self.delete("by bearer", bearer(&third.bearer)).await;
        self.read("deleted by bearer", &third).await;
        self.refused_creates("last", &first).await;
        self.delete("without credentials at last", Vec::new()).await;
    }

    async fn prepare(&mut self) {
        match self.provoked.prelude {
            Prelude::Calls(number) => {
                for _ in 0..number {
                    let call = wanted("GET", &format!("/user/{NOBODY}"), Vec::new());
                    let _ = self.caller.call(&call).await;
                }
            }
            Prelude::UnderWay(number) => {
                for _ in 0..number {
                    self.beside.extend(self.caller.begin().await);
                }
            }
            Prelude::None | Prelude::Accounts(_) | Prelude::Pauses(_) => {}
        }
    }

    async fn crowd(&mut self) {
        if let Prelude::Accounts(number) = self.provoked.prelude {
            for index in 0..number {
                let create = self.create(&format!("crowd-{index}"), OTHER_ALIAS);
                let _ = self.caller.call(&create).await;
            }
        }
    }

    async fn pause(&self) {
        if let Prelude::Pauses(ms) = self.provoked.prelude {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }

    async fn see(&mut self, label: &str, call: Wanted) -> Option<ProbeSeen> {
        let seen = self.caller.call(&call).await;
        self.sight.see(label, seen.as_ref());
        seen
    }

    fn email(&self, who: &str) -> String {
        self.provoked.email.replace("{}", &format!("probe-{who}"))
    }

    fn create(&self, who: &str, alias: &str) -> Wanted {
        self.create_with(&json!(self.email(who)), &json!("Pat Probe"), &json!(alias))
    }

    fn create_with(&self, email: &Value, full_name: &Value, alias: &Value) -> Wanted {
        let mut members = [("email", email), ("fullName", full_name), ("alias", alias)];
        if self.provoked.reversed {
            members.reverse();
        }
        let given = members.iter().filter(|(_, value)| **value != json!([]));
        let members: Vec<String> = given
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        let body = format!("{{{}{}}}", self.provoked.first_members, members.join(","));
        with_body("POST", "/user", Vec::new(), body)
    }

    /// A new account, with its session verified.
    async fn open(&mut self, who: &str, alias: &str) -> Held {
        self.sight.know(alias, alias);
        let create = self.create(who, alias);
        let seen = self.see(&format!("create {who}"), create).await;
        let mut held = Held::of(seen.as_ref(), self.email(who), 0);
        self.verify(&mut held).await;
        held
    }

    /// A session of an account that was made only for that, and is not verified.
    async fn unverified(&mut self) {
        let create = self.create("unverified", self.provoked.alias);
        let seen = self.see("create unverified", create).await;
        let held = Held::of(seen.as_ref(), self.email("unverified"), 0);
        self.show("unverified session", &held).await;
        self.delete("unverified", bearer(&held.bearer)).await;
        for code in [WRONG_CODE, "000000", "543210"] {
            self.give("wrong code", &held, code).await;
            self.show("after a wrong code", &held).await;
        }
    }

    async fn show(&mut self, label: &str, held: &Held) -> Option<ProbeSeen> {
        let call = wanted("GET", "/session", bearer(&held.bearer));
        self.see(label, call).await
    }

    async fn give(&mut self, label: &str, held: &Held, code: &str) {
        let body = json!({"verificationCodeID": held.code_id, "code": code});
        let path = "/session/verification";
        let call = with_body("PUT", path, Vec::new(), body.to_string());
        self.see(label, call).await;
    }

    async fn code(&mut self, held: &Held) -> String {
        let query = MailQuery {
            address: &held.email,
            ordinal: held.mails,
            limit: MAIL_LIMIT,
            for_removal: false,
        };
        let code = self.target.mailbox().code(query).await;
        self.sight.say(format!("mail: {}", code.is_ok()));
        code.unwrap_or_default()
    }

    /// Gives a wrong code and then the right one, and learns the user's id.
    async fn verify(&mut self, held: &mut Held) {
        let code = self.code(held).await;
        self.give("wrong code", held, WRONG_CODE).await;
        self.show("before the code", held).await;
        self.give("code", held, &code).await;
        let seen = self.show("verified", held).await;
        held.user_id = member(seen.as_ref(), "userID");
        held.mails += 1;
    }

    async fn session(&mut self, first: &mut Held) -> Held {
        let body = json!({"email": first.email}).to_string();
        let seen = self
            .see("open", with_body("POST", "/session", Vec::new(), body))
            .await;
        let mut held = Held::of(seen.as_ref(), first.email.clone(), first.mails);
        self.delete("by a later session, not verified", bearer(&held.bearer))
            .await;
        self.verify(&mut held).await;
        first.mails = held.mails;
        held
    }

    async fn pair(&mut self, held: &mut Held, name: &str) -> Pair {
        let body = json!({"name": name, "days": 1}).to_string();
        let call = with_body("POST", "/keypair", bearer(&held.bearer), body);
        let seen = self.see("key pair", call).await;
        let code = self.code(held).await;
        held.mails += 1;
        let id = member(seen.as_ref(), "verificationCodeID");
        let body = json!({"verificationCodeID": id, "code": code}).to_string();
        let path = "/keypair/verification";
        let call = with_body("PUT", path, bearer(&held.bearer), body);
        self.see("code of a key pair", call).await;
        Pair {
            key: member(seen.as_ref(), "apiKey"),
            secret: member(seen.as_ref(), "apiSecret"),
        }
    }

    async fn refused_creates(&mut self, who: &str, taken: &Held) {
        let (email, name) = (
            json!(self.email(&format!("refused-{who}"))),
            json!("Pat Probe"),
        );
        let alias = json!(format!("{} refused", self.provoked.alias));
        let absent = json!([]);
        for (label, email, name, alias) in [
            ("number as alias", &email, &name, &json!(42)),
            ("false as name", &email, &json!(false), &alias),
            ("no name", &email, &absent, &alias),
            ("no alias", &email, &name, &absent),
            ("no email", &absent, &name, &alias),
            ("no address", &json!("nowhere"), &name, &alias),
            ("taken email", &json!(taken.email), &name, &alias),
        ] {
            let call = self.create_with(email, name, alias);
            self.see(label, call).await;
        }
        let malformed = with_body("POST", "/user", Vec::new(), "{\"email\":".to_owned());
        self.see("malformed", malformed).await;
        self.read("after a taken email", taken).await;
        let call = self.create_with(&email, &name, &alias);
        self.see("corrected", call).await;
    }

    async fn readings(&mut self, all: &[&Held]) {
        for held in all {
            self.read("reading", held).await;
            self.read("reading again", held).await;
        }
        self.get("nobody", NOBODY).await;
        self.get("no id", "nobody").await;
    }

    async fn read(&mut self, label: &str, held: &Held) {
        self.get(label, &held.user_id).await;
    }

    async fn get(&mut self, label: &str, id: &str) {
        self.see(label, wanted("GET", &format!("/user/{id}"), Vec::new()))
            .await;
    }

    async fn delete(&mut self, label: &str, headers: Vec<(&'static str, String)>) {
        self.see(label, wanted("DELETE", "/user", headers)).await;
    }

    /// Deletes that are to be refused, each with a look whether the account stands.
    async fn refused_deletes(&mut self, held: &Held, [one, other]: &[Pair; 2]) {
        for (label, headers) in [
            ("without credentials", Vec::new()),
            ("by no bearer", bearer(STRANGE)),
            ("by a session id", bearer(&held.session_id)),
            ("by a bearer in other case", bearer(&swapped(&held.bearer))),
            ("by a bearer and more", bearer(&format!("{}0", held.bearer))),
            ("by a wrong secret", by_pair(&one.key, STRANGE)),
            (
                "by the secret of another pair",
                by_pair(&one.key, &other.secret),
            ),
            (
                "by a secret in other case",
                by_pair(&other.key, &swapped(&other.secret)),
            ),
            ("by a key alone", vec![("api-key", other.key.clone())]),
        ] {
            self.delete(label, headers).await;
            self.read("after a refused delete", held).await;
        }
        for near in neighbours(&held.bearer) {
            self.delete("by nearly a bearer", bearer(&near)).await;
        }
        for (key, secret) in [(&one.key, &one.secret), (&other.key, &other.secret)] {
            for near in neighbours(key) {
                self.delete("by nearly a key", by_pair(&near, secret)).await;
            }
            for near in neighbours(secret) {
                self.delete("by nearly a secret", by_pair(key, &near)).await;
            }
        }
        self.read("after many refused deletes", held).await;
    }

    async fn after_deletion(&mut self, gone: &Held, pairs: &[Pair; 2]) {
        self.read("gone", gone).await;
        self.show("session of the deleted", gone).await;
        self.delete("by the deleted", bearer(&gone.bearer)).await;
        for pair in pairs {
            self.delete("by a pair of the deleted", by_pair(&pair.key, &pair.secret))
                .await;
        }
    }

    /// An account made anew at the address of one that was deleted.
    async fn anew(&mut self, gone: &Held) {
        let create = self.create("first", self.provoked.alias);
        let seen = self.see("create anew", create).await;
        let mut held = Held::of(seen.as_ref(), gone.email.clone(), gone.mails);
        self.verify(&mut held).await;
        self.read("the heir", &held).await;
        self.read("the deleted, beside the heir", gone).await;
        self.delete("by the deleted, beside the heir", bearer(&gone.bearer))
            .await;
        self.delete("by the heir", bearer(&held.bearer)).await;
        self.read("the heir, deleted", &held).await;
    }
}

impl Held {
    fn of(seen: Option<&ProbeSeen>, email: String, mails: usize) -> Self {
        Self {
            email,
            bearer: member(seen, "bearer"),
            session_id: member(seen, "sessionID"),
            code_id: member(seen, "verificationCodeID"),
            user_id: String::new(),
            mails,
        }
    }
}

fn member(seen: Option<&ProbeSeen>, name: &str) -> String {
    let json = seen.and_then(|seen| serde_json::from_slice::<Value>(&seen.body).ok());
    let text = json.as_ref().and_then(|json| json.get(name)?.as_str());
    text.unwrap_or("unknown").to_owned()
}
