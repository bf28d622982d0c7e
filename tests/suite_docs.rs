//! Every example in `docs/suite-format.md` is a suite that works.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use assize::contract::{Requirements, Schemas};
use assize::suite::{SuiteText, Vocabulary, plan};

const FILE: &str = "docs/suite-format.md";
const TEXT: &str = include_str!("../docs/suite-format.md");

/// The fenced YAML blocks that are whole suites. Line breaks go before each, so that an error tells
/// the line of the document.
fn examples() -> Vec<SuiteText> {
    let mut examples = Vec::new();
    let mut rest = TEXT;
    while let Some((before, fenced)) = rest.split_once("```yaml\n") {
        let (block, after) = fenced.split_once("```").unwrap();
        if block.starts_with("suite:") {
            let lines = TEXT[..TEXT.len() - rest.len() + before.len()]
                .matches('\n')
                .count()
                + 1;
            examples.push(SuiteText {
                file: FILE.to_owned(),
                text: "\n".repeat(lines) + block,
            });
        }
        rest = after;
    }
    examples
}

#[test]
fn every_example_can_be_planned() {
    let requirements = Requirements::builtin().unwrap();
    let schemas = Schemas::builtin().unwrap();
    let vocabulary = Vocabulary {
        requirements: &requirements,
        schemas: &schemas,
    };
    let examples = examples();
    assert_eq!(
        examples.len(),
        TEXT.matches("```yaml").count(),
        "a block of YAML is not a whole suite"
    );
    let errors: Vec<String> = plan(&examples, vocabulary)
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn there_are_examples() {
    assert!(!examples().is_empty());
}
