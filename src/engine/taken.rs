//! Whether a create was refused because somebody has its address or alias already: then the answer
//! speaks for that, and not for what a case is about.

use crate::diagnosis::tells_taken;
use crate::model::Response;

/// HTTP's own word for it.
const CONFLICT: u16 = 409;
/// How much of what a target says is read and shown, in characters.
const SHOWN: usize = 120;

/// What a target says, if it says that something is taken.
pub(super) fn says_taken(response: &Response) -> Option<String> {
    if !(400..500).contains(&response.status) {
        return None;
    }
    let header = response
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("x-error"))
        .map(|(_, value)| value.as_slice());
    let said = [header.unwrap_or_default(), &response.body];
    let said = said.map(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        text.chars().take(SHOWN).collect::<String>()
    });
    let quoted = said.iter().find(|text| tells_taken(text)).cloned();
    quoted.or_else(|| (response.status == CONFLICT).then(|| said.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_that_something_is_taken_or_is_about_something_else() {
        let answer = |status, x_error: &str, body: &str| Response {
            status,
            headers: vec![("X-Error".into(), x_error.as_bytes().to_vec())],
            body: body.as_bytes().to_vec(),
        };
        let said = says_taken(&answer(400, "this alias is taken", ""));
        assert_eq!(said.as_deref(), Some("this alias is taken"));
        let in_body = r#"{"error":"Email already exists"}"#;
        assert!(says_taken(&answer(422, "refused", in_body)).is_some());
        assert!(says_taken(&answer(409, "conflict", "")).is_some());
        assert_eq!(says_taken(&answer(400, "the body is mistaken", "")), None);
        assert_eq!(says_taken(&answer(500, "already down", "")), None);
    }
}
