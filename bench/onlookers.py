#!/usr/bin/env python3
"""What onlookers cost a load: CPU time of the process and own lag, with a reader of the live page's events and a
collector of metrics against without, in pairs whose order alternates.

    bench/onlookers.py [--assize target/release/assize] [--pairs 5] [--rate 10000] [--seconds 6] [--only live|otlp]

The target is `assize calibrate --serve`, a process of its own, so that the process measured only makes the load. A figure of a busy machine is
worth little: the script says how much of the time its own threads went without a processor.
"""

import argparse
import http.server
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

SUITE = """suite: things
title: Things
scenarios:
  - id: asking
    title: Asks for a thing
    proves: thing.there
    steps:
      - name: ask
        request: {method: GET, path: "/${uuid}"}
        expect: {status: 200}
"""
REQUIREMENTS = """requirements:
  - {id: thing.there, level: must, section: Things, says: A thing is there.}
"""

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--assize", default="target/release/assize")
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--rate", type=int, default=10_000)
parser.add_argument("--seconds", type=int, default=6)
parser.add_argument("--only", choices=["live", "otlp"])
options = parser.parse_args()
assize = os.path.realpath(options.assize)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    got = []

    def do_POST(self):
        self.got.append(len(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=collector.serve_forever, daemon=True).start()
parts = []


def read_events(url):
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{url}/events", timeout=30) as events:
                parts.append(sum(len(line) for line in events))
            return
        except OSError:
            time.sleep(0.02)


def load(target, is_watched, folder):
    """CPU seconds of the process, and the load's result."""
    command = [assize, "load", target, "--suites", "own", "--rate", str(options.rate), "--duration",
               f"{options.seconds}s", "--warm-up", "1s", "--quiet", "--accept-invalid", "--json", "results.json"]
    reader = None
    if is_watched and options.only != "otlp":
        port = free_port()
        command.append(f"--live=127.0.0.1:{port}")
        reader = threading.Thread(target=read_events, args=(f"http://127.0.0.1:{port}",))
    if is_watched and options.only != "live":
        command += ["--otlp", f"http://127.0.0.1:{collector.server_port}"]
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if reader:
        reader.start()
    _, _, usage = os.wait4(child.pid, 0)
    if reader:
        reader.join()
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as file:
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.load(file)["loads"][0]


with tempfile.TemporaryDirectory() as folder:
    os.mkdir(os.path.join(folder, "own"))
    for name, text in ("things.yaml", SUITE), ("requirements.yaml", REQUIREMENTS):
        with open(os.path.join(folder, "own", name), "w", encoding="utf-8") as file:
            file.write(text)
    server = subprocess.Popen([assize, "calibrate", "--serve", "1ms"], stdout=subprocess.PIPE, text=True)
    try:
        target = server.stdout.readline().split()[-1]
        load(target, False, folder)
        more = []
        for pair in range(options.pairs):
            figures = {}
            for is_watched in (False, True) if pair % 2 == 0 else (True, False):
                cpu, memory, result = load(target, is_watched, folder)
                generator = result["generator"]
                figures[is_watched] = (cpu / result["answered"] * 1e6, cpu, generator, memory)
            (plain, _, alone, own), (watched, _, looked, with_onlookers) = figures[False], figures[True]
            more.append((watched / plain - 1) * 100)
            print(f"pair {pair + 1}: {plain:.2f} → {watched:.2f} µs of CPU an answer, {more[-1]:+.2f} %; own lag p99 "
                  f"{alone['own_lag_p99_us']} → {looked['own_lag_p99_us']} µs; without a processor "
                  f"{alone['starved']:.1%} → {looked['starved']:.1%}; memory {own:.0f} → {with_onlookers:.0f} MiB",
                  flush=True)
        spread = statistics.stdev(more) / len(more) ** 0.5 if len(more) > 1 else float("nan")
        print(f"{statistics.mean(more):+.2f} % on average, standard error {spread:.2f}; "
              f"{len(parts)} readers got {sum(parts) // max(1, len(parts))} bytes each, "
              f"the collector {len(Collector.got)} requests of {sum(Collector.got) // max(1, len(Collector.got))} bytes")
    finally:
        server.kill()
