//! What expectations look at in an answer. One that says the same there as another need not be judged anew.

use crate::model::Answer;
use crate::suite::{BodyKind, Expectation, JsonTest, Rule};

/// The headers that expectations look at, besides the status and the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAt {
    headers: Vec<String>,
}

/// What an answer said in all that was looked at.
#[derive(Debug, Default)]
pub struct SeenAnswer {
    status: u16,
    /// The values of the headers one behind the other, and of each the place of its name and its length.
    values: Vec<u8>,
    headers: Vec<(usize, usize)>,
    body: Vec<u8>,
}

impl LookedAt {
    /// What these look at; none if they ask when an answer came, so that the same answer may be right now and wrong
    /// later.
    #[must_use]
    pub fn by(expectations: &[Expectation]) -> Option<Self> {
        let mut headers: Vec<String> = Vec::new();
        for expectation in expectations {
            match &expectation.rule {
                Rule::Within(_) => return None,
                Rule::Json { test, .. } => match test {
                    JsonTest::Future => return None,
                    JsonTest::Absent
                    | JsonTest::Compared(..)
                    | JsonTest::Contains(_)
                    | JsonTest::Equals(_)
                    | JsonTest::Matches(_)
                    | JsonTest::Not(_)
                    | JsonTest::Present => {}
                },
                Rule::Header { name, .. } => headers.push(name.to_ascii_lowercase()),
                Rule::Body(BodyKind::JsonObject) => {
                    headers.extend(["content-encoding", "content-type"].map(str::to_owned));
                }
                Rule::Body(BodyKind::Absent)
                | Rule::Schema(_)
                | Rule::Status(_)
                | Rule::StatusClassOf(_)
                | Rule::Text(_) => {}
            }
        }
        headers.sort_unstable();
        headers.dedup();
        Some(Self { headers })
    }

    fn values<'a>(&'a self, answer: &'a impl Answer) -> impl Iterator<Item = (usize, &'a [u8])> {
        let names = self.headers.iter().enumerate();
        names.flat_map(|(place, name)| answer.header(name).map(move |value| (place, value)))
    }
}

impl SeenAnswer {
    /// Takes what an answer says, in the memory of the one before.
    pub fn take(&mut self, looked_at: &LookedAt, answer: &impl Answer) {
        self.status = answer.status();
        self.values.clear();
        self.headers.clear();
        for (place, value) in looked_at.values(answer) {
            self.values.extend_from_slice(value);
            self.headers.push((place, value.len()));
        }
        self.body.clear();
        self.body.extend_from_slice(answer.body());
    }

    /// Whether an answer says the same, byte for byte.
    #[must_use]
    pub fn says_same(&self, looked_at: &LookedAt, answer: &impl Answer) -> bool {
        let mut left = self.values.as_slice();
        let seen = self.headers.iter().map_while(|(place, length)| {
            let (value, behind) = left.split_at_checked(*length)?;
            left = behind;
            Some((*place, value))
        });
        self.status == answer.status()
            && self.body == answer.body()
            && seen.eq(looked_at.values(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Level, Place, Response};
    use crate::suite::HeaderTest;
    use std::time::Duration;

    fn expectation(rule: Rule) -> Expectation {
        Expectation {
            requirements: [].into(),
            level: Level::Must,
            on: [].into(),
            rule,
            place: Place {
                file: String::new(),
                line: 1,
                column: 1,
            },
        }
    }

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> (Response, Duration) {
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
        let response = Response {
            status,
            headers: headers.collect(),
            body: body.as_bytes().to_vec(),
        };
        (response, Duration::ZERO)
    }

    #[test]
    fn what_asks_for_the_time_looks_at_more_than_the_answer() {
        let pointer = String::from("/end");
        for rule in [
            Rule::Within(Duration::from_secs(1)),
            Rule::Json {
                pointer: pointer.clone(),
                test: JsonTest::Future,
            },
        ] {
            let all = [expectation(Rule::Status(Vec::new())), expectation(rule)];
            assert_eq!(LookedAt::by(&all), None);
        }
        let test = JsonTest::Present;
        let all = [expectation(Rule::Json { pointer, test })];
        assert!(LookedAt::by(&all).is_some());
    }

    #[test]
    fn an_answer_is_the_same_only_if_all_that_is_looked_at_is() {
        let header = |name: &str| Rule::Header {
            name: name.to_owned(),
            test: HeaderTest::Present,
        };
        let kind = Rule::Body(BodyKind::JsonObject);
        let rules = [header("X-One"), header("x-two"), kind].map(expectation);
        let looked_at = LookedAt::by(&rules).unwrap();
        let json = ("content-type", "application/json");
        let first = [json, ("x-one", "a"), ("x-one", "b"), ("date", "1")];
        let same = [("date", "2"), ("x-one", "a"), json, ("x-one", "b")];
        let mut seen = SeenAnswer::default();
        let (response, elapsed) = answer(200, &[("x-two", "before")], "{}");
        seen.take(&looked_at, &(&response, elapsed));
        let (response, elapsed) = answer(200, &first, "{}");
        seen.take(&looked_at, &(&response, elapsed));
        for (status, headers, body, is_same) in [
            (200, &first[..], "{}", true),
            (200, &same, "{}", true),
            (201, &first, "{}", false),
            (200, &first, "{ }", false),
            (200, &first, "", false),
            (200, &[json, ("x-one", "a"), ("x-two", "b")], "{}", false),
            (200, &[json, ("x-one", "b"), ("x-one", "a")], "{}", false),
            (200, &[json, ("x-one", "a")], "{}", false),
            (200, &first[1..], "{}", false),
            (
                200,
                &[&first[..], &[("content-encoding", "x")]].concat(),
                "{}",
                false,
            ),
        ] {
            let (response, elapsed) = answer(status, headers, body);
            let found = seen.says_same(&looked_at, &(&response, elapsed));
            assert_eq!(found, is_same, "{status} {headers:?} {body}");
        }
    }
}
