//! How long a check will take, told from its plan and from how long the first answers took.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Pace;
use crate::model::Exchange;
use crate::suite::{Action, Case, RequestTemplate, Step};
use crate::users_api::{ApiCall, Need};

/// What requests are alike in how long they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestKind {
    /// An account is made.
    Create,
    /// An account is removed.
    Delete,
    /// Anything else, what is refused included.
    Other,
}

/// Numbers of requests by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RequestCounts {
    create: usize,
    delete: usize,
    other: usize,
}

/// What a check is going to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Workload {
    /// Of cases that run beside each other: everything, and of that what is judged.
    together: RequestCounts,
    judged: RequestCounts,
    /// Of cases that run alone.
    alone: RequestCounts,
}

/// How long the answers of each kind took so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answers {
    count: RequestCounts,
    create: Duration,
    delete: Duration,
    other: Duration,
}

impl RequestCounts {
    const fn add(self, more: Self) -> Self {
        Self {
            create: self.create + more.create,
            delete: self.delete + more.delete,
            other: self.other + more.other,
        }
    }

    const fn all(self) -> usize {
        self.create + self.delete + self.other
    }
}

impl Workload {
    /// What these cases send. Without a mailbox, those that need one send nothing.
    pub(super) fn new(cases: &[Case], has_mailbox: bool) -> Self {
        let mut sum = Self::default();
        let sent = |case: &&Case| has_mailbox || !case.needs.contains(&Need::Mailbox);
        for case in cases.iter().filter(sent) {
            let judged = of_steps(&case.steps);
            let ready = of_steps(&case.given).add(of_users(&case.needs));
            // Each account is verified, if it is not yet, and deleted.
            let removed = RequestCounts {
                delete: case.accounts_made() + ready.create.min(own_users(&case.needs)),
                other: case.accounts_made(),
                ..RequestCounts::default()
            };
            let all = judged.add(ready).add(removed);
            if case.alone {
                sum.alone = sum.alone.add(all);
            } else {
                sum.together = sum.together.add(all);
                sum.judged = sum.judged.add(judged);
            }
        }
        sum
    }

    /// How long all of it takes if answers go on as they did.
    pub(super) fn takes(&self, answers: &Answers, pace: Pace) -> Duration {
        let jobs = pace.jobs.max(1);
        let at_once = if pace.has_room() { pace.at_once } else { jobs };
        let together = answers.time_of(self.together) / narrow(at_once);
        let judged = answers.time_of(self.judged) / narrow(jobs);
        together.max(judged) + answers.time_of(self.alone)
    }
}

impl Answers {
    /// Takes in how long an exchange took, and says how many there were.
    pub(super) fn take(&mut self, exchange: &Exchange) -> usize {
        match kind_of(exchange) {
            RequestKind::Create => {
                self.count.create += 1;
                self.create += exchange.elapsed;
            }
            RequestKind::Delete => {
                self.count.delete += 1;
                self.delete += exchange.elapsed;
            }
            RequestKind::Other => {
                self.count.other += 1;
                self.other += exchange.elapsed;
            }
        }
        self.count.all()
    }

    /// The mean of all.
    pub(super) fn mean(&self) -> Duration {
        (self.create + self.delete + self.other) / narrow(self.count.all().max(1))
    }

    fn time_of(&self, work: RequestCounts) -> Duration {
        let of = |work: usize, count: usize, sum: Duration| {
            let mean = if count == 0 {
                self.mean()
            } else {
                sum / narrow(count)
            };
            mean.saturating_mul(narrow(work))
        };
        of(work.create, self.count.create, self.create)
            + of(work.delete, self.count.delete, self.delete)
            + of(work.other, self.count.other, self.other)
    }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn kind_of(exchange: &Exchange) -> RequestKind {
    match ApiCall::granted(exchange) {
        Some(ApiCall::CreateUser) => RequestKind::Create,
        Some(ApiCall::DeleteUser) => RequestKind::Delete,
        _ => RequestKind::Other,
    }
}

fn own_users(needs: &BTreeSet<Need>) -> usize {
    let users = [Need::User, Need::SecondUser];
    users.iter().filter(|need| needs.contains(need)).count()
}

/// Each user is made, verified and asked for its id; a key pair is made and verified.
fn of_users(needs: &BTreeSet<Need>) -> RequestCounts {
    let users = own_users(needs);
    let pairs = [Need::KeyPair, Need::SecondKeyPair];
    let pairs = pairs.iter().filter(|need| needs.contains(need)).count();
    RequestCounts {
        create: users,
        delete: 0,
        other: 2 * (users + pairs),
    }
}

fn of_steps(steps: &[Step]) -> RequestCounts {
    let of_step = |step: &Step| {
        let requests: Vec<&RequestTemplate> = match &step.action {
            Action::Exchange(exchange) => vec![&exchange.request],
            Action::Together(together) => {
                let members = together.members.iter();
                members.map(|member| &member.request).collect()
            }
            Action::Mail(_) | Action::Distinct(_) => Vec::new(),
        };
        let made = step.accounts_made().min(requests.len());
        let deletes = |request: &&&RequestTemplate| request.call() == Some(ApiCall::DeleteUser);
        let deletes = requests.iter().filter(deletes).count();
        let deletes = if step.may_succeed() { deletes } else { 0 };
        RequestCounts {
            create: made,
            delete: deletes,
            other: requests.len().saturating_sub(made + deletes),
        }
    };
    steps
        .iter()
        .map(of_step)
        .fold(RequestCounts::default(), RequestCounts::add)
}
