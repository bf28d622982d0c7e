//! Pages in a real browser: what they say to its console and ask of the network, whether their text has
//! room on narrow and wide screens and on paper, and whether a keyboard and a screen reader suffice.

use std::path::Path;

use assize::compare::ComparisonRecord;
use assize::report::{certificate, comparison_page, difference_page, html};

use super::{page, program};
use crate::common::{difference, hostile, installed, sample};

/// What `tests/browser-parts.sh` installs besides the browser.
const PARTS: &str = "browser-parts/node_modules/axe-core";

const SCRIPT: &str = "tests/browser-parts.sh";

/// Where the pages stay, with their screenshots in both colour schemes and their prints.
const KEPT: &str = "target/browser";

const BROWSER: &str = "chromium";

/// The pages that are opened: of each kind of content one.
fn pages(comparison: &ComparisonRecord) -> Vec<(&'static str, String)> {
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
        ("large", html(&page::large())),
        ("large-difference", difference_page(&difference::many())),
        ("operations", html(&page::operations())),
    ]
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
    for (name, page) in pages(&comparison) {
        std::fs::write(kept.join(format!("{name}.html")), page).unwrap();
    }
    let script = root.join("tests/reports/browser/page.mjs");
    let arguments = [&script, parts, &browser, &kept].map(|path| path.to_str().unwrap());
    let Some(problems) = program::output("node", &arguments, "") else {
        return;
    };
    assert_eq!(problems, "", "the pages and screenshots are in {KEPT}");
}
