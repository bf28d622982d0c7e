//! What the generator of the load had of its own machine: how far its figures can be trusted.

use super::element::Element;
use super::run;
use crate::record::LoadResult;
use crate::record::quantity::{count, micros, seconds};
use crate::record::{GeneratorResult, Soundness};

/// What assize measured of itself; nothing where it did not.
pub(super) fn generator(load: &LoadResult) -> Option<Element> {
    let own = &load.generator;
    (own.threads > 0).then(|| {
        Element::new("article")
            .class("operation")
            .child(Element::new("h3").text("How far to trust these figures"))
            .child(run::settings(rows(own, load.series.len())))
    })
}

fn rows(own: &GeneratorResult, seconds_told: usize) -> Vec<(&'static str, String)> {
    let figures = match own.soundness {
        Soundness::Sound => "sound: assize kept up",
        Soundness::Limited => "to be read with care: assize was at a limit of its own",
        Soundness::Invalid => "sound in part",
    };
    let figures = match own.unsound.as_slice() {
        [] => figures.to_owned(),
        _ => format!("{figures} ({})", own.told()),
    };
    let late = format!(
        "{} median, {} p99",
        micros(own.own_lag_p50_us),
        micros(own.own_lag_p99_us)
    );
    let threads = format!("{}, busy for {} of the time", own.threads, share(own.cpu));
    let waited = match own.mean_stretch_us {
        0 => share(own.starved),
        stretch => format!(
            "{} of the time, {} at a stretch",
            share(own.starved),
            micros(stretch)
        ),
    };
    let saturated = format!("{} of {seconds_told}", own.saturated_seconds);
    let mut rows = vec![
        ("The figures are", figures),
        ("Iterations late by assize's own fault", late),
        ("Threads that send", threads),
        ("Ready, but without a processor", waited),
        ("Seconds without a pause", saturated),
        ("CPU time of the whole process", seconds(own.process_cpu_s)),
    ];
    if own.descriptors > 0 {
        let limit = own
            .descriptor_limit
            .map(|limit| format!(" of {}", count(limit)));
        let most = format!("{}{}", count(own.descriptors), limit.unwrap_or_default());
        rows.push(("Open descriptors at the most", most));
    }
    rows
}

/// A share with one decimal: most of them are small.
fn share(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
