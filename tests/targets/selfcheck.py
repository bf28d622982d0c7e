"""Shows that the server in `users_api` is what it claims to be: correct in each variant, and wrong
in exactly the announced place with each defect. Needs nothing but Python 3.11; exits with 1 if
anything is not as announced.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from checks import framing, lifecycle
from checks.client import LIMIT, SERVER, Target
from checks.expected import EXPECTED
from checks.probes import PROBES
from checks.sink import Sink

WORKERS = 4
"""Servers that run at a time: they mostly wait for each other, so more than the cores."""

TRIED_BY_THE_TOOL = {"private", "fleeting", "recycling"}
"""Variants of `plain` that differ in one answer each; tests/trial tries them."""


def listed(option: str) -> list[str]:
    """The lines that the server prints for an option."""
    command = [sys.executable, str(SERVER), option]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT)
    return run.stdout.splitlines()


def check_listings() -> list[str]:
    """Compares what the server lists with what is checked here."""
    rows = [line.split("\t") for line in listed("--defects")]
    failures = []
    if {row[0] for row in rows} != set(PROBES):
        failures.append("the defects listed are not the defects probed")
    if any(len(row) < 2 for row in rows):
        failures.append("a defect names no requirement")
    if set(listed("--variants")) - TRIED_BY_THE_TOOL != set(EXPECTED):
        failures.append("the variants listed are not the variants checked")
    return failures


def check_variant(variant: str) -> list[str]:
    """Runs every check and every probe against a correct server."""
    failures = []
    with Sink() as sink:
        with Target(variant, None, "--smtp", sink.address) as target:
            for check in (*lifecycle.CHECKS, *framing.CHECKS):
                try:
                    check(target, EXPECTED[variant], sink)
                except Exception as cause:  # A check must not keep the others from running.
                    failures.append(f"{variant}: {check.__name__}: {cause!r}")
            for name, probe in PROBES.items():
                if not ask(probe, target):
                    failures.append(f"{variant}: without {name} its probe must succeed")
        sink.shutdown()
    return failures


def ask(probe: object, target: Target) -> bool | None:
    """The answer of a probe; None if it broke."""
    try:
        return probe(target)
    except Exception:  # Counts as neither answer.
        return None


def check_defect(variant: str, name: str) -> list[str]:
    """Runs the probe of a defect against a server that has it."""
    with Target(variant, name) as target:
        answer = ask(PROBES[name], target)
    return [] if answer is False else [f"{variant}: {name} does not show: {answer}"]


def check_endings() -> list[str]:
    """A server ends with its input and on SIGTERM, without complaint."""
    failures = []
    if Target("plain").stop() != 0:
        failures.append("the end of the input is not the end of the server")
    target = Target("plain")
    target.process.send_signal(signal.SIGTERM)
    if target.process.wait(LIMIT) != 0:
        failures.append("SIGTERM is not the end of the server")
    target.stop()
    return failures


def check_mail_files() -> list[str]:
    """Mails can be written into a directory."""
    with tempfile.TemporaryDirectory() as folder:
        with Target("plain", None, "--mail-file", folder) as target:
            code = target.code(target.create().email)
        mails = [path.read_text() for path in Path(folder).glob("*.eml")]
    return [] if len(mails) == 1 and code in mails[0] else ["no mail was written"]


def main() -> int:
    """Runs everything; 0 if all is well."""
    jobs = [(check_variant, variant) for variant in EXPECTED]
    jobs += [(check_listings,), (check_endings,), (check_mail_files,)]
    jobs += [(check_defect, variant, name) for variant in EXPECTED for name in PROBES]
    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(lambda job: job[0](*job[1:]), jobs))
    failures = [failure for result in results for failure in result]
    for failure in failures:
        print(f"FAIL {failure}")
    verdict = f"{len(failures)} failures" if failures else "all as announced"
    print(f"{len(EXPECTED)} variants, {len(PROBES)} defects on each: {verdict}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
