//! A certificate for programs: what a run found of each requirement, and what it rests on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::results::schema_of;
use crate::model::{Level, RequirementId, Verdict};
use crate::record::{
    CaseResult, Conclusion, ReasonKind, Record, RequirementResult, RunInfo, Totals,
};

/// The version of the format.
pub const CERTIFICATE_FORMAT: &str = "assize/certificate/1";

/// What a run found of each requirement, and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Certificate {
    /// The version of this format: `assize/certificate/1`.
    pub format: String,
    /// How the run ended, and why.
    pub conclusion: Conclusion,
    /// The SHA-256 of the results.json that this speaks of, as `sha256sum` prints it.
    pub results_sha256: String,
    /// What was run, where and how, with the suites and the text of the contract.
    pub run: RunInfo,
    /// How many cases came to each verdict.
    pub totals: Totals,
    /// What came of each requirement.
    pub requirements: Vec<CertifiedRequirement>,
    /// The cases that fail and are accepted for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
}

/// What came of a requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertifiedRequirement {
    /// The stable id.
    pub id: RequirementId,
    /// How strongly it binds.
    pub level: Level,
    /// The section of the document that it comes from.
    pub section: String,
    /// The demand in our own words.
    pub says: String,
    /// What came of it.
    pub verdict: Verdict,
    /// How many cases prove it.
    pub cases: usize,
}

impl Certificate {
    /// The certificate of a run. `sha256` is that of its result file.
    #[must_use]
    pub fn of(record: &Record, sha256: &str) -> Self {
        let requirement = |one: &RequirementResult| CertifiedRequirement {
            id: one.id.clone(),
            level: one.level,
            section: one.section.clone(),
            says: one.says.clone(),
            verdict: one.verdict,
            cases: one.cases.len(),
        };
        Self {
            format: CERTIFICATE_FORMAT.to_owned(),
            conclusion: record.conclusion.clone(),
            results_sha256: sha256.to_owned(),
            run: record.run.clone(),
            totals: record.totals,
            requirements: record.requirements.iter().map(requirement).collect(),
            accepted: (accepted(record).iter())
                .map(|case| case.id.to_string())
                .collect(),
        }
    }

    /// It as indented JSON with a line feed at its end.
    ///
    /// # Errors
    ///
    /// If a value cannot be written as JSON, which no content of a certificate makes happen.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

/// The JSON Schema (draft 2020-12) of a certificate, made from the types that write it.
#[must_use]
pub fn certificate_schema() -> Value {
    schema_of::<Certificate>(CERTIFICATE_FORMAT, "The certificate of an assize run")
}

/// The cases that fail and are accepted for a while.
pub(super) fn accepted(record: &Record) -> Vec<&CaseResult> {
    let cases = record.cases.iter();
    cases
        .filter(|case| {
            let reason = case.reason.as_ref();
            reason.is_some_and(|reason| reason.kind == ReasonKind::ExpectedFailure)
        })
        .collect()
}
