#!/usr/bin/env python3
"""How many instructions of its own assize needs for a request: the same on a busy machine as on a quiet one.

    cargo build --release && bench/instructions.py [--check]

Each kind of load runs twice under callgrind, the second time longer; what a request costs is the difference of
instructions by the difference of answers, so that the start and the end of a run are left out. Only the thread
that sends is counted: the one that draws up the seconds works by the clock, and callgrind makes seconds short. `--check` fails
where a count is more than 3 % above the one in bench/instructions.json, `--write` writes that file. Counts are
those of one compiler and one C library.

The open model is not among them: it waits awake for the last microseconds before a request is due, and how often
it looks at the clock meanwhile is chance.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from measure import ASSIZE, ROOT, machine, need, nginx

COUNTS = ROOT / "bench" / "instructions.json"
SECONDS = (2, 6)
TOLERANCE = 1.03
# Only the thread that sends runs this function.
SENDER = "assize::edge::load::worker::WorkerThread"
# The C library copies and compares in other ways on other processors: in one that valgrind knows of all.
PLAIN = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2_Usable"}
KINDS = {
    "closed, 64 connections": ["--connections", 64],
    "closed, 64 connections, judged by status alone": ["--connections", 64, "--judge", "status"],
    "HTTP/2, 8 connections of 16 streams": ["--http2", "--connections", 8, "--streams", 16],
    "HTTP/2, 64 connections of 1 stream": ["--http2", "--connections", 64, "--streams", 1],
}


def run(port, flags, seconds):
    """Instructions of the thread that sends, and answers, of one load."""
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder, "results.json")
        command = ["valgrind", "--tool=callgrind", "--separate-threads=yes",
                   f"--callgrind-out-file={folder}/counts", ASSIZE, "load",
                   f"http://127.0.0.1:{port}/api/auth/v2", "--suites", ROOT / "bench" / "suites", "--scenario", "fixed",
                   "--rate", "max", "--workers", 1, "--duration", f"{seconds}s", "--warm-up", "0s", "--quiet",
                   "--accept-invalid", "--reports", f"{folder}/reports", "--json", results, *flags]
        # It is slow under callgrind, which makes the run invalid and nothing else.
        ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=ROOT, check=False,
                               env=os.environ | PLAIN)
        files = (file.read_text() for file in pathlib.Path(folder).glob("counts-*"))
        threads = [re.search(r"^totals: (\d+)", text, re.MULTILINE) for text in files if SENDER in text]
        if ended.returncode != 0 or len(threads) != 1 or not threads[0]:
            sys.exit(f"{' '.join(map(str, command))} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        load = json.loads(results.read_text())["loads"][0]
        if load["conforming"] != load["answered"]:
            sys.exit("an answer of nginx was found wanting")
        return int(threads[0].group(1)), load["answered"]


def count(flags):
    with nginx(http2="--http2" in flags) as port:
        (short, few), (long, many) = (run(port, flags, seconds) for seconds in SECONDS)
    return round((long - short) / (many - few))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail above the counts that are written down")
    parser.add_argument("--write", action="store_true", help="write the counts down")
    options = parser.parse_args()
    need(ASSIZE, "run cargo build --release")
    known = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    counts = {}
    print(machine())
    print("| load | instructions a request | written down |\n|---|---|---|")
    for kind, flags in KINDS.items():
        counts[kind] = count(flags)
        print(f"| {kind} | {counts[kind]:,} | {known.get(kind, 0):,} |", flush=True)
    if options.write:
        COUNTS.write_text(json.dumps(counts, indent=2) + "\n")
    if options.check:
        above = [kind for kind, own in counts.items() if own > known.get(kind, 0) * TOLERANCE]
        if above:
            sys.exit(f"more than 3 % above what is written down: {'; '.join(above)}")


if __name__ == "__main__":
    main()
