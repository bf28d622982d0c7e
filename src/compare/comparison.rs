//! The one value of a comparison that every report renders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conclusion::{ComparisonVerdict, conclude, ended};
use super::controls;
use super::curve::{DistributionCurve, QuantileRatio, ratios};
use super::estimate::{ALPHA, count};
use super::figure::{FigureComparison, Sampling};
use super::figures::{BothSides, figures};
use super::measurement::StartMeasurement;
use super::order::Side;
use super::requirements::{ReadingChange, RequirementChange, reading_changes, requirement_changes};
use super::tolerance::Tolerance;
use crate::model::{Outcome, RunId, Verdict};
use crate::record::{Conclusion, LoadResult, Record, quantity};

/// The version of the format.
pub const FORMAT: &str = "assize-comparison/1";

/// Everything about a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonRecord {
    /// The version of this format: `assize-comparison/1`.
    pub format: String,
    /// How it ended, and why.
    pub conclusion: Conclusion,
    /// The same in a word.
    pub verdict: ComparisonVerdict,
    /// What was compared, and how.
    pub info: ComparisonInfo,
    /// What is compared with.
    pub a: ComparedSide,
    /// What is compared.
    pub b: ComparedSide,
    /// All figures, those that are judged first.
    pub figures: Vec<FigureComparison>,
    /// The ratio of response times at each quantile that starts have answers enough for.
    pub ratios: Vec<QuantileRatio>,
    /// The requirements whose verdict changed, new failures first.
    pub requirements: Vec<RequirementChange>,
    /// The questions of the document that the sides answer otherwise.
    pub readings: Vec<ReadingChange>,
    /// Why the figures compare nothing; empty if they do.
    pub void: Vec<String>,
    /// What the reader must know besides.
    pub remarks: Vec<String>,
}

/// What was compared, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonInfo {
    /// The name of the comparison and of its folder.
    pub id: RunId,
    /// The version of assize.
    pub version: String,
    /// What the starts are.
    pub basis: Basis,
    /// The largest change that nobody minds.
    pub tolerance: Tolerance,
    /// Whether a figure of which nothing is shown makes the comparison fail.
    pub fail_on_cannot_tell: bool,
    /// Whether figures count although assize itself may have been the bottleneck.
    pub accept_invalid: bool,
    /// The seed of the order and of all values; none of stored runs, which have their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Which side began each round; empty of stored runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<Side>,
    /// How many times the figures may be looked at, fixed before the first look; each may err with an equal part
    /// of the 5 % that all may err together, so that intervals hold the truth at all looks in 95 % of all
    /// comparisons.
    pub looks: usize,
    /// How many starts were made again, because assize itself was the bottleneck in them.
    #[serde(default)]
    pub repeated: usize,
    /// How arrivals were made, and for how long each start was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<String>,
    /// The beginning, as RFC 3339 in UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// How long a start took from its beginning to its end, in seconds, on average; 0 if nothing was started.
    pub start_s: f64,
}

/// What the starts of a comparison are, and so what it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Builds that were started anew each time.
    Builds,
    /// Two running processes that were measured in turn. Each was started once, so that nothing is known of
    /// other starts.
    Processes,
    /// Stored runs.
    Runs,
}

impl Basis {
    /// Of what the sentence speaks, to be added to it.
    #[must_use]
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::Builds | Self::Runs => "",
            Self::Processes => {
                "; that holds for these two processes, each of which was started once, and not for their builds"
            }
        }
    }

    /// The noun of a sample.
    #[must_use]
    pub const fn sample(self) -> &'static str {
        match self {
            Self::Builds => "start",
            Self::Processes => "turn",
            Self::Runs => "run",
        }
    }
}

/// One of the two that are compared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedSide {
    /// The command, the URL, or the runs.
    pub what: String,
    /// What it calls itself in its `Server` headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// Starts that were measured.
    pub starts: usize,
    /// Why runs of it end as contract violations, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
    /// The distribution of its response times, all starts together.
    pub curve: DistributionCurve,
}

impl ComparisonRecord {
    /// One that was not made, or not to its end.
    #[must_use]
    pub fn unfinished(
        info: ComparisonInfo,
        [a, b]: [String; 2],
        (outcome, sentence): (Outcome, String),
    ) -> Self {
        let side = |what| ComparedSide {
            what,
            ..ComparedSide::default()
        };
        Self {
            format: FORMAT.to_owned(),
            conclusion: ended(outcome, sentence),
            verdict: ComparisonVerdict::Unfinished,
            info,
            a: side(a),
            b: side(b),
            figures: Vec::new(),
            ratios: Vec::new(),
            requirements: Vec::new(),
            readings: Vec::new(),
            void: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Whether of a judged figure nothing is shown that more starts may show.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let mut verdicts = self.figures.iter().filter_map(|figure| figure.verdict);
        self.verdict == ComparisonVerdict::CannotTell
            && verdicts.any(|verdict| verdict == super::change::FigureVerdict::CannotTell)
    }

    /// Whether a judged figure was called other than it was.
    #[must_use]
    pub fn calls_different(&self) -> bool {
        use super::change::FigureVerdict::{CannotTell, Same};
        let mut verdicts = self.figures.iter().filter_map(|figure| figure.verdict);
        verdicts.any(|verdict| !matches!(verdict, Same | CannotTell))
    }
}

/// Compares what was measured. Records of the same place belong to the same round unless they are stored runs.
#[must_use]
pub fn compare(
    info: ComparisonInfo,
    what: [String; 2],
    (a, b): (&[&Record], &[&Record]),
) -> ComparisonRecord {
    if let Some(ended) = unjudged(Side::A, a).or_else(|| unjudged(Side::B, b)) {
        return ComparisonRecord::unfinished(info, what, ended);
    }
    let mut record = ComparisonRecord::unfinished(info, what, (Outcome::Conforms, String::new()));
    record.requirements = requirement_changes(a, b);
    record.readings = reading_changes(a, b);
    describe(&mut record.a, a);
    describe(&mut record.b, b);
    let several = |one: &&Record| one.loads.len() > 1;
    if a.iter().chain(b).copied().any(|one| several(&one)) {
        let text = "of a run with several loads the first is compared";
        record.remarks.push(text.to_owned());
    }
    let loads = (loads(a), loads(b));
    if !loads.0.is_empty() && !loads.1.is_empty() {
        measure(&mut record, &loads);
    }
    record.remarks.extend(only_a_violates(&record));
    let (verdict, conclusion) = conclude(&record);
    record.verdict = verdict;
    record.conclusion = conclusion;
    record
}

/// How the first run of a side ended that says nothing of its target, or not all that it was to say: with such a run
/// nothing can be compared, and no comparison with it may end well.
fn unjudged(side: Side, records: &[&Record]) -> Option<(Outcome, String)> {
    let conclusions = records.iter().map(|record| &record.conclusion);
    let mut unjudged = conclusions.filter(|conclusion| match conclusion.outcome {
        Outcome::Conforms
        | Outcome::Violated
        | Outcome::ThresholdMissed
        | Outcome::MeasurementInvalid => false,
        Outcome::Misused | Outcome::Broken | Outcome::NothingRan | Outcome::Interrupted => true,
    });
    let first = unjudged.next()?;
    let sentence = format!("a run of {side} gave no verdict: {}", first.sentence);
    Some((first.outcome, sentence))
}

fn loads<'a>(records: &[&'a Record]) -> Vec<&'a LoadResult> {
    records.iter().filter_map(|one| one.loads.first()).collect()
}

fn describe(side: &mut ComparedSide, records: &[&Record]) {
    side.starts = records.len();
    for record in records {
        for server in &record.run.servers {
            if !side.servers.contains(server) {
                side.servers.push(server.clone());
            }
        }
        let sentence = &record.conclusion.sentence;
        if record.conclusion.outcome == Outcome::Violated && !side.violations.contains(sentence) {
            side.violations.push(sentence.clone());
        }
    }
}

/// Fills in what the loads tell.
fn measure(record: &mut ComparisonRecord, (a, b): &(Vec<&LoadResult>, Vec<&LoadResult>)) {
    let measured = |loads: &[&LoadResult]| -> Vec<StartMeasurement> {
        let loads = loads.iter();
        loads.map(|load| StartMeasurement::new(load)).collect()
    };
    let (of_a, of_b) = (measured(a), measured(b));
    let sides = BothSides {
        noun: record.info.basis.sample(),
        sampling: Sampling {
            paired: record.info.basis != Basis::Runs && of_a.len() == of_b.len(),
            alpha: ALPHA / count(record.info.looks.max(1)),
        },
        a: of_a,
        b: of_b,
    };
    let tolerance = record.info.tolerance;
    record.figures = figures(&sides, tolerance);
    let (ratios, remark) = ratios(&sides, tolerance, &record.figures);
    record.ratios = ratios;
    record.remarks.extend(remark);
    record.remarks.extend(missed(&sides));
    record.remarks.extend(made_again(record.info.repeated));
    record.a.curve = DistributionCurve::of(&sides.a);
    record.b.curve = DistributionCurve::of(&sides.b);
    let bottlenecks = controls::bottlenecks(a, b);
    if record.info.accept_invalid {
        record.remarks.extend(bottlenecks);
    } else {
        record.void.extend(bottlenecks);
    }
    let voids = controls::voids((a, b), &record.figures, (sides.sampling.paired, tolerance));
    record.void.extend(voids);
    let first = a.first().or(b.first());
    record.info.load = first.map(|load| {
        let each = quantity::seconds(load.duration_s);
        format!("{}, {each} each", load.model())
    });
}

fn made_again(repeated: usize) -> Option<String> {
    (repeated > 0).then(|| {
        let starts = quantity::things(repeated, "start");
        format!("{starts} told of assize itself, which was late, and made again")
    })
}

/// The thresholds that a side missed, with how often.
fn missed(sides: &BothSides) -> Vec<String> {
    let Some(first) = sides.b.first() else {
        return Vec::new();
    };
    let missed = first
        .thresholds
        .iter()
        .enumerate()
        .filter_map(|(index, one)| {
            let by = |side: &[StartMeasurement]| {
                let same = side.iter().filter_map(|start| start.thresholds.get(index));
                same.filter(|same| !same.kept).count()
            };
            let (a, b) = (by(&sides.a), by(&sides.b));
            (a + b > 0).then(|| {
                format!(
                    "{} was missed in {a} of {} by A and in {b} of {} by B",
                    one.text,
                    sides.a.len(),
                    quantity::things(sides.b.len(), "start")
                )
            })
        });
    missed.collect()
}

/// What B mended is told, since the speeds of a right and of a wrong answer compare badly.
fn only_a_violates(record: &ComparisonRecord) -> Option<String> {
    let first = record.a.violations.first()?;
    let mended = record.b.violations.is_empty();
    let failing = |one: &RequirementChange| one.a == Some(Verdict::Fail);
    (mended || record.requirements.iter().any(failing)).then(|| {
        format!("A violates the contract, so that its times may be those of other answers: {first}")
    })
}
