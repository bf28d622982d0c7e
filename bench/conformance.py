#!/usr/bin/env python3
"""How long 200 one-step cases take as a whole process: assize with its reports against Hurl with its.

    cargo build --release && bench/peers.sh hurl && bench/conformance.py

Each case sends one GET to nginx and judges the status, the content type, one JSON value and the shape of
the body. Hurl gets the same 200 as files and runs two at once. The two take turns, so that a change in the
machine's speed meets both.
"""

import pathlib
import tempfile

from measure import ASSIZE, PEERS, Run, machine, median, need, nginx

CASES = 200
ROUNDS = 15

CASE = """
  - id: fixed.case-{number}
    title: Reads user {number}
    proves: get.alias
    steps:
      - name: get
        request: {{method: GET, path: /user/{number}}}
        expect:
          status: 200
          headers: {{content-type: {{matches: "^application/json"}}}}
          json: {{/alias: someone}}
          schema: user
"""

HURL = """GET http://127.0.0.1:{port}/api/auth/v2/user/{number}
HTTP 200
[Asserts]
header "content-type" startsWith "application/json"
jsonpath "$.alias" == "someone"
jsonpath "$" isObject
jsonpath "$.alias" isString
"""


def write_cases(folder, port):
    suites, files = pathlib.Path(folder, "suites"), pathlib.Path(folder, "hurl")
    suites.mkdir()
    files.mkdir()
    cases = "".join(CASE.format(number=number) for number in range(CASES))
    pathlib.Path(suites, "fixed.yaml").write_text("suite: fixed\ntitle: Fixed answers\ncases:" + cases)
    for number in range(CASES):
        pathlib.Path(files, f"{number:03}.hurl").write_text(HURL.format(port=port, number=number))
    return suites, files


def main():
    need(ASSIZE, "cargo build --release")
    hurl = need(PEERS / "bin" / "hurl", "bench/peers.sh hurl")
    with nginx() as port, tempfile.TemporaryDirectory() as folder:
        suites, files = write_cases(folder, port)
        ours = [ASSIZE, "check", f"http://127.0.0.1:{port}/api/auth/v2", "--suites", suites, "--quiet",
                "--jobs", "2", "--reports", f"{folder}/reports"]
        theirs = [hurl, "--test", "--jobs", "2", "--report-junit", f"{folder}/hurl.xml",
                  "--report-json", f"{folder}/json", "--report-html", f"{folder}/html", files]
        bare = [hurl, "--test", "--jobs", "2", files]
        runs = {"assize, all reports": [], "hurl, all reports": [], "hurl, no report": []}
        for _ in range(ROUNDS):
            for (name, list_of_runs), command in zip(runs.items(), (ours, theirs, bare)):
                list_of_runs.append(Run(command))
    print(f"{CASES} one-step cases against nginx, median of {ROUNDS} runs in turn; {machine()}\n")
    print("| command | wall ms | CPU ms | memory MiB |\n|---|---|---|---|")
    for name, done in runs.items():
        print(f"| {name} | {median(r.wall for r in done) * 1e3:.0f} | {median(r.cpu for r in done) * 1e3:.0f} "
              f"| {median(r.memory for r in done):.0f} |")
    for name in list(runs)[1:]:
        ratios = [a.wall / b.wall for a, b in zip(runs["assize, all reports"], runs[name])]
        print(f"\nassize takes {median(ratios):.2f} times the wall time of {name}")


if __name__ == "__main__":
    main()
