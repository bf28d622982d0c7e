//! Runs as they are told, and the shapes that they have.

mod partial;
mod whole;

use std::time::Duration;

use super::*;
use crate::model::{Exchange, Redactor, Request, Response, TransferError, TransferErrorKind};

/// A run as it goes on.
#[derive(Default)]
struct Tale {
    evidence: Evidence,
    number: u64,
    /// Whether what is asked is asked at the same moment as what follows.
    in_a_crowd: bool,
}

type Came = Result<Response, TransferError>;

impl Tale {
    fn ask(&mut self, method: &str, path: &str, body: Option<&str>, came: Came) {
        self.number += 1;
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if !path.starts_with("/user") || method == "DELETE" {
            headers.push((
                "authorization".to_owned(),
                format!("Bearer {}", self.number),
            ));
        }
        let request = Request {
            method: method.into(),
            path: path.into(),
            headers,
            body: body.map(|body| body.as_bytes().to_vec()),
            manner: crate::model::Manner::default(),
        };
        let exchange = Exchange {
            number: self.number,
            request,
            result: came,
            elapsed: Duration::ZERO,
        };
        let purpose = if self.in_a_crowd {
            Purpose::Crowd
        } else {
            Purpose::Fixture
        };
        let print = Fingerprint::of(&exchange, purpose, &Redactor::new());
        self.evidence.push(print);
    }

    /// A create that says nothing unusual.
    fn create(&mut self, came: Came) {
        let name = char::from(b'a' + u8::try_from(self.number % 26).unwrap());
        let body = format!(
            r#"{{"email":"{name}{}@example.com","fullName":"Ann Lee","alias":"{name}lias{}"}}"#,
            self.number, self.number
        );
        self.ask("POST", "/user", Some(&body), came);
    }

    /// Five to seven different questions, all answered so.
    fn all(&mut self, came: &Came) {
        for path in ["/user/1", "/session"] {
            self.ask("GET", path, None, came.clone());
        }
        self.ask("DELETE", "/user", None, came.clone());
        self.ask("PUT", "/session/verification", Some("{"), came.clone());
        self.ask("POST", "/user", Some("{"), came.clone());
    }

    /// What an API answers that is in order.
    fn honest(&mut self, rounds: usize) {
        for _ in 0..rounds {
            self.create(granted());
            self.ask("PUT", "/session/verification", Some("{}"), granted());
            self.ask("GET", &format!("/user/{}", self.number), None, granted());
            self.ask("POST", "/user", Some("{"), refused(400, "malformed JSON"));
            self.ask(
                "DELETE",
                "/user",
                None,
                refused(401, "the bearer is not valid"),
            );
        }
    }

    fn shapes(&self) -> Vec<RunShape> {
        diagnose(&self.evidence)
            .into_iter()
            .map(|found| found.shape)
            .collect()
    }

    fn told(&self) -> String {
        diagnose(&self.evidence)
            .first()
            .map_or_else(String::new, Diagnosis::told)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as it comes from a transport")]
fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Came {
    let headers = headers.iter();
    Ok(Response {
        status,
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body: body.as_bytes().to_vec(),
    })
}

fn granted() -> Came {
    answer(
        200,
        &[("content-type", "application/json"), ("server", "api")],
        r#"{"alias":"ann"}"#,
    )
}

fn refused(status: u16, error: &str) -> Came {
    answer(
        status,
        &[("x-error", error), ("x-error-id", "1"), ("server", "api")],
        "{}",
    )
}

fn page(status: u16, title: &str) -> Came {
    let body =
        format!("<html><head><title>{title}</title></head><body>ray 77{status}</body></html>");
    answer(
        status,
        &[
            ("content-type", "text/html; charset=utf-8"),
            ("server", "nginx/1.18.0"),
        ],
        &body,
    )
}

/// An error page of the API itself.
fn own_page(status: u16, title: &str) -> Came {
    let page = format!("<title>{title}</title>");
    answer(
        status,
        &[("content-type", "text/html"), ("server", "api")],
        &page,
    )
}

fn failed(kind: TransferErrorKind) -> Came {
    Err(TransferError::new(kind, format!("it is {kind}")))
}
