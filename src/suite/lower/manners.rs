//! Rows made from the conditions under which a request is sent: pairwise, since two conditions together explain
//! nearly everything that one alone does not.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::Lowering;
use super::request::PLAIN;
use super::row::Row;
use crate::model::{Condition, Manner};
use crate::suite::error::Problem;
use crate::suite::placed::Spot;
use crate::suite::table::MannersDocument;

/// The name of the rows' value.
const MANNER: &str = "manner";

impl Lowering<'_> {
    /// The rows of a table of manners.
    pub(super) fn manners(&mut self, document: &MannersDocument, spot: Spot) -> Vec<Row> {
        let mut conditions = Vec::new();
        for word in &document.manners {
            match Condition::parse(&word.value) {
                Some(condition) => conditions.push(condition),
                None => self.report(unknown(&word.value), word.spot),
            }
        }
        let rows = pairwise(&conditions).into_iter();
        rows.map(|manner| row(manner, spot)).collect()
    }
}

/// The problem of a word that is no condition.
pub(super) fn unknown(word: &str) -> Problem {
    Problem::UnknownWord {
        word: word.to_owned(),
        known: Condition::ALL.map(|one| one.as_str().to_owned()).to_vec(),
    }
}

fn row(manner: Manner, spot: Spot) -> Row {
    // A dot in an id stands between its parts.
    let words = manner.conditions().map(|one| one.as_str().replace('.', ""));
    let words: Vec<String> = words.collect();
    let (id, title) = if words.is_empty() {
        (PLAIN.to_owned(), "as usual".to_owned())
    } else {
        (words.join("."), manner.to_string())
    };
    // Nothing else is drawn, so that the row says all.
    let conditions = manner.conditions().map(Condition::as_str);
    let value = conditions.chain([PLAIN]).map(Value::from).collect();
    Row::new(
        id,
        title,
        BTreeMap::from([(MANNER.to_owned(), value)]),
        spot,
    )
}

/// The plain manner, and then as few others as it takes, found greedily, that each two conditions which a request can
/// have at once come together in one of them.
fn pairwise(conditions: &[Condition]) -> Vec<Manner> {
    let pairs = |manner: Manner| {
        let of = |one: Condition| manner.conditions().map(move |other| (one, other));
        manner.conditions().flat_map(of).collect::<BTreeSet<_>>()
    };
    let both = |one: Condition| {
        let others = conditions
            .iter()
            .filter(move |other| !one.excludes(**other));
        others.map(move |other| (one, *other))
    };
    let mut open: BTreeSet<_> = conditions.iter().copied().flat_map(both).collect();
    let mut rows = vec![Manner::default()];
    while let Some((one, other)) = open.first().copied() {
        let mut manner = Manner::default().with(one).with(other);
        loop {
            let gain =
                |condition: &Condition| pairs(manner.with(*condition)).intersection(&open).count();
            let before = pairs(manner).intersection(&open).count();
            let candidates = conditions.iter().copied();
            let candidates = candidates.filter(|one| !manner.has(*one) && manner.admits(*one));
            let best = candidates
                .rev()
                .max_by_key(gain)
                .filter(|best| gain(best) > before);
            match best {
                Some(best) => manner = manner.with(best),
                None => break,
            }
        }
        for pair in pairs(manner) {
            open.remove(&pair);
        }
        rows.push(manner);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_two_conditions_that_go_together_meet_in_a_row_and_no_row_contradicts_itself() {
        let rows = pairwise(&Condition::ALL);
        for one in Condition::ALL {
            for other in Condition::ALL {
                let meet = rows.iter().any(|row| row.has(one) && row.has(other));
                assert_eq!(meet, !one.excludes(other), "{one:?} {other:?}");
            }
        }
        assert!(rows[0].is_plain());
        assert!(rows.len() < 40, "{} rows", rows.len());
        let few = [Condition::Http10, Condition::Browser, Condition::NoAccept];
        assert_eq!(pairwise(&few).len(), 2);
    }
}
