//! Of the Users API, for the tests of whoever sends its requests.

use serde_json::{Value, json};

/// A scenario in which users come to be.
pub(crate) const SIGNUP: &str = "
suite: s
title: t
scenarios:
  - id: signup
    title: t
    proves: [create.status, create.code]
    needs: mailbox
    steps:
      - name: create
        request: {method: POST, path: /user, json: {email: '${email}'}}
        expect: {proves: create.status, status: 200}
      - name: mail
        mail: {to: '${email}', capture: code, proves: create.code}
      - name: verify
        request: {method: PUT, path: /session/verification, json: {code: '${code}'}}
        expect: {proves: create.status, status: 202}
";

/// What the answer tells that opens a session.
pub(crate) fn opened(bearer: &str, session_id: &str) -> Value {
    json!({"bearer": bearer, "sessionID": session_id})
}
