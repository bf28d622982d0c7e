#!/usr/bin/env python3
"""How long `assize merge` takes, and how much memory, by the number of workers and the length of the load.

A share is made once by a real worker against the server of known times, with ten operations, and copied for all
workers with its index changed and its seconds repeated; then all are merged. Prints a table.

    bench/merge.py [--binary target/release/assize] [WORKERSxSECONDS ...]
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUITE = """suite: things
title: Things
scenarios:
""" + "".join(
    f"""  - id: asking-{n}
    title: Asks for things
    proves: thing.there
    steps:
      - name: ask-{n}
        request: {{method: GET, path: "/{n}/${{uuid}}"}}
        expect: {{status: 200}}
"""
    for n in range(10)
)
REQUIREMENTS = """requirements:
  - {id: thing.there, level: must, section: Things, says: A thing is there.}
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default="target/release/assize")
    parser.add_argument("sizes", nargs="*", default=["4x600", "16x600", "64x600", "64x3600", "1000x600"])
    return parser.parse_args()


def made_share(binary, folder):
    """One share of a plan of one worker, and its plan."""
    server = subprocess.Popen([binary, "calibrate", "--serve", "2ms"], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1]
        (folder / "own").mkdir()
        (folder / "own/things.yaml").write_text(SUITE)
        (folder / "own/requirements.yaml").write_text(REQUIREMENTS)
        plan = [binary, "plan", url, "--processes", "1", "--suites", "own", "-o", "plan.json", "--lead", "1s"]
        load = ["--rate", "500", "--duration", "10s", "--warm-up", "0s", "--accept-invalid", "--slo", "p99 < 1s"]
        subprocess.run(plan + load, cwd=folder, check=True, stderr=subprocess.DEVNULL)
        work = [binary, "work", "plan.json", "--index", "0", "--store", "one", "--quiet"]
        subprocess.run(work, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    finally:
        server.terminate()
        server.wait()
    text = (folder / "one/share/00000.json").read_text().splitlines()[0]
    return json.loads(text), json.loads((folder / "plan.json").read_text())


def put(folder, share, plan, workers, seconds):
    """A store of so many workers, each with so many seconds."""
    store = folder / f"{workers}x{seconds}"
    (store / "share").mkdir(parents=True)
    plan = dict(plan, workers=workers)
    text = json.dumps(plan, indent=2) + "\n"
    (store / "plan.json").write_text(text)
    share["plan"] = hashlib.sha256(text.encode()).hexdigest()
    load = share["record"]["loads"][0]
    series = load["series"][: 10]
    load["series"] = [dict(series[n % len(series)], at_s=float(n + 1)) for n in range(seconds)]
    for index in range(workers):
        share["index"] = index
        line = json.dumps(share, separators=(",", ":"))
        end = json.dumps({"end": hashlib.sha256(line.encode()).hexdigest()}, separators=(",", ":"))
        (store / f"share/{index:05}.json").write_text(f"{line}\n{end}\n")
    return store


def main():
    options = arguments()
    binary = os.path.abspath(options.binary)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        share, plan = made_share(binary, folder)
        print("| workers | seconds | store | time | memory at most |\n|---|---|---|---|---|")
        for size in options.sizes:
            workers, seconds = map(int, size.split("x"))
            store = put(folder, json.loads(json.dumps(share)), plan, workers, seconds)
            bytes_ = sum(file.stat().st_size for file in (store / "share").iterdir())
            began = time.monotonic()
            merge = subprocess.Popen([binary, "merge", str(store), "--quiet"], cwd=folder, stdout=subprocess.PIPE)
            said = merge.stdout.read().decode()
            _, status, usage = os.wait4(merge.pid, 0)
            took = time.monotonic() - began
            if status != 0:
                sys.exit(f"the merge failed: {said}")
            print(f"| {workers} | {seconds} | {bytes_ / 1e6:.0f} MB | {took:.1f} s | {usage.ru_maxrss / 1024:.0f} MiB |", flush=True)
            subprocess.run(["rm", "-rf", str(store)], check=True)


if __name__ == "__main__":
    main()
