#![allow(missing_docs, clippy::all, clippy::pedantic)]
use super::*;
pub struct SummaryStyle {
    pub width: usize,
    pub colours: bool,
    pub quiet: bool,
    pub folder: Option<String>,
}
pub fn summary(r: &Report, _s: &SummaryStyle) -> String {
    let mut t = format!(
        "{} {}\n{:?} {:?}\n",
        r.conclusion.outcome.headline(),
        r.conclusion.sentence,
        r.totals,
        r.accounts
    );
    for c in &r.cases {
        if c.verdict != crate::model::Verdict::Pass {
            t += &format!(
                "{} {} {:?}\n",
                c.verdict,
                c.id,
                c.reason.as_ref().map(|r| &r.text)
            );
            for f in c.findings() {
                t += &format!(
                    "    {:?} {} expected {} actual {} {}\n",
                    f.requirements, f.subject, f.expected, f.actual, f.place
                );
            }
        }
    }
    t
}
pub fn junit(_: &Report) -> String {
    String::new()
}
pub fn html(_: &Report) -> String {
    String::new()
}
pub fn results_json(r: &Report) -> String {
    serde_json::to_string_pretty(r).unwrap_or_default()
}
pub fn results_schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
pub fn case_line(c: &CaseResult) -> String {
    format!("{} {}", c.verdict, c.id)
}
pub fn second_line(s: &SecondResult) -> String {
    format!("{:?}", s)
}
