//! Which of the planned cases and scenarios to run.

use super::answer_rule::AnswerRule;
use super::plan::{Case, Plan};
use crate::model::{CaseId, RequirementId, SuiteId};

/// A pattern in which `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wildcard(String);

impl Wildcard {
    /// A pattern as the user wrote it.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// Whether the whole text is as the pattern says.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else {
            return false;
        };
        let parts: Vec<&str> = parts.collect();
        let Some((last, middle)) = parts.split_last() else {
            return rest.is_empty();
        };
        for part in middle {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

/// Which cases to run. An empty list selects all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Patterns of case ids.
    pub cases: Vec<Wildcard>,
    /// Tags.
    pub tags: Vec<String>,
    /// Patterns of requirement ids.
    pub requirements: Vec<Wildcard>,
    /// Names of suites.
    pub suites: Vec<Wildcard>,
}

impl Selection {
    /// Removes the cases that are not selected. Rules stay: those that are not selected are told only where an
    /// answer breaks them.
    pub fn apply(&self, plan: &mut Plan) {
        let of_rule = |rule: &AnswerRule| {
            let AnswerRule {
                id, suite, tags, ..
            } = rule;
            self.selects(id, suite, tags, &rule.requirements)
        };
        for rule in &mut plan.rules {
            rule.is_selected = of_rule(rule);
        }
        let of_case = |case: &Case| {
            let Case {
                id, suite, tags, ..
            } = case;
            self.selects(id, suite, tags, &case.requirements)
        };
        // Rules alone are judged on the answers of all cases.
        let only_rules = !plan.cases.iter().any(of_case);
        if !(only_rules && plan.rules.iter().any(|rule| rule.is_selected)) {
            plan.cases.retain(of_case);
        }
    }

    fn selects(
        &self,
        id: &CaseId,
        suite: &SuiteId,
        tags: &[String],
        requirements: &[RequirementId],
    ) -> bool {
        let any = |patterns: &[Wildcard], text: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(text))
        };
        any(&self.cases, id.as_str())
            && any(&self.suites, suite.as_str())
            && (self.tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag)))
            && (self.requirements.is_empty()
                || requirements
                    .iter()
                    .any(|requirement| any(&self.requirements, requirement.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("delete.*", "delete.bar", true),
            ("*.bar", "delete.bar", true),
            ("d*b*r", "delete.bar", true),
            ("delete", "delete.bar", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("ab*ab", "abab", true),
            ("ab*ab", "ab", false),
        ] {
            assert_eq!(
                Wildcard::new(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
