//! Several loads of one target, side by side, as one: what several machines made at the same time.

use std::collections::BTreeMap;

use super::load_judgement::ThresholdResult;
use super::load_judging::GivenThresholds;
use super::load_result::{Arrivals, LoadFinding, LoadResult, LoadVerdict, MailResult};
use super::second_result::SecondResult;
use super::stage_result::StageResult;
use crate::load::TimesError;
use crate::model::{Mistake, Threshold};

/// Between the profiles of loads that were made together.
const TOGETHER: &str = " + ";

/// Why two loads are not one.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// They did not do the same.
    #[error("they differ in their {0}; merge loads that were made with the same settings")]
    Differ(&'static str),
    /// What was counted cannot be read.
    #[error("the times of one cannot be read: {0}; it was changed after it was written")]
    Times(#[from] TimesError),
    /// A threshold that was judged cannot be read.
    #[error("a threshold of one cannot be read: {0}; it was changed after it was written")]
    Threshold(#[from] Mistake),
}

impl LoadResult {
    /// Two loads as one: counts are added, histograms merged, and everything that follows from them computed
    /// anew, so that a percentile is that of all requests together. Both are taken to have been made at the
    /// same time: of their seconds those with the same number are one, and rates add up.
    ///
    /// Which of the two comes first makes no difference. A search has no place in what results, and what the
    /// target used only where one of the two watched it.
    ///
    /// # Errors
    ///
    /// If they were made with other scenarios, operations, arrivals, versions of HTTP or stages, or a
    /// histogram cannot be read.
    pub fn merge(&self, other: &Self, accept_invalid: bool) -> Result<Self, MergeError> {
        let mut all = self.clone();
        all.arrivals = self.arrivals.and(&other.arrivals)?;
        all.add(other)?;
        all.series = series(self.series.iter().chain(&other.series))?;
        all.judged_anew(accept_invalid)
    }

    /// Adds the counts of another share of the same schedule, but for its seconds: what both say of arrivals is said
    /// of all together. What follows from counts is not told anew before [`Self::judged_anew`].
    ///
    /// # Errors
    ///
    /// As [`Self::merge`].
    pub(super) fn add_share(&mut self, other: &Self) -> Result<(), MergeError> {
        if self.arrivals != other.arrivals {
            return Err(MergeError::Differ("arrivals"));
        }
        self.add(other)
    }

    /// Adds the counts of another load, but for its seconds.
    fn add(&mut self, other: &Self) -> Result<(), MergeError> {
        self.must_be_like(other)?;
        self.add_counts(other);
        for (mine, others) in self.operations.iter_mut().zip(&other.operations) {
            mine.add(others);
        }
        self.mails = mails(self.mails.as_ref(), other.mails.as_ref());
        self.findings = findings(self.findings.iter().chain(&other.findings));
        for (mine, others) in self.stages.iter_mut().zip(&other.stages) {
            mine.add(others)?;
        }
        let mut verdict = LoadVerdict::default();
        verdict.weigh(self.verdict);
        verdict.weigh(other.verdict);
        self.verdict = verdict.get();
        self.stopped_by = [&self.stopped_by, &other.stopped_by]
            .into_iter()
            .flatten()
            .min()
            .cloned();
        self.search = None;
        self.target = match (self.target.take(), &other.target) {
            (one, None) => one,
            (None, one) => one.clone(),
            (Some(_), Some(_)) => None,
        };
        self.effort.add(&other.effort);
        self.generator.add(&other.generator);
        for result in &other.thresholds {
            let mut known = self.thresholds.iter_mut();
            match known.find(|known| known.threshold == result.threshold) {
                Some(known) => known.usual &= result.usual,
                None => self.thresholds.push(result.clone()),
            }
        }
        Ok(())
    }

    /// The same with what follows from its counts, its seconds and the texts of its thresholds.
    ///
    /// # Errors
    ///
    /// If a threshold that it was judged by cannot be read.
    pub(super) fn judged_anew(mut self, accept_invalid: bool) -> Result<Self, MergeError> {
        let order = |one: &ThresholdResult| (one.usual, one.threshold.clone());
        self.thresholds.sort_by_key(order);
        let texts = self.thresholds.iter().map(|one| one.threshold.parse());
        let all: Vec<Threshold> = texts.collect::<Result<_, _>>()?;
        let usual = self.thresholds.iter().filter(|one| one.usual).count();
        Ok(self.judged(GivenThresholds {
            all: &all,
            usual,
            accept_invalid,
        }))
    }

    fn must_be_like(&self, other: &Self) -> Result<(), MergeError> {
        let named = |load: &Self| -> Vec<(String, f64)> {
            let operations = load.operations.iter();
            operations
                .map(|one| (one.name.clone(), one.share))
                .collect()
        };
        let begun = |load: &Self| -> Vec<f64> {
            load.stages
                .iter()
                .map(|stage: &StageResult| stage.start_s)
                .collect()
        };
        for (differ, what) in [
            (self.scenario != other.scenario, "scenario"),
            (named(self) != named(other), "operations"),
            (self.protocol != other.protocol, "version of HTTP"),
            (self.streams != other.streams, "streams"),
            (begun(self) != begun(other), "stages"),
        ] {
            if differ {
                return Err(MergeError::Differ(what));
            }
        }
        Ok(())
    }

    fn add_counts(&mut self, other: &Self) {
        if self.requirements != other.requirements {
            self.requirements.extend_from_slice(&other.requirements);
            self.requirements.sort();
            self.requirements.dedup();
        }
        self.connections += other.connections;
        self.warm_up_s = self.warm_up_s.max(other.warm_up_s);
        self.duration_s = self.duration_s.max(other.duration_s);
        self.answered += other.answered;
        self.conforming += other.conforming;
        self.limited += other.limited;
        self.judged += other.judged;
        self.unstarted += other.unstarted;
        self.refused += other.refused;
        self.resent += other.resent;
        self.cut_off += other.cut_off;
        self.queue += other.queue;
        self.think_s = self.think_s.max(other.think_s);
        self.further_findings += other.further_findings;
        self.generator_cpu_s += other.generator_cpu_s;
    }
}

impl Arrivals {
    fn and(&self, other: &Self) -> Result<Self, MergeError> {
        match (self, other) {
            (Self::Closed, Self::Closed) => Ok(Self::Closed),
            (Self::Open { rate: one }, Self::Open { rate: more }) => {
                Ok(Self::Open { rate: one + more })
            }
            (
                Self::Shaped { profile, poisson },
                Self::Shaped {
                    profile: others,
                    poisson: too,
                },
            ) if poisson == too => {
                let both = [profile, others].into_iter();
                let mut all: Vec<&str> = both.flat_map(|text| text.split(TOGETHER)).collect();
                all.sort_unstable();
                Ok(Self::Shaped {
                    profile: all.join(TOGETHER),
                    poisson: *poisson,
                })
            }
            _ => Err(MergeError::Differ("arrivals")),
        }
    }
}

fn mails(one: Option<&MailResult>, other: Option<&MailResult>) -> Option<MailResult> {
    let (Some(one), Some(other)) = (one, other) else {
        return one.or(other).cloned();
    };
    let mut all = one.clone();
    all.wait.add(&other.wait);
    all.missing += other.missing;
    Some(all)
}

/// Each kind of finding once, the gravest and most frequent first. Of two examples the one that reads first
/// is kept.
fn findings<'a>(all: impl Iterator<Item = &'a LoadFinding>) -> Vec<LoadFinding> {
    let mut kinds: BTreeMap<String, LoadFinding> = BTreeMap::new();
    for found in all {
        let key = format!(
            "{} {:?} {:?}",
            found.operation,
            found.transfer,
            found.finding.as_ref().map(|finding| (
                &finding.requirements,
                finding.level,
                &finding.subject,
                &finding.expected
            ))
        );
        match kinds.get_mut(&key) {
            None => {
                kinds.insert(key, found.clone());
            }
            Some(known) => {
                let count = known.count + found.count;
                let read = |one: &LoadFinding| format!("{:?} {:?}", one.finding, one.example);
                if read(found) < read(known) {
                    known.clone_from(found);
                }
                known.count = count;
            }
        }
    }
    let mut kinds: Vec<LoadFinding> = kinds.into_values().collect();
    kinds.sort_by_key(|found| std::cmp::Reverse((found.verdict, found.count)));
    kinds
}

/// Each second once. The last may be shorter in one than in the other.
pub(super) fn series<'a>(
    all: impl Iterator<Item = &'a SecondResult>,
) -> Result<Vec<SecondResult>, TimesError> {
    let mut seconds: BTreeMap<i64, Vec<&SecondResult>> = BTreeMap::new();
    for second in all {
        seconds.entry(second.number()).or_default().push(second);
    }
    let together = seconds.into_values().filter_map(|same| {
        let (first, others) = same.split_first()?;
        let mut second = (*first).clone();
        Some(second.add(others).map(|()| second))
    });
    together.collect()
}
