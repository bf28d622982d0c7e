#!/usr/bin/env python3
"""The servers in tests/targets pairwise: every reading in which two of them differ is shown, and no violation.

    bench/pairs.py [NAME..]    all variants, or these

Each variant is checked once, with its exchanges kept; then each two of the stored runs are compared. What they differ
in by intention stands in tests/targets/README.md and, as far as a suite can meet it, in READINGS. It takes the binary
from ASSIZE, by default target/release/assize. Everything stays on loopback.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSIZE = os.environ.get("ASSIZE", str(ROOT / "target/release/assize"))
VARIANTS = ["plain", "terse", "generous", "strict", "numbered", "private", "unique", "recycling"]
# Of which of the four a variant is a copy, but for its one peculiarity.
LIKE = {"numbered": "plain", "private": "plain", "unique": "plain", "recycling": "plain"}
# The question, what each of the four does (in the order plain, terse, generous, strict), and what a difference says
# that is about it.
READINGS = [
    ("success of POST", ["200", "202", "202", "200"], r"status of POST /user: 20"),
    ("success of PUT", ["200", "202", "202", "200"], r"status of PUT /\S*: 20"),
    ("error body", ["JSON", "none", "text", "problem"], r"^body|words of body|body /|header content-type"),
    ("media type", ["bare", "charset", "mixed", "bare"], r"header content-type"),
    ("x-error-id", ["UUID", "MD5", "MD5", "ticket"], r"header x-error-id"),
    ("ids", ["UUID 4", "upper", "usr_", "UUID 7"], r"body /(sessionID|userID|verificationCodeID|keyID)"),
    ("bearer", ["hex", "base64url", "tok_", "dots"], r"body /bearer"),
    ("taken email", ["400", "400", "accepted", "400"], r"taken|POST /user: 4\d\d \| 2|POST /user: 2\d\d \| 4"),
    ("alias", ["any", "any", "any", "checked"], r"alias|POST /user"),
    ("malformed id", ["400", "400", "404", "404"], r"malformed|GET /user/…: 40[04] \| 40[04]"),
    ("get without credentials", ["200", "200", "401", "200"], r"GET /user/…|get.anonymous"),
    ("unverified session", ["401", "403", "401", "403"], r"unverified|DELETE /user: 40[13] \| 40[13]"),
    ("unverified key pair", ["401", "401", "accepted", "403"], r"unverified.*pair|pair.*unverified|DELETE /user"),
    ("half a key pair", ["401", "403", "401", "400"], r"half|DELETE /user: 40\d \| 40\d"),
    ("bearer and key pair", ["bearer", "pair", "good", "400"], r"both|bearer.*pair|pair.*bearer|DELETE /user"),
    ("bearer in lower case", ["200", "401", "200", "401"], r"small letters|GET /session|DELETE /user"),
    ("wrong method", ["404", "400", "405", "404"], r"method|status of (PATCH|PUT|POST|OPTIONS|TRACE|GET|DELETE) "),
    ("body over 1 MiB", ["400", "400", "413", "400"], r"oversized|large|413"),
]
# What a copy does unlike its original besides its peculiarity.
UNLIKE = {("numbered", "malformed id"): "404", ("private", "get without credentials"): "401"}
PECULIAR = {
    "numbered": r"body /\S*(sessionID|userID|ID)|GET /user",
    "private": r"GET /user/…|credentials|another user",
    "unique": r"alias|POST /user",
    "recycling": r"identity of|sessionID|verificationCodeID",
}


def clean_environment():
    own = {key: value for key, value in os.environ.items() if not key.startswith("ASSIZE")}
    return {**own, "ASSIZE_DRAW": "0", "CI": "true"}


def checked(variant, folder):
    """The result file of a check of a variant."""
    command = ["python3", str(ROOT / "tests/targets/users_api"), "--port", "0", "--variant", variant]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = re.search(r"http\S+", server.stdout.readline())[0]
    mailbox = url.split("/api")[0] + "/mail?to={email}#/code"
    file = f"{folder}/{variant}.json"
    more = ["--evidence", "all", "--seed", "7", "--run-tag", "pairs", "--json", file, "--quiet"]
    command = [ASSIZE, "check", url, "--mailbox", mailbox, "--reports", folder, *more]
    ended = subprocess.run(command, env=clean_environment(), cwd=folder, capture_output=True, text=True)
    server.stdin.close()
    server.wait()
    if ended.returncode != 0:
        sys.exit(f"{variant} does not conform by itself:\n{ended.stdout}{ended.stderr}")
    return file


def compared(files, folder):
    """The result of a diff of two stored runs."""
    file = f"{folder}/difference.json"
    command = [ASSIZE, "diff", *files, "--reports", folder, "--json", file, "--quiet"]
    ended = subprocess.run(command, env=clean_environment(), cwd=folder, capture_output=True, text=True)
    if ended.returncode not in (0, 1):
        sys.exit(f"no result: {ended.stdout}{ended.stderr}")
    return json.loads(Path(file).read_text())


def owed(pair):
    """What two variants differ in by intention: questions, each with what a difference says that is about it."""
    bases = ["plain", "terse", "generous", "strict"]
    one, other = (bases.index(LIKE.get(name, name)) for name in pair)
    for question, answers, said in READINGS:
        told = [UNLIKE.get((name, question), answers[base]) for name, base in zip(pair, (one, other))]
        if told[0] != told[1]:
            yield question, said
    for name in pair:
        if name in PECULIAR:
            yield name, PECULIAR[name]


def main(names):
    readings = missing = violations = 0
    with tempfile.TemporaryDirectory() as folder:
        files = {name: checked(name, folder) for name in names}
        for pair in itertools.combinations(names, 2):
            result = compared([files[name] for name in pair], folder)
            found = [" ".join([one["name"], one["part"], *one["forms"]]) for one in result["differences"]]
            wanted = list(owed(pair))
            lacking = [question for question, said in wanted if not any(re.search(said, one) for one in found)]
            wrong = [one["name"] for one in result["differences"] if one.get("level") == "must"]
            readings, missing, violations = readings + len(wanted), missing + len(lacking), violations + len(wrong)
            line = f"{len(wanted)} differ by intention, {len(found)} differences, not shown {lacking}, a must {wrong}"
            print(f"{' '.join(pair)}: {line}", flush=True)
            if os.environ.get("LIST"):
                print("   ", "\n    ".join(found))
    print(f"{readings} differ by intention, {missing} not shown; {violations} violations of a must")


main(sys.argv[1:] or VARIANTS)
