//! Which defects a proof tries: all, some by name, or some that are composed at random.

use futures_util::future::join_all;
use std::collections::HashMap;

use super::failure::Failure;
use super::runtime::on_many_threads;
use crate::edge::{EmbeddedTarget, tour};
use crate::engine::Stop;
use crate::model::did_you_mean;
use crate::record::Draw;
use crate::reference::defect::{self, Defect, Trigger};
use crate::suite::Wildcard;

/// Which defects a proof is to try.
pub(crate) enum DefectChoice<'a> {
    /// Those whose names are as one of these patterns says; all, if there is none.
    Named(&'a [String]),
    /// So many that are composed at random, of which a share in percent is to be killed.
    Drawn { number: usize, at_least: f64 },
}

/// The defects that a proof tries.
pub(crate) struct DefectSelection {
    pub(crate) defects: Vec<&'static Defect>,
    /// Whether these are all that are listed.
    pub(super) is_complete: bool,
    /// How they were drawn, if they were.
    pub(super) draw: Option<Draw>,
}

impl DefectSelection {
    /// What is drawn is drawn by the seed, and this many are looked at at once.
    pub(crate) fn new(
        choice: &DefectChoice<'_>,
        (seed, jobs, stop): (u64, usize, &Stop),
    ) -> Result<Self, Failure> {
        match *choice {
            DefectChoice::Named(patterns) => Ok(Self {
                defects: selected(patterns)?,
                is_complete: patterns.is_empty(),
                draw: None,
            }),
            DefectChoice::Drawn { number, at_least } => {
                let mut drawing = DefectDraw::of(number);
                on_many_threads(drawing.draw(seed, jobs, stop))??;
                Ok(Self {
                    defects: drawing.defects,
                    is_complete: false,
                    draw: Some(Draw {
                        at_least,
                        invisible: drawing.invisible,
                    }),
                })
            }
        }
    }
}

/// A draw under way.
struct DefectDraw {
    wanted: usize,
    defects: Vec<&'static Defect>,
    invisible: Vec<String>,
    /// Of each condition what its round shows at the honest server; nothing, if that varies.
    honest: HashMap<&'static str, Option<Vec<String>>>,
}

impl DefectDraw {
    fn of(wanted: usize) -> Self {
        Self {
            wanted,
            defects: Vec::new(),
            invisible: Vec::new(),
            honest: HashMap::new(),
        }
    }

    /// Draws until there are as many as are wanted, or no more. Whatever cannot be seen by a client that
    /// brings the condition about is drawn in vain.
    async fn draw(&mut self, seed: u64, jobs: usize, stop: &Stop) -> Result<(), Failure> {
        let mut candidates = defect::drawn(seed).into_iter();
        while self.defects.len() < self.wanted && !stop.is_set() {
            let some = jobs.min(self.wanted - self.defects.len());
            let next: Vec<_> = candidates.by_ref().take(some).collect();
            if next.is_empty() {
                break;
            }
            self.look_at_honest(&next).await?;
            // Servers are given defects that last as long as the process; a draw has a few hundred.
            let composed = next
                .iter()
                .map(|(behaviour, condition)| -> &'static Defect {
                    Box::leak(Box::new(behaviour.behind(condition)))
                });
            let composed: Vec<&'static Defect> = composed.collect();
            let looks = composed.iter().map(|one| seen(Some(one), one.condition));
            for (composed, seen) in composed.iter().zip(join_all(looks).await) {
                let honest = self.honest.get(composed.condition.name);
                let honest = honest.and_then(Option::as_ref);
                if honest.is_some_and(|honest| seen.as_ref().is_ok_and(|seen| seen != honest)) {
                    self.defects.push(composed);
                } else {
                    self.invisible.push(composed.name.to_owned());
                }
                seen?;
            }
        }
        Ok(())
    }

    /// Makes the rounds of these conditions at the honest server, each twice, if they were not made yet.
    async fn look_at_honest(
        &mut self,
        next: &[(&'static Defect, &'static Trigger)],
    ) -> Result<(), Failure> {
        let mut conditions: Vec<&'static Trigger> = next.iter().map(|(_, one)| *one).collect();
        conditions.retain(|one| !self.honest.contains_key(one.name));
        conditions.dedup_by_key(|one| one.name);
        let looks = conditions.iter().map(|condition| async move {
            let (one, other) = (seen(None, condition).await?, seen(None, condition).await?);
            Ok::<_, Failure>((condition.name, (one == other).then_some(one)))
        });
        for look in join_all(looks).await {
            let (name, honest) = look?;
            self.honest.insert(name, honest);
        }
        Ok(())
    }
}

/// What a client sees that brings a condition about and makes a round of the whole API.
async fn seen(
    defect: Option<&'static Defect>,
    condition: &'static Trigger,
) -> Result<Vec<String>, Failure> {
    let target =
        EmbeddedTarget::start_with(defect).map_err(|error| Failure::Machine(error.to_string()))?;
    Ok(tour(&target, &condition.provoked).await)
}

/// The defects whose names are as one of the patterns says; all, if there is no pattern.
fn selected(patterns: &[String]) -> Result<Vec<&'static Defect>, Failure> {
    let wildcards: Vec<Wildcard> = patterns.iter().map(Wildcard::new).collect();
    let selected: Vec<&'static Defect> = defect::all()
        .filter(|defect| {
            wildcards.is_empty() || wildcards.iter().any(|one| one.matches(defect.name))
        })
        .collect();
    if !selected.is_empty() || patterns.is_empty() {
        return Ok(selected);
    }
    // Compositions that a draw may hold have names, too, but are not listed.
    let composed = patterns
        .iter()
        .map(|name| defect::named(name).ok_or_else(|| unknown_defect(name)));
    composed.collect()
}

/// Says that there is no such defect, and which one may be meant.
pub(crate) fn unknown_defect(name: &str) -> Failure {
    let close = did_you_mean(name, defect::all().map(|defect| defect.name));
    let close = close.map_or_else(String::new, |close| format!("{close} "));
    Failure::Usage(format!(
        "there is no defect `{name}`; {close}`assize serve --defects` lists them"
    ))
}
