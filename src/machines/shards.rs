//! From the records of the shards of a check to one record.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Outcome, RunId};
use crate::record::{MergeError, MergedRun, Record, RunInfo, ShardUse, Trouble, sha256};

/// So much of a digest tells runs apart in a name.
const DIGITS: usize = 8;
/// So many characters of a time in RFC 3339 tell the second.
const SECONDS: usize = 19;

/// Why records are not the shards of one check.
#[derive(Debug, thiserror::Error)]
pub enum NoShards {
    /// One is no shard.
    #[error(
        "{0} is no shard of a check: make shards with `assize check --shard 1/N`, or name the folder that the workers of a plan share"
    )]
    Whole(String),
    /// One is there twice.
    #[error("shard {shard} is there twice: {first} and {again}; leave one of them out")]
    Twice {
        /// The shard.
        shard: ShardUse,
        /// The run that was named first.
        first: RunId,
        /// The run that was named again.
        again: RunId,
    },
    /// They are shards of different checks.
    #[error("{run} is no shard of the same check as {other}: they differ in their {what}")]
    Differ {
        /// One run.
        run: RunId,
        /// Another one.
        other: RunId,
        /// What they differ in.
        what: &'static str,
    },
    /// One has a load that is not the others'.
    #[error(transparent)]
    Load(#[from] MergeError),
}

/// Puts the shards of a check together; their order does not matter. Of those that are missing, so many may be.
///
/// # Errors
///
/// If they are not shards of one check.
pub fn join_shards(records: Vec<Record>, allowed_missing: usize) -> Result<MergedRun, NoShards> {
    let mut shards: BTreeMap<usize, Record> = BTreeMap::new();
    for record in records {
        let Some(shard) = record.run.shard else {
            return Err(NoShards::Whole(record.run.id.to_string()));
        };
        if let Some(first) = shards.get(&shard.shard) {
            return Err(NoShards::Twice {
                shard,
                first: first.run.id.clone().min(record.run.id.clone()),
                again: first.run.id.clone().max(record.run.id.clone()),
            });
        }
        shards.insert(shard.shard, record);
    }
    let Some(first) = shards.values().next().map(|record| record.run.clone()) else {
        return Err(NoShards::Whole("nothing".to_owned()));
    };
    for record in shards.values() {
        must_be_like(&record.run, &first)?;
    }
    let count = first.shard.map_or(1, |shard| shard.shards);
    let missing: Vec<String> = (1..=count)
        .filter(|shard| !shards.contains_key(shard))
        .map(|shard| format!("{shard}/{count}"))
        .collect();
    let mut merged = MergedRun::new(whole(first, &shards));
    for (shard, record) in shards {
        merged.add(record, &format!("shard {shard}/{count}"))?;
    }
    judge_presence(&mut merged, &missing, allowed_missing);
    Ok(merged)
}

fn judge_presence(merged: &mut MergedRun, missing: &[String], allowed: usize) {
    if missing.is_empty() {
        return;
    }
    let are = if missing.len() == 1 { "is" } else { "are" };
    let text = format!("shard {} {are} missing", missing.join(" and shard "));
    if missing.len() <= allowed {
        merged.notice(format!(
            "INCOMPLETE: {text}, and --allow-missing {allowed} lets that pass: its cases were not run"
        ));
    } else {
        merged.trouble(Trouble {
            outcome: Outcome::Broken,
            text: format!("{text}, so its cases were not run; run it, and merge again"),
        });
    }
}

/// What is known of the run of all shards.
fn whole(first: RunInfo, all: &BTreeMap<usize, Record>) -> RunInfo {
    let runs = || all.values().map(|record| &record.run);
    let ids: Vec<&str> = runs().map(|run| run.id.as_str()).collect();
    let mut digest = sha256(ids.join("\n").as_bytes());
    digest.truncate(DIGITS);
    let started = runs().map(|run| run.started.clone()).min();
    let started = started.unwrap_or_default();
    let second: String = started
        .chars()
        .take(SECONDS)
        .filter(|one| !"-:".contains(*one))
        .collect();
    let seeds: BTreeSet<u64> = runs().map(|run| run.seed).collect();
    RunInfo {
        id: RunId::new(format!("{second}Z-{}-{digest}", first.verb)),
        started,
        // Of several seeds none makes all of it again.
        seed: if seeds.len() == 1 { first.seed } else { 0 },
        tag: String::new(),
        shard: None,
        interrupted: runs().any(|run| run.interrupted),
        ..first
    }
}

fn must_be_like(run: &RunInfo, other: &RunInfo) -> Result<(), NoShards> {
    let suites = |of: &RunInfo| of.suites.as_ref().map(|suites| suites.sha256.clone());
    let shards = |of: &RunInfo| of.shard.map(|shard| shard.shards);
    for (differ, what) in [
        (run.version != other.version, "version of assize"),
        (run.verb != other.verb, "verb"),
        (run.target != other.target && !run.embedded, "target"),
        (run.embedded != other.embedded, "target"),
        (suites(run) != suites(other), "suites"),
        (shards(run) != shards(other), "number of shards"),
        (run.selection != other.selection, "selection of cases"),
        (run.strict != other.strict, "option --strict"),
        (
            run.accept_partial != other.accept_partial,
            "option --accept-partial",
        ),
    ] {
        if differ {
            return Err(NoShards::Differ {
                run: run.id.clone(),
                other: other.id.clone(),
                what,
            });
        }
    }
    Ok(())
}
