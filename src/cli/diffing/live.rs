//! The checks of a diff: all targets side by side, and once more in the other order.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::options::DiffArguments;
use crate::cli::arguments::ConfigPlace;
use crate::cli::console::{self, Console};
use crate::cli::trial::{RunRequest, record};
use crate::engine::Stop;
use crate::model::CaseId;
use crate::record::{EvidencePolicy, Record, quantity};
use crate::session::Failure;
use crate::suite::RunTag;

/// How often each target is checked: what differs between two checks of one is not steady.
const PASSES: usize = 2;

/// What a pass makes.
enum PassOrder<'a> {
    /// All cases; the number of the pass.
    Whole(usize),
    /// These cases, one after the other.
    Isolated(&'a BTreeSet<CaseId>),
}

/// The targets of a diff, each of which is checked.
pub(super) struct LiveTargets<'a> {
    arguments: &'a DiffArguments,
    mark: u64,
    stop: &'a Stop,
    console: Console,
}

impl<'a> LiveTargets<'a> {
    pub(super) const fn new(
        arguments: &'a DiffArguments,
        mark: u64,
        (stop, console): (&'a Stop, Console),
    ) -> Self {
        Self {
            arguments,
            mark,
            stop,
            console,
        }
    }

    /// The record of these cases at each target, one after the other and with users of their own.
    pub(super) fn isolated(&self, cases: &BTreeSet<CaseId>) -> Result<Vec<Record>, Failure> {
        let (number, count) = (self.arguments.targets.len(), cases.len());
        console::note(&format!(
            "{} by themselves …\n",
            quantity::things(count, "case")
        ));
        let order: Vec<usize> = (0..number).collect();
        let records = self.pass(&order, &PassOrder::Isolated(cases))?;
        Ok(records.into_iter().map(|(_, record)| record).collect())
    }

    /// The records of each target, pass by pass.
    pub(super) fn checked(&self) -> Result<Vec<Vec<Record>>, Failure> {
        let given = self.arguments.mailbox_of.len();
        let number = self.arguments.targets.len();
        if given != 0 && given != number {
            let text = format!(
                "--mailbox-of was given {given} times, and there are {number} targets; give it once for each"
            );
            return Err(Failure::Usage(text));
        }
        let mut records: Vec<Vec<Record>> = (0..number).map(|_| Vec::new()).collect();
        for pass in 0..PASSES {
            if self.stop.is_set() {
                break;
            }
            console::note(&format!("pass {} of {PASSES} …\n", pass + 1));
            let mut order: Vec<usize> = (0..number).collect();
            // A B, then B A: what changes in time changes for none of them alone.
            if pass % 2 == 1 {
                order.reverse();
            }
            for (index, record) in self.pass(&order, &PassOrder::Whole(pass))? {
                records[index].push(record);
            }
        }
        Ok(records)
    }

    fn pass(&self, order: &[usize], pass: &PassOrder<'_>) -> Result<Vec<(usize, Record)>, Failure> {
        if self.in_turn() {
            let each = order
                .iter()
                .map(|index| Ok((*index, self.check(*index, pass)?)));
            return each.collect();
        }
        std::thread::scope(|scope| {
            let threads: Vec<_> = order
                .iter()
                .map(|index| (*index, scope.spawn(move || self.check(*index, pass))))
                .collect();
            let each = threads.into_iter().map(|(index, thread)| {
                let checked = thread.join().unwrap_or_else(|_| {
                    Err(Failure::Machine(
                        "a check of the diff ended in a fault of assize".to_owned(),
                    ))
                });
                Ok((index, checked?))
            });
            each.collect()
        })
    }

    /// Whether two of the targets would be in each other's way: the users have the same names on all.
    fn in_turn(&self) -> bool {
        let twice = |all: &[String]| {
            let mut sorted: Vec<&String> = all.iter().collect();
            sorted.sort();
            sorted.windows(2).any(|pair| pair[0] == pair[1])
        };
        self.arguments.in_turn
            || self.arguments.target.mailbox.is_some()
            || twice(&self.arguments.targets)
            || twice(&self.arguments.mailbox_of)
    }

    /// Checks a target. All are asked the same within a pass, and other users in each.
    fn check(&self, index: usize, pass: &PassOrder<'_>) -> Result<Record, Failure> {
        let arguments = self.arguments;
        let place = ConfigPlace {
            target: Some(arguments.targets[index].clone()),
            config: arguments.config.clone(),
        };
        let mut target = arguments.target.clone();
        if let Some(mailbox) = arguments.mailbox_of.get(index) {
            target.mailbox = Some(mailbox.clone());
        }
        let mut suites = arguments.suites.clone();
        suites.seed = Some(suites.seed.unwrap_or(self.mark));
        let tag = suites.run_tag.clone();
        let tag = tag.unwrap_or_else(|| format!("d{:x}", self.mark));
        let mut check = arguments.check.clone();
        let number = match pass {
            PassOrder::Whole(number) => *number,
            PassOrder::Isolated(cases) => {
                check.case = cases.iter().map(ToString::to_string).collect();
                check.isolated = true;
                PASSES
            }
        };
        suites.run_tag = Some(match tag.parse::<RunTag>() {
            Ok(tag) => tag.of_pass(number).to_string(),
            // It is refused with the other settings.
            Err(_) => tag,
        });
        let mut report = arguments.report.clone();
        report.quiet = true;
        report.verbose = false;
        report.evidence = Some(EvidencePolicy::All);
        let request = RunRequest {
            verb: "check",
            place: &place,
            target: &target,
            suites: &suites,
            check: Some(&check),
            rerun: None,
            load: None,
            report: &report,
        };
        let (record, redactor) = record(&request, None, self.stop, self.console)?;
        drop::<Arc<_>>(redactor);
        Ok(record)
    }
}
