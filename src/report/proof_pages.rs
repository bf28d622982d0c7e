//! A proof as text: for a terminal, as Markdown, as JSON.

use std::fmt::Write;

use crate::model::RequirementId;
use crate::record::{
    Catch, DefectResult, HonestResult, Proof, ProofVerdict, RequirementProof, Stray,
};

/// So many cases are named in a line of the matrix; the JSON names all.
const NAMED_CASES: usize = 3;

/// The whole proof as JSON.
///
/// # Errors
///
/// If a value cannot be written as JSON, which no value of a proof rules out but none does.
pub fn proof_json(proof: &Proof) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(proof)
}

/// The proof for a terminal: the matrix, and what is wrong with it.
#[must_use]
pub fn proof_summary(proof: &Proof) -> String {
    let mut text = String::new();
    let width = proof.defects.iter().map(|defect| defect.name.len()).max();
    for defect in &proof.defects {
        let (name, verdict) = (defect.name, defect.verdict.as_str());
        let width = width.unwrap_or_default();
        let by = caught_by(&defect.caught_by);
        line(&mut text, &format!("{verdict:10}  {name:width$}  {by}"));
    }
    for part in flaws(proof) {
        line(&mut text, "");
        text.push_str(&part);
    }
    line(&mut text, "");
    line(&mut text, &proof_headline(proof));
    text
}

/// The verdict alone.
#[must_use]
pub fn proof_headline(proof: &Proof) -> String {
    let verdict = match proof.conclusion.exit_code {
        0 => "PROVED",
        _ => "NOT PROVED",
    };
    format!("{verdict} {}", proof.conclusion.sentence)
}

fn flaws(proof: &Proof) -> Vec<String> {
    let honest = (!proof.honest.passed).then(|| honest_flaws(&proof.honest));
    let of_defects = proof
        .defects
        .iter()
        .filter(|defect| defect.verdict != ProofVerdict::Killed)
        .map(defect_flaws);
    let uncovered = proof.run.complete.then(|| uncovered(&proof.requirements));
    honest
        .into_iter()
        .chain(of_defects)
        .chain(uncovered.flatten())
        .collect()
}

fn honest_flaws(honest: &HonestResult) -> String {
    let mut text = String::from("the honest server did not pass\n");
    for stray in &honest.strays {
        line(&mut text, &format!("    {}", reproach(stray)));
    }
    for case in &honest.unjudged {
        line(&mut text, &format!("    {case} was not judged"));
    }
    text
}

fn defect_flaws(defect: &DefectResult) -> String {
    let mut text = format!(
        "{} {}: {}\n",
        defect.verdict.as_str(),
        defect.name,
        defect.says
    );
    line(&mut text, &format!("    breaks {}", list(&defect.breaks)));
    for stray in &defect.collateral {
        line(&mut text, &format!("    {}", reproach(stray)));
    }
    for case in &defect.broken {
        line(&mut text, &format!("    {case} could not be judged"));
    }
    text
}

fn uncovered(requirements: &[RequirementProof]) -> Option<String> {
    let bare: Vec<&RequirementProof> = requirements.iter().filter(|one| !one.covered).collect();
    (!bare.is_empty()).then(|| {
        let mut text = String::from("requirements that are not covered\n");
        for one in bare {
            let why = if one.cases.is_empty() {
                "no case names it"
            } else if one.missed.is_empty() {
                "no defect breaks it"
            } else {
                "no defect of it was caught"
            };
            line(&mut text, &format!("    {}: {why}", one.id));
        }
        text
    })
}

fn reproach(stray: &Stray) -> String {
    let finding = &stray.finding;
    format!(
        "{} ({}) reproaches {} ({}): {} is {}, expected {}",
        stray.case,
        stray.step,
        list(&finding.requirements),
        finding.level,
        finding.subject,
        finding.actual,
        finding.expected
    )
}

/// The cases that caught something, the first of them with what they found.
fn caught_by(catches: &[Catch]) -> String {
    let mut named: Vec<String> = catches
        .iter()
        .take(NAMED_CASES)
        .map(|one| format!("{} ({})", one.case, list(&one.requirements)))
        .collect();
    let more = catches.len().saturating_sub(NAMED_CASES);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    named.join(", ")
}

fn list(ids: &[RequirementId]) -> String {
    let ids: Vec<&str> = ids.iter().map(RequirementId::as_str).collect();
    ids.join(", ")
}

/// The proof as a page of Markdown.
#[must_use]
pub fn proof_markdown(proof: &Proof) -> String {
    let mut page = format!("# {}\n\n", proof_headline(proof));
    let honest = &proof.honest;
    line(
        &mut page,
        &format!(
            "assize {}, seed {}, {:.1} s. The honest server passed {} of {} cases; {} do not apply to it.\n",
            proof.run.version,
            proof.run.seed,
            proof.run.duration_ms / 1e3,
            honest.cases - honest.not_applicable - honest.unjudged.len(),
            honest.cases,
            honest.not_applicable,
        ),
    );
    if let Some(draw) = &proof.run.draw {
        line(
            &mut page,
            &format!(
                "Drawn at random with this seed: {} defects, each visible to a direct probe; {:.1} % of them were killed, and {:.1} % are demanded. {} more were drawn in vain, since no client sees them.\n",
                proof.totals.all(),
                proof.totals.share_killed(),
                draw.at_least,
                draw.invisible.len()
            ),
        );
    }
    for flaw in flaws(proof) {
        line(&mut page, &format!("```text\n{flaw}```\n"));
    }
    defects_table(&mut page, &proof.defects);
    requirements_table(&mut page, &proof.requirements);
    page
}

fn defects_table(page: &mut String, defects: &[DefectResult]) {
    line(page, "## Defects\n");
    line(
        page,
        "| defect | what is wrong | breaks | verdict | caught by |",
    );
    line(page, "|---|---|---|---|---|");
    for defect in defects {
        let row = format!(
            "| `{}` | {} | {} | {} | {} |",
            defect.name,
            defect.says,
            list(&defect.breaks),
            defect.verdict.as_str(),
            caught_by(&defect.caught_by)
        );
        line(page, &row);
    }
    line(page, "");
}

fn requirements_table(page: &mut String, requirements: &[RequirementProof]) {
    line(page, "## Requirements\n");
    line(
        page,
        "| requirement | level | cases | defects caught | covered |",
    );
    line(page, "|---|---|---|---|---|");
    for one in requirements {
        let row = format!(
            "| {} | {} | {} | {} of {} | {} |",
            one.id,
            one.level,
            one.cases.len(),
            one.caught.len(),
            one.caught.len() + one.missed.len(),
            if one.covered { "yes" } else { "**no**" }
        );
        line(page, &row);
    }
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}
