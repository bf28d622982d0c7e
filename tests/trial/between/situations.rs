//! What may stand on the way, or be gone, and what a run is to say of it.

use std::sync::Arc;

use super::proxy::{Asked, Does, Mode, answer, page, refusal};

/// One situation.
pub(super) struct Situation {
    pub(super) name: &'static str,
    pub(super) mode: Mode,
    /// What follows the base path of the honest server.
    pub(super) path: &'static str,
    /// Parts of the sentence of the run.
    pub(super) says: &'static [&'static str],
    /// What the situation leaves to judge, so that a defect behind it is found.
    pub(super) leaves: Leaves,
}

/// How much a situation leaves to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    /// Nothing: the run ends after a few requests.
    Nothing,
    /// What takes one request; what takes a user and more is struck by chance.
    Refusals,
    /// Most cases.
    Much,
}

fn at(
    name: &'static str,
    leaves: Leaves,
    says: &'static [&'static str],
    mode: impl Fn(&Asked) -> Does + Send + Sync + 'static,
) -> Situation {
    Situation {
        name,
        mode: Arc::new(mode),
        path: "/api/auth/v2",
        says,
        leaves,
    }
}

/// One answer to everything.
fn all(name: &'static str, says: &'static [&'static str], said: String) -> Situation {
    at(name, Leaves::Nothing, says, move |_| {
        Does::Say(said.clone())
    })
}

/// The honest server under another path.
fn lost(name: &'static str, path: &'static str) -> Situation {
    let says = &[
        "none of",
        "as if the API had another path",
        "404",
        "x-error",
        "/api/auth/v2",
    ];
    Situation {
        path,
        ..at(name, Leaves::Nothing, says, |_| Does::Pass(0))
    }
}

/// No user is admitted; everything else is in order.
fn closed(
    name: &'static str,
    status: &'static str,
    error: &'static str,
    says: &'static [&'static str],
) -> Situation {
    at(name, Leaves::Nothing, says, move |asked| {
        if asked.creates() {
            Does::Say(refusal(status, error))
        } else {
            Does::Pass(0)
        }
    })
}

/// One request in so many is answered so.
fn every(
    name: &'static str,
    one_in: u64,
    says: &'static [&'static str],
    said: String,
) -> Situation {
    at(name, Leaves::Refusals, says, move |asked| {
        if asked.number % one_in == 0 {
            Does::Say(said.clone())
        } else {
            Does::Pass(0)
        }
    })
}

/// From a request on, everything is answered so.
fn since(
    name: &'static str,
    says: &'static [&'static str],
    said: impl Fn() -> Does + Send + Sync + 'static,
) -> Situation {
    at(name, Leaves::Much, says, move |asked| {
        if asked.number > SINCE {
            said()
        } else {
            Does::Pass(0)
        }
    })
}

/// Late enough that something was judged before.
const SINCE: u64 = 450;

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn wholly() -> Vec<Situation> {
    let json = "content-type: application/json\r\n";
    let plain = "content-type: text/plain\r\n";
    let basic = "server: Caddy\r\nwww-authenticate: Basic realm=\"staging\"\r\n";
    let login = "location: https://login.example.com/?next=x\r\n";
    let tls = "The plain HTTP request was sent to HTTPS port";
    let go = "Client sent an HTTP request to an HTTPS server.";
    vec![
        at(
            "http to https",
            Leaves::Nothing,
            &["redirect", "begins with https:"],
            |asked| {
                let to = format!(
                    "location: https://api.example.com/api/auth/v2{}
",
                    asked.path
                );
                Does::Say(answer("301 Moved Permanently", &to, ""))
            },
        ),
        all(
            "to a login page",
            &["redirect", "login.example.com"],
            answer("302 Found", login, ""),
        ),
        all(
            "502 of nginx",
            &[
                "a gateway answers with 502",
                "Server nginx/1.24.0",
                "“502 Bad Gateway”",
            ],
            page("502 Bad Gateway", "502 Bad Gateway"),
        ),
        all(
            "504 of a cloud",
            &["504 Gateway Timeout", "Endpoint request timed out"],
            answer(
                "504 Gateway Timeout",
                json,
                "{\"message\":\"Endpoint request timed out\"}",
            ),
        ),
        all(
            "503 of a balancer",
            &["a gateway answers with 503", "“503 Service Unavailable”"],
            page("503 Service Unavailable", "503 Service Unavailable"),
        ),
        all(
            "503 of a mesh",
            &["no healthy upstream"],
            answer("503 Service Unavailable", plain, "no healthy upstream"),
        ),
        all(
            "502 without a word",
            &["a gateway answers with 502"],
            answer("502 Bad Gateway", "", ""),
        ),
        all(
            "maintenance with 200",
            &["one page answers", "“Down for maintenance”"],
            page("200 OK", "Down for maintenance"),
        ),
        all(
            "login with 200",
            &["one page answers", "“Sign in”"],
            page("200 OK", "Sign in"),
        ),
        at(
            "a firewall with 403",
            Leaves::Nothing,
            &["one page answers", "403 Forbidden", "Request blocked"],
            |asked| {
                Does::Say(page(
                    "403 Forbidden",
                    &format!("Request blocked {}7", asked.number),
                ))
            },
        ),
        at(
            "a page for browsers",
            Leaves::Nothing,
            &["no answer is the API's"],
            |asked| {
                Does::Say(if asked.method == "GET" {
                    page("200 OK", "My app")
                } else {
                    page("405 Not Allowed", "405")
                })
            },
        ),
        at(
            "a server of files",
            Leaves::Nothing,
            &["no answer is the API's", "501 Not Implemented"],
            |asked| {
                Does::Say(if asked.method == "GET" {
                    page("404 Not Found", "Error")
                } else {
                    page("501 Not Implemented", "Error")
                })
            },
        ),
        all(
            "http to a TLS port",
            &["the port speaks TLS", "write https:"],
            page("400 Bad Request", tls),
        ),
        all(
            "http to a TLS port in Go",
            &["the port speaks TLS", "write https:"],
            answer("400 Bad Request", plain, go),
        ),
        all(
            "not HTTP",
            &["cannot reach"],
            "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        ),
        all(
            "another API",
            &["no answer is the API's", "Not Found"],
            answer("404 Not Found", json, "{\"detail\":\"Not Found\"}"),
        ),
        all(
            "a mock",
            &["one page answers", "“{}”"],
            answer("200 OK", json, "{}"),
        ),
        all(
            "credentials in front",
            &["wants credentials of its own", "--header", "Server Caddy"],
            answer("401 Unauthorized", basic, ""),
        ),
        all(
            "500 without a word of the API",
            &["one page answers", "500 Internal Server Error"],
            page("500 Internal Server Error", "Oops"),
        ),
        at(
            "a header that is missing",
            Leaves::Nothing,
            &[
                "refused with the same words",
                "x-error “x-api-version header is missing”",
                "--header",
            ],
            |_| {
                Does::Say(refusal(
                    "400 Bad Request",
                    "x-api-version header is missing",
                ))
            },
        ),
        lost("a path forgotten", ""),
        lost("half a path", "/api/auth"),
        lost("/v1 behind the path", "/api/auth/v2/v1"),
        lost("/user behind the path", "/api/auth/v2/user"),
    ]
}

pub(super) fn no_users() -> Vec<Situation> {
    vec![
        closed(
            "registration closed",
            "403 Forbidden",
            "registration is closed",
            &[
                "admits no user",
                "x-error “registration is closed”",
                "open registration",
            ],
        ),
        closed(
            "another domain",
            "400 Bad Request",
            "email domain is not allowed",
            &["admits no user", "email domain is not allowed", "--email"],
        ),
        closed(
            "captcha",
            "403 Forbidden",
            "captcha required",
            &["admits no user", "captcha required", "--header"],
        ),
        at(
            "a quota",
            Leaves::Much,
            &[
                "no further user since request",
                "quota exceeded",
                "--request-rate",
            ],
            |asked| {
                if asked.creates() && asked.number > SINCE {
                    Does::Say(refusal("403 Forbidden", "quota exceeded"))
                } else {
                    Does::PassOne(0)
                }
            },
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn partly() -> Vec<Situation> {
    let login = "location: /login\r\n";
    let json = "content-type: application/json\r\n";
    vec![
        at(
            "a firewall against a quote",
            Leaves::Much,
            &[
                "something between answered",
                "403 Forbidden",
                "Request blocked",
            ],
            |asked| {
                if asked.body.contains('\'')
                    || asked.path.contains('\'')
                    || asked.path.contains("%27")
                {
                    Does::Say(page("403 Forbidden", "Request blocked"))
                } else {
                    Does::Pass(0)
                }
            },
        ),
        every(
            "a firewall at times",
            25,
            &["something between answered", "Request blocked"],
            page("403 Forbidden", "Request blocked"),
        ),
        every(
            "502 at times",
            25,
            &["a gateway answered", "502 Bad Gateway"],
            page("502 Bad Gateway", "502 Bad Gateway"),
        ),
        every(
            "504 of a cloud at times",
            25,
            &["a gateway answered", "timed out"],
            answer("504 Gateway Timeout", json, "{\"message\":\"timed out\"}"),
        ),
        every(
            "maintenance at times",
            25,
            &["something between answered", "maintenance"],
            page("200 OK", "Down for maintenance"),
        ),
        every(
            "a login at times",
            25,
            &["were sent elsewhere", "Location /login"],
            answer("302 Found", login, ""),
        ),
        since(
            "a crash",
            &["answered until request", "nothing since", "refused"],
            || Does::Leave,
        ),
        since(
            "503 since a redeploy",
            &["answered until request", "503 Service Unavailable"],
            || Does::Say(page("503 Service Unavailable", "503")),
        ),
        since("a ban", &["answered alike", "x-error “banned”"], || {
            Does::Say(refusal("401 Unauthorized", "banned"))
        }),
        // Answers of requests under way at the time may stand between, so that it is told in one way or the other.
        at(
            "away for a time",
            Leaves::Much,
            &["502 Bad Gateway, Server nginx/1.24.0", "“502”"],
            |asked| {
                if (SINCE..SINCE + 12).contains(&asked.number) {
                    Does::Say(page("502 Bad Gateway", "502"))
                } else {
                    Does::Pass(0)
                }
            },
        ),
        at(
            "two servers",
            Leaves::Refusals,
            &["as two servers do"],
            |asked| Does::Pass(usize::from(asked.number % 2 == 0)),
        ),
    ]
}
