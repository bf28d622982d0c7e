//! The self-proof: which defects there are, and what the command makes of those that the suites find,
//! of those that they miss, and of what they reproach wrongly.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "common/tested.rs"]
mod tested;

use assert_cmd::Command;
use assize::contract::Requirements;
use assize::model::{Level, RequirementId};
use assize::record::{Found, ProofInfo, prove};
use assize::reference::defect::{self, Area, Defect};
use assize::suite::Plan;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tested::binary;

/// No proof of these tests takes near so long.
const LIMIT: Duration = Duration::from_mins(5);

/// A finished run of the command.
struct Run {
    exit_code: i32,
    stdout: String,
    stderr: String,
    folder: TempDir,
}

fn assize(arguments: &[&str]) -> Run {
    assize_in(tempfile::tempdir().unwrap(), arguments)
}

fn assize_in(folder: TempDir, arguments: &[&str]) -> Run {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder.path())
        .env("CI", "true")
        .args(arguments)
        .timeout(LIMIT);
    let output = command.output().unwrap();
    Run {
        exit_code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        folder,
    }
}

fn write_suite(folder: &TempDir, cases: &str) {
    let suites = folder.path().join("mine");
    std::fs::create_dir(&suites).unwrap();
    let text = format!("suite: mine\ntitle: Mine\ncases:\n{cases}");
    std::fs::write(suites.join("mine.yaml"), text).unwrap();
}

/// Proves a suite of one's own against these defects.
fn prove_suite(cases: &str, defects: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    write_suite(&folder, cases);
    assize_in(folder, &["prove", "--suites", "mine", "--defect", defects])
}

impl Run {
    #[track_caller]
    fn assert_exit(&self, exit_code: i32) {
        assert_eq!(
            self.exit_code, exit_code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
    }

    #[track_caller]
    fn assert_says(&self, part: &str) {
        assert!(
            self.stdout.contains(part),
            "{part:?} is not in:\n{}",
            self.stdout
        );
    }

    fn report(&self, name: &str) -> String {
        let reports = self.folder.path().join("reports");
        let folders: Vec<PathBuf> = std::fs::read_dir(reports)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(folders.len(), 1, "one run has one whole folder");
        std::fs::read_to_string(folders[0].join(name)).unwrap()
    }

    fn matrix(&self) -> Value {
        serde_json::from_str(&self.report("prove.json")).unwrap()
    }
}

const UNKNOWN_IS_404: &str = "
  - id: mine.unknown
    title: Nobody is not found
    proves: get.unknown
    steps:
      - name: get
        request: {method: GET, path: \"/user/${uuid}\"}
        expect: {status: 404}
";

#[test]
fn defects_that_are_found_are_killed() {
    let names = [
        "alias-lower-case",
        "create-status-201",
        "create-takes-number-as-alias",
        "crossing-creates-share-session-id",
        "delete-by-any-secret",
        "delete-takes-next",
        "get-leaks-email",
        "load-delete-forgotten",
        "x-error-missing-on-404",
    ];
    let run = assize(&["prove", "--defect", &names.join(",")]);
    run.assert_exit(0);
    run.assert_says("PROVED all 9 defects killed, no collateral");
    let matrix = run.matrix();
    assert_eq!(matrix["honest"]["passed"], true);
    let defects = matrix["defects"].as_array().unwrap();
    let mut listed: Vec<&str> = defects
        .iter()
        .map(|defect| defect["name"].as_str().unwrap())
        .collect();
    listed.sort_unstable();
    assert_eq!(listed, names);
    let page = run.report("prove.md");
    for defect in defects {
        let name = defect["name"].as_str().unwrap();
        assert_eq!(defect["verdict"], "killed", "{name}");
        let requirement = &defect["caught_by"][0]["requirements"][0];
        assert!(
            defect["breaks"].as_array().unwrap().contains(requirement),
            "{name}"
        );
        assert!(page.contains(&format!("| `{name}` |")), "{page}");
        run.assert_says(&format!("killed      {name} "));
    }
    let requirements = matrix["requirements"].as_array().unwrap();
    let get_alias = requirements.iter().find(|one| one["id"] == "get.alias");
    let get_alias = get_alias.unwrap();
    assert_eq!(get_alias["caught"][0], "alias-lower-case");
    assert_eq!(get_alias["covered"], true);
}

#[test]
fn a_survivor_makes_it_red() {
    let run = prove_suite(UNKNOWN_IS_404, "get-unknown-500,get-malformed-200");
    run.assert_exit(1);
    run.assert_says("of 2 defects 1 survived");
    run.assert_says("survived get-malformed-200: ");
    let defects = &run.matrix()["defects"];
    assert_eq!(defects[0]["name"], "get-unknown-500");
    assert_eq!(defects[0]["verdict"], "killed");
    assert_eq!(defects[0]["caught_by"][0]["case"], "mine.unknown");
    assert_eq!(defects[1]["verdict"], "survived");
}

#[test]
fn a_warning_alone_kills_no_defect_of_level_must() {
    let softened = UNKNOWN_IS_404.replace("{status: 404}", "{level: should, status: 404}");
    let run = prove_suite(&softened, "get-unknown-500");
    run.assert_exit(1);
    assert_eq!(run.matrix()["defects"][0]["verdict"], "survived");
}

#[test]
fn a_reproach_of_what_is_not_broken_makes_it_red() {
    let muddled = "
  - id: mine.kinds
    title: A case that blames another requirement
    proves: error.kinds
    steps:
      - name: get
        request: {method: GET, path: \"/user/${uuid}\"}
        expect: {status: 404}
";
    let run = prove_suite(&format!("{UNKNOWN_IS_404}{muddled}"), "get-unknown-500");
    run.assert_exit(1);
    run.assert_says("of 1 defects 1 were found with collateral");
    run.assert_says("mine.kinds (get) reproaches error.kinds (must): status is 500, expected 404");
    let stray = &run.matrix()["defects"][0]["collateral"][0];
    assert_eq!(stray["case"], "mine.kinds");
    assert_eq!(stray["finding"]["requirements"][0], "error.kinds");
}

#[test]
fn what_cannot_be_tried_is_no_collateral() {
    let resting = "
  - id: mine.rest
    title: A case that rests on another requirement
    proves: error.kinds
    given:
      - name: nobody is not found
        request: {method: GET, path: \"/user/${uuid}\"}
        expect: {status: 404}
    steps:
      - name: get
        request: {method: GET, path: \"/user/${uuid}\"}
        expect: {status: 404}
";
    let run = prove_suite(&format!("{UNKNOWN_IS_404}{resting}"), "get-unknown-500");
    run.assert_exit(0);
    assert_eq!(run.matrix()["defects"][0]["blocked"], 1);
}

/// Proves a suite of one case by defects that are drawn.
fn draw(arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    write_suite(&folder, UNKNOWN_IS_404);
    let all = ["prove", "--suites", "mine", "--random", "3", "--seed", "5"];
    assize_in(folder, &[&all, arguments].concat())
}

#[test]
fn random_defects_are_drawn_by_the_seed_and_judged_by_the_share_that_is_killed() {
    let lenient = draw(&["--at-least", "0"]);
    lenient.assert_exit(0);
    let matrix = lenient.matrix();
    assert_eq!(matrix["run"]["draw"]["at_least"], 0.0);
    let names = |matrix: &Value| -> Vec<String> {
        let defects = matrix["defects"].as_array().unwrap();
        let names = defects.iter().map(|one| one["name"].as_str().unwrap());
        names.map(str::to_owned).collect()
    };
    assert_eq!(names(&matrix).len(), 3);
    for defect in matrix["defects"].as_array().unwrap() {
        assert!(defect["says"].as_str().unwrap().contains(", but only "));
    }
    assert!(
        lenient
            .report("prove.md")
            .contains("Drawn at random with this seed: 3 defects")
    );
    let strict = draw(&["--at-least", "100%"]);
    strict.assert_exit(1);
    strict.assert_says("of 3 defects 3 survived");
    assert_eq!(names(&strict.matrix()), names(&matrix));
}

#[test]
fn a_share_is_from_nothing_to_all_and_only_for_what_is_drawn() {
    draw(&["--at-least", "101"]).assert_exit(2);
    assize(&["prove", "--at-least", "97"]).assert_exit(2);
    assize(&["prove", "--random", "0"]).assert_exit(2);
}

#[test]
fn suites_that_the_honest_server_does_not_pass_prove_nothing() {
    let wrong = UNKNOWN_IS_404.replace("{status: 404}", "{status: 400}");
    let run = prove_suite(&wrong, "get-unknown-500");
    run.assert_exit(1);
    run.assert_says("the honest server did not pass");
    run.assert_says(
        "mine.unknown (get) reproaches get.unknown (must): status is 404, expected 400",
    );
}

#[test]
fn a_name_that_no_defect_has_is_bad_usage() {
    let run = assize(&["prove", "--defect", "get-unknwon-200"]);
    run.assert_exit(2);
    assert!(
        run.stderr.contains("did you mean `get-unknown-200`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_requirement_without_a_caught_defect_is_not_covered() {
    let requirements = Requirements::builtin().unwrap();
    let info = |complete| ProofInfo {
        id: "test".into(),
        version: "0".into(),
        seed: 1,
        jobs: 1,
        complete,
        draw: None,
        started: String::new(),
        duration_ms: 0.0,
        interrupted: false,
    };
    let proof = |complete| {
        let (found, plan) = (Found::default(), Plan::default());
        prove(info(complete), &found, &plan, &requirements).conclusion
    };
    let uncovered = format!(
        "{} requirements are not covered",
        requirements
            .iter()
            .filter(|one| one.level > Level::May)
            .count()
    );
    assert!(proof(true).sentence.contains(&uncovered));
    assert!(!proof(false).sentence.contains(&uncovered));
}

#[test]
fn the_server_lists_its_defects_and_misbehaves_as_told() {
    let list = assize(&["serve", "--defects"]);
    list.assert_exit(0);
    list.assert_says(
        "get-malformed-500 (status; get.malformed-id, error.no-5xx, error.status-set)\n",
    );
    let listed = assize(&["serve", "--defects", "--json"]);
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let all = listed.as_array().unwrap();
    assert_eq!(all.len(), defect::all().count());
    let one = all.iter().find(|one| one["name"] == "get-unknown-500");
    let one = one.unwrap();
    assert_eq!(
        one["breaks"],
        json!([
            "get.unknown",
            "error.no-5xx",
            "delete.gone",
            "delete.gone-at-once"
        ])
    );
    assert_eq!(
        (&one["area"], &one["level"]),
        (&json!("status"), &json!("must"))
    );
    assert_eq!(one["only_under_load"], false);
    let server = Misbehaving::start("get-unknown-500");
    let run = assize(&["check", &server.base_url, "--case", "get.unknown.anonymous"]);
    run.assert_exit(1);
    let elsewhere = assize(&["check", &server.base_url, "--case", "create.malformed.*"]);
    elsewhere.assert_exit(0);
}

#[test]
fn a_composition_shows_under_its_condition_and_at_no_other_time() {
    let list = assize(&["serve", "--defects"]);
    list.assert_says("x-error-missing-over-http-1-0 (headers; error.x-error)\n");
    list.assert_says("No refusal has an x-error, but only over HTTP/1.0.");
    // The second is not listed: it is one of those that may be drawn at random.
    for name in [
        "x-error-missing-over-http-1-0",
        "x-error-missing-on-404-over-http-1-0",
    ] {
        let server = Misbehaving::start(name);
        let seen = |version: &str| {
            server.says(&format!(
                "GET {{}}/user/7 HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n"
            ))
        };
        let missing = |version: &str| !seen(version).contains("x-error: ");
        assert_eq!(missing("1.0"), !name.contains("404"), "{name}");
        assert!(!missing("1.1"), "{name}");
        assert!(seen("1.0").contains("x-error-id: "), "{name}");
    }
}

/// A server that misbehaves, until it is dropped.
struct Misbehaving {
    process: Child,
    base_url: String,
}

impl Misbehaving {
    fn start(defect: &str) -> Self {
        let mut process = std::process::Command::new(binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--defect", defect])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let base_url = line.trim().trim_start_matches("listening at ").to_owned();
        Self { process, base_url }
    }
}

impl Misbehaving {
    /// What it answers to a request in which `{}` stands for the base path.
    fn says(&self, request: &str) -> String {
        let place = self.base_url.strip_prefix("http://").unwrap();
        let (host, path) = place.split_once('/').unwrap();
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        let request = request.replace("{}", &format!("/{path}"));
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Misbehaving {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for defect in defect::all() {
        let name = defect.name;
        let kebab = name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
        assert!(kebab && !name.starts_with('-'), "{name}");
        assert!(seen.insert(name), "{name} is listed twice");
        assert!(defect.says.ends_with('.'), "{name}: {}", defect.says);
    }
    assert!(seen.len() >= 100, "only {} defects", seen.len());
}

#[test]
fn every_area_has_defects() {
    for area in Area::ALL {
        let number = defect::all().filter(|defect| defect.area == area).count();
        assert!(number >= 3, "{} has {number}", area.as_str());
    }
}

#[test]
fn defects_break_requirements_of_the_catalogue_at_their_level() {
    let requirements = Requirements::builtin().unwrap();
    let level_of = |defect: &Defect, id: &str| {
        let requirement = requirements.get(&RequirementId::new(id));
        let requirement = requirement
            .unwrap_or_else(|| panic!("{} breaks {id}, which there is not", defect.name));
        requirement.level
    };
    for defect in defect::all() {
        let gravest = defect.breaks.iter().map(|id| level_of(defect, id)).max();
        assert!(gravest >= Some(defect.level), "{}", defect.name);
    }
}

#[test]
fn every_requirement_is_broken_by_a_defect() {
    let requirements = Requirements::builtin().unwrap();
    let broken: BTreeSet<&str> = defect::all().flat_map(|one| one.breaks).copied().collect();
    let whole: Vec<&str> = requirements
        .iter()
        .filter(|one| one.level > Level::May && !broken.contains(one.id.as_str()))
        .map(|one| one.id.as_str())
        .collect();
    assert!(whole.is_empty(), "no defect breaks {}", whole.join(", "));
}
