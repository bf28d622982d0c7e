//! Is the text of a body as it should be, wherever in it?

use std::borrow::Cow;

use super::phrase;
use crate::model::Mismatch;
use crate::suite::{TextTest, Values};

pub(super) fn check(test: &TextTest, body: &[u8], values: &Values) -> Option<Mismatch> {
    let body = String::from_utf8_lossy(body);
    (!met(test, &body, values)).then(|| {
        let actual = match test {
            TextTest::Without(_) | TextTest::Lacks(_) => Cow::Borrowed("one that has it"),
            TextTest::Contains(_) | TextTest::Matches(_) => Cow::Owned(phrase::text(&body)),
        };
        Mismatch::new("body", expected(test, values), actual)
    })
}

fn met(test: &TextTest, body: &str, values: &Values) -> bool {
    match test {
        TextTest::Contains(part) => part.render(values).is_ok_and(|part| body.contains(&part)),
        // An empty text is a part of every text; one that nobody has is a part of none.
        TextTest::Without(part) => !part
            .render(values)
            .is_ok_and(|part| !part.is_empty() && body.contains(&part)),
        TextTest::Matches(pattern) => pattern.is_match(body),
        TextTest::Lacks(pattern) => !pattern.is_match(body),
    }
}

fn expected(test: &TextTest, values: &Values) -> String {
    match test {
        TextTest::Contains(part) => format!("a body with {} in it", phrase::template(part, values)),
        TextTest::Without(part) => {
            format!("a body without {} in it", phrase::template(part, values))
        }
        TextTest::Matches(pattern) => format!("a body with a match of /{pattern}/"),
        TextTest::Lacks(pattern) => format!("a body with no match of /{pattern}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{Segment, Template};

    fn text(text: &str) -> Template {
        Template::new(vec![Segment::Text(text.to_owned())])
    }

    #[test]
    fn a_text_is_looked_for_anywhere_in_the_body() {
        let values = Values::default();
        let holds =
            |test: TextTest| check(&test, b"{\"a\": {\"b\": \"secret\"}}", &values).is_none();
        assert!(holds(TextTest::Contains(text("secret"))));
        assert!(!holds(TextTest::Contains(text("other"))));
        assert!(!holds(TextTest::Without(text("secret"))));
        assert!(holds(TextTest::Without(text("other"))));
        assert!(holds(TextTest::Without(text(""))));
        assert!(holds(TextTest::Lacks(regex::Regex::new("x").unwrap())));
        assert!(!holds(TextTest::Matches(regex::Regex::new("x").unwrap())));
    }
}
