//! Pages in a real browser: what they say to its console and ask of the network, whether their text has
//! room on narrow and wide screens and on paper, and whether a keyboard and a screen reader suffice.

use std::path::Path;

use assize::compare::{ComparisonRecord, Tolerance};
use assize::history::Trends;
use assize::report::{certificate, comparison_page, difference_page, history_page, html};
use serde_json::json;

use super::{page, program};
use crate::common::{difference, hostile, installed, sample};

/// What `tests/browser-parts.sh` installs besides the browser.
const PARTS: &str = "browser-parts/node_modules/axe-core";

const SCRIPT: &str = "tests/browser-parts.sh";

/// Where the pages stay, with their screenshots in both colour schemes and their prints.
const KEPT: &str = "target/browser";

const BROWSER: &str = "chromium";

/// The pages that are opened: of each kind of content one.
fn pages(comparison: &ComparisonRecord, trends: &Trends) -> Vec<(&'static str, String)> {
    vec![
        ("failing", html(&sample::failing())),
        ("load", html(&sample::watched_load())),
        ("threshold", html(&sample::missed_threshold())),
        ("hostile", html(&hostile::report())),
        (
            "certificate",
            certificate(&sample::failing(), &"5e".repeat(32)),
        ),
        ("comparison", comparison_page(comparison)),
        ("difference", difference_page(&difference::few())),
        ("history", history_page(trends, Tolerance::default())),
        ("large", html(&page::large())),
        ("large-difference", difference_page(&difference::many())),
        ("operations", html(&page::operations())),
    ]
}

/// Twenty builds, the last of which are slower and violate a requirement.
fn trends() -> serde_json::Result<Trends> {
    let commit = |index: usize| format!("{:07x}a1", 0x0b5_3c41 * (index + 3) % 0x0fff_ffff);
    let trend = |figure: &str, unit: &str, us: f64| {
        let points = (0..20).map(|index| {
            let slower = if index < 12 { 1.0 } else { 1.4 };
            json!({"build": commit(index), "run": format!("run-{index}"), "us": us * slower})
        });
        json!({
            "figure": figure, "unit": unit, "points": points.collect::<Vec<_>>(),
            "changes": [{"index": 12, "build": commit(12), "before_us": us, "after_us": us * 1.4}],
            "standing": {"build": commit(12), "ratio": 0.4},
        })
    };
    let requirement = |id: &str, since: Option<String>| json!({"id": id, "runs": 20, "violated": 8, "flips": 3, "since": since});
    serde_json::from_value(json!({
        "format": Trends::FORMAT, "machine": "AMD EPYC 7763, 8 processors, Linux 6.8.0",
        "compared": 20, "others": 3,
        "trends": [
            trend("p50", "microseconds", 1_100.0), trend("p99", "microseconds", 48_000.0),
            trend("CPU an answer", "cpu-microseconds", 310.0),
        ],
        "requirements": [
            requirement("delete.credentials.foreign-session", Some(commit(12))),
            requirement("error.x-error-id", None),
        ],
    }))
}

#[test]
fn a_reader_in_a_browser_meets_no_obstacle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let remedy = format!("{SCRIPT} installs it");
    let Some(browser) = installed::program(BROWSER, &remedy) else {
        return;
    };
    let Some(axe) = installed::part(PARTS, SCRIPT) else {
        return;
    };
    let parts = axe.ancestors().nth(2).unwrap();
    let kept = root.join(KEPT);
    std::fs::create_dir_all(&kept).unwrap();
    // Of a server with itself, eight starts a side.
    let comparison = include_str!("kept/comparison.json");
    let comparison: ComparisonRecord = serde_json::from_str(comparison).unwrap();
    for (name, page) in pages(&comparison, &trends().unwrap()) {
        std::fs::write(kept.join(format!("{name}.html")), page).unwrap();
    }
    let script = root.join("tests/reports/browser/page.mjs");
    let arguments = [&script, parts, &browser, &kept].map(|path| path.to_str().unwrap());
    let Some(problems) = program::output("node", &arguments, "") else {
        return;
    };
    assert_eq!(problems, "", "the pages and screenshots are in {KEPT}");
}
