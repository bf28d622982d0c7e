//! A rule for every answer as it is meant.

use super::plan::Expectation;
use super::rule_document::RunCheck;
use super::status::StatusText;
use crate::model::{Answer, CaseId, Level, Place, Request, RequirementId, SuiteId};
use crate::users_api::SessionMember;

/// A rule that holds for every answer of a run. In reports it is a case like others.
#[derive(Clone, Debug)]
pub struct AnswerRule {
    /// The stable id.
    pub id: CaseId,
    /// The suite it belongs to.
    pub suite: SuiteId,
    /// What holds.
    pub title: String,
    /// The requirements that it proves.
    pub requirements: Vec<RequirementId>,
    /// The level of its gravest expectation.
    pub level: Level,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// The requests whose answers it judges; all if empty.
    pub requests: Vec<RequestPattern>,
    /// The statuses of answers that it does not speak of.
    pub except: Vec<StatusText>,
    /// A header without which, or with a blank one, it does not speak of an answer.
    pub having: Option<String>,
    /// What must hold.
    pub check: RuleCheck,
    /// Where it is written.
    pub place: Place,
    /// Whether it is told also where nothing broke it.
    pub is_selected: bool,
}

/// What a rule demands.
#[derive(Clone, Debug)]
pub enum RuleCheck {
    /// Of each answer by itself.
    Answer(Vec<Expectation>),
    /// Of all answers together.
    Run(RunCheck),
    /// Of the sessions that live at the same time.
    Distinct(Vec<SessionMember>),
}

/// Requests by method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPattern {
    /// The method; none stands for any.
    method: Option<String>,
    /// The segments of the path; none of them stands for any one segment that is not empty.
    segments: Vec<Option<String>>,
}

impl AnswerRule {
    /// Whether it judges the answers to this request.
    #[must_use]
    pub fn is_about(&self, request: &Request) -> bool {
        self.requests.is_empty() || self.requests.iter().any(|one| one.matches(request))
    }

    /// Whether it speaks of this answer.
    #[must_use]
    pub fn speaks_of(&self, answer: &impl Answer) -> bool {
        let has = |name: &String| {
            let mut values = answer.header(name);
            values.any(|value| !value.trim_ascii().is_empty())
        };
        let is_left_out = |one: &StatusText| one.contains(answer.status());
        !self.except.iter().any(is_left_out) && self.having.as_ref().is_none_or(has)
    }
}

impl RequestPattern {
    /// Reads `METHOD /path`; none if it is not that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (method, path) = text.split_once(' ')?;
        let is_method = method == "*" || method.bytes().all(|byte| byte.is_ascii_uppercase());
        let path = path.trim().strip_prefix('/')?;
        let segment = |text: &str| {
            let stands_for_any = text.starts_with('{') && text.ends_with('}');
            (!stands_for_any).then(|| text.to_owned())
        };
        let is_whole = !path.contains(['?', '#', ' ']);
        (is_method && !method.is_empty() && is_whole).then(|| Self {
            method: (method != "*").then(|| method.to_owned()),
            segments: path.split('/').map(segment).collect(),
        })
    }

    /// Whether a request is one of these.
    #[must_use]
    pub fn matches(&self, request: &Request) -> bool {
        if self
            .method
            .as_ref()
            .is_some_and(|one| *one != request.method)
        {
            return false;
        }
        let path = request.path.split(['?', '#']).next().unwrap_or_default();
        let Some(path) = path.strip_prefix('/') else {
            return false;
        };
        let mut wanted = self.segments.iter();
        let fits = path.split('/').all(|segment| match wanted.next() {
            Some(Some(text)) => text == segment,
            Some(None) => !segment.is_empty() && segment != "." && segment != "..",
            None => false,
        });
        fits && wanted.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Manner;

    #[test]
    fn a_pattern_stands_for_requests_by_method_and_path() {
        for (pattern, method, path, expected) in [
            ("POST /tasks", "POST", "/tasks", true),
            ("POST /tasks", "POST", "/tasks?a=/b", true),
            ("POST /tasks", "PUT", "/tasks", false),
            ("POST /tasks", "POST", "/tasks/", false),
            ("* /tasks", "BREW", "/tasks", true),
            ("GET /tasks/{id}", "GET", "/tasks/%2e", true),
            ("GET /tasks/{id}", "GET", "/tasks/..", false),
            ("GET /tasks/{id}", "GET", "/tasks/", false),
            ("GET /tasks/{id}", "GET", "/tasks/a/b", false),
            ("GET /tasks/{id}", "GET", "/tasks", false),
            ("GET /", "GET", "/", true),
        ] {
            let request = Request {
                method: method.to_owned(),
                path: path.to_owned(),
                headers: Vec::new(),
                body: None,
                manner: Manner::default(),
            };
            let pattern = RequestPattern::parse(pattern).unwrap();
            assert_eq!(pattern.matches(&request), expected, "{pattern:?} {path}");
        }
        for wrong in [
            "/tasks",
            "get /tasks",
            "POST tasks",
            "POST",
            "POST /tasks?a=b",
        ] {
            assert_eq!(RequestPattern::parse(wrong), None, "{wrong}");
        }
    }
}
