//! Exchanges with a target at a made-up address.

use assize::model::{
    Exchange, Manner, Redactor, Request, Response, TransferError, TransferErrorKind,
};
use assize::record::ExchangeRecord;
use std::time::Duration;

/// The base URL of the samples.
pub(crate) const TARGET: &str = "https://staging.example.net/api/auth/v2";

pub(crate) fn create() -> Request {
    let body = r#"{"email":"kim+7f3a@example.net","fullName":"Kim O'Neil","alias":"kim-7f3a"}"#;
    Request {
        method: "POST".into(),
        path: "/user".into(),
        headers: vec![
            ("accept".into(), "application/json".into()),
            ("content-type".into(), "application/json".into()),
        ],
        body: Some(body.into()),
        manner: Manner::default(),
    }
}

pub(crate) fn get(id: &str) -> Request {
    Request {
        method: "GET".into(),
        path: format!("/user/{id}"),
        headers: vec![("accept".into(), "application/json".into())],
        body: None,
        manner: Manner::default(),
    }
}

pub(crate) fn delete() -> Request {
    Request {
        method: "DELETE".into(),
        path: "/user".into(),
        headers: vec![(
            "Authorization".into(),
            "Bearer canary-bearer-0123456789".into(),
        )],
        body: None,
        manner: Manner::default(),
    }
}

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
    Response {
        status,
        headers: headers.collect(),
        body: body.to_vec(),
    }
}

pub(crate) fn session(status: u16) -> Response {
    let body = br#"{"bearer":"canary-bearer-0123456789","sessionID":"5a1c0f9e-6f5e-4c8e-9b7e-0d7c1f6f2a11","expireAt":1790000000,"ip":"203.0.113.7","userAgent":"assize/0.1.0","verificationCodeID":"c0de1d00-6f5e-4c8e-9b7e-0d7c1f6f2a11"}"#;
    answer(
        status,
        &[
            ("content-type", "application/json"),
            ("set-cookie", "sid=canary-cookie-0123456789"),
            ("date", "Fri, 24 Jul 2026 10:15:00 GMT"),
        ],
        body,
    )
}

pub(crate) fn record(request: Request, response: Response, elapsed_us: u64) -> ExchangeRecord {
    let exchange = Exchange {
        number: 0,
        request,
        result: Ok(response),
        elapsed: Duration::from_micros(elapsed_us),
    };
    ExchangeRecord::new(&exchange, TARGET, &Redactor::new())
}

pub(crate) fn refused(request: Request) -> ExchangeRecord {
    let exchange = Exchange {
        number: 0,
        request,
        result: Err(TransferError::new(
            TransferErrorKind::Connect,
            "connection refused by 127.0.0.1:9",
        )),
        elapsed: Duration::from_micros(180),
    };
    ExchangeRecord::new(&exchange, TARGET, &Redactor::new())
}
