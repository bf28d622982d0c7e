//! `--live`: a page of a run under way, and its metrics, for whoever looks on; the run is the same without.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::installed;
use crate::tested::binary;

/// A run that is looked at.
struct LookedAt {
    child: Child,
    says: BufReader<ChildStderr>,
    address: String,
    folder: tempfile::TempDir,
}

impl LookedAt {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(binary())
            .args(arguments)
            .args(["--live", "--json", "results.json"])
            .current_dir(folder.path())
            .env("CI", "true")
            .env("ASSIZE_ACCEPT_INVALID", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut says = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("live at http://") {
            line.clear();
            assert!(says.read_line(&mut line).unwrap() > 0, "it says no address");
        }
        let address = line.trim().trim_start_matches("live at http://");
        let address = address.trim_end_matches('/').to_owned();
        Self {
            child,
            says,
            address,
            folder,
        }
    }

    /// Asks for a path, by the host that is told, and gives the open connection.
    fn ask(&self, path: &str, host: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    fn get(&self, path: &str) -> String {
        let mut text = String::new();
        self.ask(path, &self.address)
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    /// Reads all parts of the page that are sent, up to the one that says that there are no more.
    fn parts(&self, mut take: impl FnMut(&str)) {
        let mut events = self.ask("/events", &self.address);
        let mut line = String::new();
        while !line.starts_with("event: end") {
            line.clear();
            let length = events.read_line(&mut line).unwrap();
            assert!(length > 0, "the events end without an end");
            let data = line.strip_prefix("data: ");
            if let Some(part) = data.and_then(|data| serde_json::from_str::<String>(data).ok()) {
                take(&part);
            }
        }
    }

    fn end(mut self) -> (Option<i32>, serde_json::Value) {
        let mut rest = String::new();
        self.says.read_to_string(&mut rest).unwrap();
        let exit_code = self.child.wait().unwrap().code();
        let results = std::fs::read_to_string(self.folder.path().join("results.json")).unwrap();
        (exit_code, serde_json::from_str(&results).unwrap())
    }
}

/// The value of a line of metrics.
fn metric(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines();
    let line = lines.find(|line| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

#[test]
fn a_load_is_shown_each_second_with_its_charts_and_ends_with_the_run() {
    let run = LookedAt::start(&[
        "load",
        "--rate",
        "100/s",
        "--duration",
        "4s",
        "--warm-up",
        "500ms",
    ]);
    let page = run.get("/");
    assert!(
        page.contains("live.js") && page.contains("Under way"),
        "{page}"
    );
    assert!(run.get("/live.js").contains("EventSource"));
    // Somebody who opens the events and reads none of them holds up nothing.
    let silent = run.ask("/events", &run.address);
    let others = run
        .ask("/", "evil.example:80")
        .lines()
        .next()
        .unwrap()
        .unwrap();
    assert!(others.contains("403"), "{others}");
    let (mut charts, mut counted) = (0, 0);
    run.parts(|part| {
        charts += usize::from(part.contains("Answers a second") && part.contains("p99"));
        if charts == 1 {
            let metrics = run.get("/metrics");
            counted = metric(&metrics, "assize_response_seconds_count").unwrap_or_default();
        }
    });
    assert!(charts > 1, "{charts}");
    drop(silent);
    let (exit_code, results) = run.end();
    assert_eq!(exit_code, Some(0));
    let answered = results["loads"][0]["answered"].as_u64().unwrap();
    assert!(
        answered >= 380 && counted <= answered,
        "{counted} of {answered}"
    );
}

#[test]
fn what_a_check_finds_is_shown_by_requirement_while_it_goes_on() {
    let run = LookedAt::start(&["check", "--jobs", "1", "--case", "get.*,delete.b*"]);
    let mut last = String::new();
    run.parts(|part| part.clone_into(&mut last));
    let (exit_code, results) = run.end();
    assert_eq!(exit_code, Some(0));
    let passed = results["totals"]["pass"].as_u64().unwrap();
    assert!(
        last.contains(&format!("<b>{passed}</b>")),
        "{passed}: {last}"
    );
}

/// Where the screenshots stay: in both colour schemes, on a narrow and on a wide screen.
const KEPT: &str = "target/browser/live";

#[test]
fn a_reader_in_a_browser_meets_no_obstacle_in_mid_run_and_the_end_of_the_browser_changes_nothing() {
    let script = "tests/browser-parts.sh";
    let browser = installed::program("chromium", &format!("{script} installs it"));
    let node = installed::program("node", "tests/parts.sh installs it");
    let axe = installed::part("browser-parts/node_modules/axe-core", script);
    let (Some(browser), Some(node), Some(axe)) = (browser, node, axe) else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = root.join(KEPT);
    std::fs::create_dir_all(&kept).unwrap();
    let run = LookedAt::start(&[
        "load",
        "--rate",
        "100/s",
        "--duration",
        "25s",
        "--slo",
        "p99 < 2s",
        "--slo",
        "errors < 1%",
    ]);
    let looked = Command::new(node)
        .arg(root.join("tests/reports/browser/page.mjs"))
        .args([axe.ancestors().nth(2).unwrap(), &browser, &kept])
        .arg(format!("http://{}/", run.address))
        .output()
        .unwrap();
    let (exit_code, results) = run.end();
    let remarks = String::from_utf8_lossy(&looked.stderr);
    assert!(looked.status.success(), "{remarks}");
    let problems = String::from_utf8_lossy(&looked.stdout);
    assert_eq!(problems, "", "the screenshots are in {KEPT}");
    assert_eq!(exit_code, Some(0), "{}", results["conclusion"]["sentence"]);
    let answered = results["loads"][0]["answered"].as_u64().unwrap();
    assert!(answered >= 2_450, "{answered}");
}
