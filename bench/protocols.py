#!/usr/bin/env python3
"""What a request costs the client over HTTP/2 and over TLS: assize, which judges every answer, against h2load and
wrk, which judge none.

    cargo build --release && bench/peers.sh h2load && bench/protocols.py [--rounds 6] [--seconds 2]

The client has one core to itself and nginx another. Closed loop. The tools take turns, and what is compared is
the ratio within a turn. So many connections with one stream each and fewer with more are different measurements:
each wake-up serves more answers in the second.
"""

import argparse
import json
import pathlib
import re
import sys
import tempfile

from measure import ASSIZE, PATH, ROOT, Run, machine, median, need, nginx

CLIENT_CORE, SERVER_CORE = 1, 0
# Connections and streams on each; TLS is HTTP/1.1 with 64.
SHAPES = ((8, 16), (4, 32), (64, 1))


def assize(url, seconds, flags):
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder, "results.json")
        run = Run([ASSIZE, "load", url, "--suites", ROOT / "bench" / "suites", "--scenario", "fixed", "--rate", "max",
                   "--workers", 1, "--duration", f"{seconds}s", "--warm-up", "0s", "--quiet", "--accept-invalid",
                   "--reports", f"{folder}/reports", "--json", results, *flags], core=CLIENT_CORE)
        load = json.loads(results.read_text())["loads"][0]
    if load["conforming"] != load["answered"]:
        sys.exit("an answer of nginx was found wanting")
    return run, load["answered"]


def h2load(url, seconds, connections, streams):
    run = Run(["h2load", "-c", connections, "-m", streams, "-t", 1, "-D", seconds,
               "-H", f"authorization: Bearer {'x' * 32}", url + PATH], core=CLIENT_CORE)
    return run, int(re.search(r"(\d+) succeeded", run.output).group(1))


def wrk(url, seconds):
    run = Run(["wrk", "-t1", "-c64", f"-d{seconds}s", url + PATH], core=CLIENT_CORE)
    return run, int(re.search(r"(\d+) requests in", run.output).group(1))


def compare(name, ours, peer, rounds):
    costs = []
    for _ in range(rounds):
        pair = [(run.cpu / requests * 1e6, requests / run.wall) for run, requests in (ours(), peer())]
        costs.append(pair)
    own, other = (median(pair[side][0] for pair in costs) for side in (0, 1))
    ratio = median(pair[0][0] / pair[1][0] for pair in costs)
    speed = median(pair[0][1] / pair[1][1] for pair in costs)
    print(f"| {name} | {own:.2f} µs | {other:.2f} µs | {ratio:.2f} | {speed:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    need(ASSIZE, "cargo build --release")
    seconds = options.seconds
    print(f"{options.rounds} rounds of {seconds} s; {machine()}\n")
    print("| load | assize | h2load or wrk | assize / it | requests a second, assize / it |\n|---|---|---|---|---|")
    with nginx(SERVER_CORE, http2=True) as port:
        url = f"http://127.0.0.1:{port}"
        for connections, streams in SHAPES:
            flags = ["--http2", "--connections", connections, "--streams", streams]
            compare(f"HTTP/2, {connections} connections of {streams} streams",
                    lambda flags=flags: assize(f"{url}/api/auth/v2", seconds, flags),
                    lambda shape=(connections, streams): h2load(url, seconds, *shape), options.rounds)
    with nginx(SERVER_CORE, tls=True) as port:
        url = f"https://127.0.0.1:{port}"
        compare("HTTP/1.1 over TLS, 64 connections",
                lambda: assize(f"{url}/api/auth/v2", seconds, ["--connections", 64, "--http1", "--insecure"]),
                lambda: wrk(url, seconds), options.rounds)


if __name__ == "__main__":
    main()
