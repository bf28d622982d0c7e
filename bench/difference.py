#!/usr/bin/env python3
"""What `assize diff` is worth: of servers that are alike, of honest ones that read the document in other ways, and of
defects that are known.

    bench/difference.py self [RUNS]        the reference server against itself, memory and a file, several --jobs
    bench/difference.py variants [NAME..]  the Python server `plain` against its honest variants
    bench/difference.py defects [NUMBER [SEED]]   the honest reference server against defects, a sample or all

It takes the binary from ASSIZE, by default target/release/assize. Everything stays on loopback.
"""

import glob
import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIZE = os.environ.get("ASSIZE", str(ROOT / "target/release/assize"))
VARIANTS = ["terse", "generous", "strict", "numbered", "private", "fleeting", "unique", "recycling"]
VIOLATIONS = ("first-violates", "second-violates", "both-violate")


def clean_environment():
    own = {key: value for key, value in os.environ.items() if not key.startswith("ASSIZE")}
    return {**own, "ASSIZE_DRAW": "0"}


class Served:
    """A server while it runs."""

    def __init__(self, command, url, mailbox):
        self.url, self.mailbox = url, mailbox
        self.process = command

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.stdin:
            self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def reference(*more):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [ASSIZE, "serve", "--listen", f"127.0.0.1:{port}", *more]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=clean_environment(), **quiet)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    host = f"http://127.0.0.1:{port}"
    return Served(process, f"{host}/api/auth/v2", f"{host}/inbox/{{email}}#/code")


def foreign(variant):
    command = ["python3", str(ROOT / "tests/targets/users_api"), "--port", "0", "--variant", variant]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = re.search(r"http\S+", process.stdout.readline())[0]
    return Served(process, url, url.split("/api")[0] + "/mail?to={email}#/code")


def diff(one, other, folder, *more):
    """The result of a diff, its exit code, and how long it took."""
    command = [ASSIZE, "diff", one.url, other.url, "--reports", folder, "--quiet", *more]
    for server in (one, other):
        command += ["--mailbox-of", server.mailbox]
    began = time.monotonic()
    ended = subprocess.run(command, env=clean_environment(), cwd=folder, capture_output=True, text=True)
    took = time.monotonic() - began
    found = glob.glob(f"{folder}/*/difference.json")
    if not found:
        sys.exit(f"no result: {ended.stderr}")
    return json.loads(Path(found[0]).read_text()), ended.returncode, took


def with_itself(number):
    with tempfile.TemporaryDirectory() as folder:
        differing = 0
        for index, jobs in zip(range(number), itertools.cycle([2, 4, 8, 16])):
            place = f"{folder}/{index}"
            os.mkdir(place)
            data = ["--data", f"{place}/accounts"] if index % 2 else []
            with reference() as memory, reference(*data) as other:
                result, code, took = diff(memory, other, place, "--jobs", str(jobs))
            differences = [one["name"] for one in result["differences"] + result.get("unsteady", [])]
            differing += bool(differences)
            print(f"{index + 1}: --jobs {jobs}, exit {code}, {took:.0f} s {differences}", flush=True)
        print(f"{differing} of {number} runs have a difference")


def variants(names):
    for name in names:
        with tempfile.TemporaryDirectory() as folder, foreign("plain") as plain, foreign(name) as other:
            result, code, took = diff(plain, other, folder)
        pair = result["pairs"][0]
        musts = [one["name"] for one in result["differences"] if one.get("level") == "must"]
        counts = f"{pair['readings']} readings, {pair['outside']} outside the contract"
        print(f"{name}: exit {code}, {took:.0f} s, {counts}, violations of a must: {musts}", flush=True)


def defects(number, seed):
    listed = subprocess.run([ASSIZE, "serve", "--defects", "--json"], capture_output=True, text=True, check=True)
    known = [one for one in json.loads(listed.stdout) if not one["only_under_load"]]
    sample = known if number is None else random.Random(seed).sample(known, number)
    shown = blamed = wrong = judged = 0
    for defect in sample:
        with tempfile.TemporaryDirectory() as folder:
            with reference() as honest, reference("--defect", defect["name"]) as other:
                result, code, took = diff(honest, other, folder, "--seed", "7")
        differences = result["differences"] + result.get("unsteady", [])
        # What came only beside other cases is put down to nobody.
        violations = [one for one in differences if one["class"] in VIOLATIONS and not one.get("in_company")]
        astray = [
            one["name"]
            for one in violations
            if one["class"] != "second-violates" or not set(one["requirements"]) & set(defect["breaks"])
        ]
        judged += code != 3
        shown += bool(differences)
        blamed += bool(violations)
        wrong += bool(astray)
        unshown = "" if differences or code == 3 else ", not shown"
        counts = f"{len(violations)} violations, astray {astray}, {took:.0f} s"
        print(f"{defect['name']}: exit {code}, {counts}{unshown}", flush=True)
    counts = f"{judged} judged, {shown} shown, {blamed} put down to a requirement, {wrong} to a wrong one"
    print(f"{len(sample)} defects: {counts}")


def main(arguments):
    match arguments:
        case ["self", *more]:
            with_itself(int(more[0]) if more else 20)
        case ["variants", *names]:
            variants(names or VARIANTS)
        case ["defects", *more]:
            numbers = [int(one) for one in more]
            defects(numbers[0] if numbers else None, numbers[1] if len(numbers) > 1 else 1)
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
