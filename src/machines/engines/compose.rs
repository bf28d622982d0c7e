//! A file for `docker compose`: a service for each worker, and one for the merge.

use std::fmt::Write;

use super::super::plan::WorkPlan;
use super::{EngineSettings, scalar, variables};

pub(super) fn file(plan: &WorkPlan, settings: &EngineSettings) -> String {
    let mark = settings.mark();
    let image = scalar(&settings.image);
    let plan_file = scalar(&mounted(&settings.plan_file));
    let mut text = format!(
        "# {says}
#
#     docker compose -f THIS_FILE up --detach
#     docker compose -f THIS_FILE wait merge     # ends with the exit code of the merge
#     docker compose -f THIS_FILE down --volumes # the store is for one run
name: assize-{mark}
services:
",
        says = plan.says
    );
    let folder = format!("/store/{mark}");
    let bucket = settings.bucket();
    let store = scalar(bucket.unwrap_or(&folder));
    let names = [variables(plan), settings.bucket_variables().to_vec()].concat();
    for index in 0..plan.workers {
        // Writing to a text cannot fail.
        let _written = write!(
            text,
            "  work-{index}:
    image: {image}
    command: [work, /plan/plan.json, --index, \"{index}\", --store, {store}]
    volumes:
      - {plan_file}
      - store:{mount}
{environment}",
            mount = if bucket.is_some() { "/tmp" } else { "/store" },
            environment = environment(&names),
        );
    }
    let wait = settings.wait(plan);
    let _written = write!(
        text,
        "  merge:
    image: {image}
    command: [merge, {store}, --wait, {wait}s, --reports, /reports]
    volumes:
      - store:/store
      - ./reports:/reports
{environment}volumes:
  store: {{}}
",
        environment = environment(settings.bucket_variables()),
    );
    text
}

/// Variables without a value: it is that of whoever starts the containers.
fn environment(names: &[&str]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let lines = names
        .iter()
        .map(|name| format!("      - {}\n", scalar(name)));
    format!("    environment:\n{}", lines.collect::<String>())
}

/// The plan's file in a container. A path without a dot in front would be the name of a volume.
fn mounted(plan_file: &str) -> String {
    let here = if plan_file.starts_with(['/', '.']) {
        ""
    } else {
        "./"
    };
    format!("{here}{plan_file}:/plan/plan.json:ro")
}
