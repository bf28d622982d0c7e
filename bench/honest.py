#!/usr/bin/env python3
"""Whether any honest server fails: the variants of the server in tests/targets, again and again.

    cargo build --release && bench/honest.py [RUNS]

Each of twenty makes is checked RUNS times (10 by default), each time with another draw of manners, and in turns
with 1, 4 and 16 cases at once. A finding at the level must is one too many; the end is 1 then.
"""

import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ASSIZE = HERE.parent / "target/release/assize"
TARGETS = HERE.parent / "tests/targets"

# Who is tried, by name, and how that server is started.
MAKES = {
    name: ["--variant", name]
    for name in (
        "plain terse generous strict numbered private fleeting unique recycling pages".split()
    )
} | {
    "plain, sessions of 40 s": ["--session-life", "40"],
    "fleeting, sessions of 40 s": ["--variant", "fleeting", "--session-life", "40"],
    "plain, 20 ms an answer": ["--delay", "0.02"],
    "plain, each mail twice": ["--copies", "2"],
    "plain, one try a code": ["--one-try"],
    "plain, first mails late": ["--greylist", "1"],
    "plain, old and new code": ["--letter", "old-and-new"],
    "plain, postal code": ["--letter", "pin-in-address"],
    "strict, one try a code": ["--variant", "strict", "--one-try"],
    "pages, each mail twice": ["--variant", "pages", "--copies", "2"],
}
JOBS = (4, 1, 16)


def free_port():
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def check(habits, run, folder):
    """Checks one server once, and gives the exit code, the sentence and the findings at must."""
    smtp = free_port()
    command = [sys.executable, TARGETS / "users_api", "--smtp", f"127.0.0.1:{smtp}", *habits]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        url = server.stdout.readline().split()[-1]
        command = [ASSIZE, "check", url, "--mailbox", f"listen:127.0.0.1:{smtp}", "--quiet"]
        command += ["--draw", str(run), "--seed", str(run), "--jobs", str(JOBS[run % len(JOBS)])]
        command += ["--json", str(folder / "results.json")]
        code = subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
        results = json.loads((folder / "results.json").read_text())
    finally:
        server.kill()
        server.wait()
    blamed = [one["id"] for one in results["requirements"] if one["verdict"] == "fail"]
    return code, results["conclusion"]["sentence"], blamed


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    wrong = 0
    for name, habits in MAKES.items():
        began, bad = time.monotonic(), []
        for run in range(runs):
            with tempfile.TemporaryDirectory() as folder:
                code, sentence, blamed = check(habits, run, pathlib.Path(folder))
            if code != 0:
                bad.append(f"draw {run}: exit {code}, {blamed}: {sentence}")
        seconds = (time.monotonic() - began) / runs
        print(f"{name:28} {runs - len(bad):3} of {runs} conform, {seconds:5.1f} s each", flush=True)
        for one in bad:
            print(f"    {one}")
        wrong += len(bad)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
