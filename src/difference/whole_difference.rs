//! From the records of all targets to one record of what they do unlike.

use std::collections::BTreeSet;

use super::acceptance::AcceptedDifferences;
use super::blame::blames;
use super::cause::{Causes, Difference, DifferenceClass, is_success};
use super::company::part_company;
use super::conclusion::{conclude, incomparable};
use super::course::Course;
use super::difference_record::{
    AgreementCluster, DIFFERENCE_FORMAT, DiffInfo, DiffRecord, DiffSide, PairCount,
};
use super::open_deviations::OpenDeviations;
use super::pair::BothPositions;
use super::position::Positions;
use super::steadiness::steady;
use super::transcript::{Transcript, is_rule};
use crate::record::{Reading, Record};

/// The runs of one target, pass after pass: each pass sends the same to all targets.
pub struct Passes<'a> {
    /// What the target is called.
    pub what: String,
    /// Its records.
    pub records: Vec<&'a Record>,
    /// That of the cases of [`DiffRecord::cases_to_isolate`], one after the other.
    pub isolated: Option<&'a Record>,
}

/// What the targets do unlike.
#[must_use]
pub fn differences(
    info: DiffInfo,
    targets: &[Passes<'_>],
    accepted: &AcceptedDifferences,
) -> DiffRecord {
    let why_not = incomparable(targets);
    let mut record = DiffRecord {
        format: DIFFERENCE_FORMAT.to_owned(),
        conclusion: conclude(&info, &[], &why_not),
        info,
        targets: targets.iter().enumerate().map(side).collect(),
        differences: Vec::new(),
        unsteady: Vec::new(),
        pairs: Vec::new(),
        clusters: Vec::new(),
        remarks: why_not.clone(),
    };
    if !why_not.is_empty() {
        return record;
    }
    for first in 0..targets.len() {
        for second in first + 1..targets.len() {
            let (found, unsteady, mut count) = compared(targets, [first, second]);
            for difference in &found {
                match difference.class {
                    DifferenceClass::Reading => count.readings += 1,
                    DifferenceClass::Outside => count.outside += 1,
                    _ => count.violations += 1,
                }
            }
            record.pairs.push(count);
            // What two others do unlike shows in what each of them and the first do.
            if first == 0 {
                record.differences.extend(found);
                record.unsteady.extend(unsteady);
            }
        }
    }
    record.differences.sort_by_key(Difference::rank);
    accepted.apply(&mut record);
    record.clusters = clusters(&record);
    record.conclusion = conclude(&record.info, &record.differences, &[]);
    record
}

fn side((index, target): (usize, &Passes<'_>)) -> DiffSide {
    let mut servers: Vec<String> = Vec::new();
    for name in target.records.iter().flat_map(|record| &record.run.servers) {
        if !servers.contains(name) {
            servers.push(name.clone());
        }
    }
    let first = target.records.first();
    DiffSide {
        letter: letter(index),
        what: target.what.clone(),
        servers,
        outcomes: (target.records.iter())
            .map(|record| record.conclusion.outcome)
            .collect(),
        sentence: first.map_or_else(String::new, |record| record.conclusion.sentence.clone()),
    }
}

/// `A` to `Z`, then numbers.
pub(super) fn letter(index: usize) -> String {
    let letter = u8::try_from(index).ok().filter(|index| *index < 26);
    letter.map_or_else(
        || (index + 1).to_string(),
        |index| char::from(b'A' + index).to_string(),
    )
}

/// What two of the targets do unlike: steadily, and in one pass only.
fn compared(
    targets: &[Passes<'_>],
    sides: [usize; 2],
) -> (Vec<Difference>, Vec<Difference>, PairCount) {
    let letters = sides.map(letter);
    let mut count = PairCount {
        sides: letters.clone(),
        ..PairCount::default()
    };
    let passes = targets[sides[0]]
        .records
        .len()
        .min(targets[sides[1]].records.len());
    let each = (0..passes).map(|pass| {
        let records = sides.map(|side| targets[side].records[pass]);
        one_pass(records, &letters, &mut count)
    });
    let each: Vec<Vec<Difference>> = each.collect();
    let (found, mut unsteady) = steady(each);
    let isolated = sides.map(|side| targets[side].isolated);
    let [Some(first), Some(second)] = isolated else {
        return (found, unsteady, count);
    };
    let isolated = one_pass([first, second], &letters, &mut PairCount::default());
    let (found, beside) = part_company(found, &isolated);
    unsteady.extend(beside);
    (found, unsteady, count)
}

fn one_pass(
    records: [&Record; 2],
    letters: &[String; 2],
    count: &mut PairCount,
) -> Vec<Difference> {
    let transcripts = records.map(Transcript::of);
    let [a, b] = [&transcripts[0], &transcripts[1]];
    let positions = BothPositions([Positions::of(a), Positions::of(b)]);
    let mut causes = Causes::new(letters.clone(), records);
    // Requests at the same moment need two jobs, whatever the target.
    let may_race = records.map(|record| record.run.jobs > 1);
    let mut open = OpenDeviations::new(may_race[0] == may_race[1]);
    for case in &a.record.cases {
        for blame in blames([a, b], &case.id) {
            causes.blame(&blame);
        }
        if let (Some(mine), Some(theirs)) = (a.cases.get(&case.id), b.cases.get(&case.id))
            && !is_rule(case)
        {
            open.take(Course::of([mine, theirs], &positions), case, theirs);
        }
    }
    (count.cases, count.steps, count.parted) = open.extent;
    for deviation in open.unblamed() {
        causes.deviate(deviation);
    }
    // A rule that only the second broke has no case on the first side where none was selected.
    for case in (b.record.cases.iter()).filter(|case| !a.cases.contains_key(&case.id)) {
        for blame in blames([a, b], &case.id) {
            causes.blame(&blame);
        }
    }
    readings(records, &open.questions, &mut causes);
    causes.into_differences()
}

/// What the records read otherwise, of which no step has told.
fn readings(records: [&Record; 2], told: &BTreeSet<String>, causes: &mut Causes<'_>) {
    let answers = |one: &Reading| one.answers.keys().cloned().collect::<Vec<String>>();
    for reading in &records[0].readings {
        let other = records[1].readings.iter();
        let Some(other) = other.clone().find(|one| one.question == reading.question) else {
            continue;
        };
        // Two ways to grant a request show in its steps.
        let grants = |one: &Reading| one.answers.keys().all(|answer| is_success(answer));
        if answers(reading) != answers(other)
            && !told.contains(&reading.question)
            && !(grants(reading) && grants(other))
        {
            causes.read(&reading.question, [reading.told(), other.told()]);
        }
    }
}

/// Those that differ from none of each other in anything of which the contract speaks.
fn clusters(record: &DiffRecord) -> Vec<AgreementCluster> {
    let agree = |one: &String, other: &String| {
        let pair = record.pairs.iter().find(|pair| {
            let [first, second] = &pair.sides;
            (first == one && second == other) || (first == other && second == one)
        });
        pair.is_some_and(|pair| pair.violations + pair.readings == 0)
    };
    let mut clusters: Vec<AgreementCluster> = Vec::new();
    for target in &record.targets {
        let fits = |cluster: &&mut AgreementCluster| {
            cluster.letters.iter().all(|one| agree(one, &target.letter))
        };
        match clusters.iter_mut().find(fits) {
            Some(cluster) => cluster.letters.push(target.letter.clone()),
            None => clusters.push(AgreementCluster {
                letters: vec![target.letter.clone()],
            }),
        }
    }
    clusters
}
