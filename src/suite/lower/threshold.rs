//! The thresholds of a scenario.

use super::Lowering;
use crate::model::Threshold;
use crate::suite::document::ScenarioDocument;
use crate::suite::error::Problem;
use crate::suite::placed::Spot;

impl Lowering<'_> {
    /// Parses what a load of a scenario must keep.
    pub(super) fn thresholds(&mut self, document: &ScenarioDocument) -> Vec<Threshold> {
        let mut thresholds = Vec::new();
        for written in &document.slo.0 {
            match written.value.parse::<Threshold>() {
                Ok(threshold) => {
                    self.check_operation(&threshold, document, written.spot);
                    thresholds.push(threshold);
                }
                Err(mistake) => {
                    let caret = self.text.find(mistake.part(), written.spot);
                    let reason = format!("has a mistake: {}; {}", mistake.reason, mistake.help);
                    self.report(Problem::BadValue { key: "slo", reason }, caret);
                }
            }
        }
        thresholds
    }

    fn check_operation(&mut self, threshold: &Threshold, document: &ScenarioDocument, spot: Spot) {
        let Some(name) = &threshold.operation else {
            return;
        };
        let mut names = document.steps.iter().map(|step| step.name.value.as_str());
        if names.any(|step| step == name) {
            return;
        }
        let names: Vec<&str> = document
            .steps
            .iter()
            .map(|step| step.name.value.as_str())
            .collect();
        let reason = format!(
            "names no step of the scenario, which has {}",
            names.join(", ")
        );
        let caret = self.text.find(name, spot);
        self.report(Problem::BadValue { key: "slo", reason }, caret);
    }
}
