#!/usr/bin/env python3
"""Does `assize run`, with nothing set, find each server that goes wrong only now and then, or only when calls
meet, and say what is wrong with it?

    cargo build --release && bench/oracle.py

One at a time, each defect that shows only under load or concurrency is planted in `assize serve`, which mails
its codes by SMTP; the run catches them, and has its usual settings. A defect is found if the run ends with
exit code 1 (or, for one that is worth a warning, with a warning) and a requirement that it breaks is reported
as not met. It is wrongly named if the load reports another one, too. A case may: cases run four at once, so
calls meet in those that are about something else. The honest server has to pass, and one that stands still
for a moment has to miss the threshold on stalls. Exit code 1 if not all is so.
"""

import argparse
import fnmatch
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from measure import ASSIZE, Run, free_port, machine, need

AREAS = ("load", "concurrency")
CONFORMS, VIOLATED, THRESHOLD_MISSED = 0, 1, 4

# When the server stands still, in seconds from the beginning of a run, and how long: within its load.
FREEZE_AFTER, FREEZE = 7, 1.5


class Server:
    """The reference server with a defect, or as it is; it ends with the block."""

    def __init__(self, defect):
        self.smtp = f"127.0.0.1:{free_port()}"
        command = [str(ASSIZE), "serve", "--listen", "127.0.0.1:0", "--smtp", self.smtp]
        if defect:
            command += ["--defect", defect]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def freeze(self):
        time.sleep(FREEZE_AFTER)
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(FREEZE)
        self.process.send_signal(signal.SIGCONT)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


class Trial:
    """What `assize run` says of a server."""

    def __init__(self, defect=None, freezes=False):
        with Server(defect and defect["name"]) as server, tempfile.TemporaryDirectory() as folder:
            results = pathlib.Path(folder, "results.json")
            if freezes:
                threading.Thread(target=server.freeze).start()
            run = Run([ASSIZE, "run", server.url, "--mailbox", f"listen:{server.smtp}", "--accept-invalid",
                       "--quiet", "--reports", f"{folder}/reports", "--json", results], allowed=range(256))
            if not results.exists():
                sys.exit(run.output)
            report = json.loads(results.read_text())
        self.exit_code = report["conclusion"]["exit_code"]
        self.sentence = report["conclusion"]["sentence"]
        self.unmet = {one["id"]: one["verdict"] for one in report["requirements"] if one["verdict"] in ("warn", "fail")}
        in_load = [one for load in report.get("loads", []) for one in load["findings"]]
        self.in_load = [one for one in in_load if one["verdict"] in ("warn", "fail") and one.get("finding")]
        self.findings = self.in_load + [
            {"count": 1, "finding": finding, "operation": case["id"]}
            for case in report["cases"] for step in case["steps"] for finding in step.get("findings", ())]

    def said(self, breaks):
        """How often, of what, and the expectation: of the finding that names most surely what is wrong."""
        for one in sorted(self.findings, key=lambda one: one["finding"]["level"] != "must"):
            finding = one["finding"]
            if set(finding["requirements"]) & set(breaks):
                return (f"{one['count']} × {one['operation']}: {finding['subject']}: expected "
                        f"{finding['expected']}, was {finding['actual']}")
        return self.sentence


def judged(defect, trial):
    breaks = set(defect["breaks"])
    kinds = {"fail"} if defect["level"] == "must" else {"fail", "warn"}
    named = {name for name, verdict in trial.unmet.items() if verdict in kinds} & breaks
    if not named or (trial.exit_code != VIOLATED and defect["level"] == "must"):
        return "NOT FOUND"
    if any(set(one["finding"]["requirements"]) - breaks for one in trial.in_load):
        return "WRONGLY NAMED"
    return "yes, and more" if set(trial.unmet) - breaks else "yes"


def healthy(trial):
    return "passes" if trial.exit_code == CONFORMS and not trial.findings else "FAILED"


def frozen(trial):
    return "yes" if trial.exit_code == THRESHOLD_MISSED and "stalls" in trial.sentence else "NOT FOUND"


def short(text, width=110):
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= width else line[: width - 1] + "…"


def defects(patterns):
    listed = json.loads(subprocess.check_output([str(ASSIZE), "serve", "--defects", "--json"]))
    if patterns:
        return [one for one in listed if any(fnmatch.fnmatch(one["name"], pattern) for pattern in patterns)]
    return [one for one in listed if one["area"] in AREAS]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="try these defects only, such as 'load-get-*'")
    options = parser.parse_args()
    need(ASSIZE, "cargo build --release")
    chosen = defects(options.patterns) or sys.exit("there is no such defect")
    print(f"`assize run` at its usual settings; {machine()}\n")
    print("| server | exit | not met | what it said | found and named |\n|---|---|---|---|---|")
    wrong = 0

    def show(name, trial, verdict, said):
        nonlocal wrong
        wrong += verdict.isupper()
        unmet = ", ".join(name if kind == "fail" else f"({name})" for name, kind in trial.unmet.items())
        print(f"| {name} | {trial.exit_code} | {short(unmet)} | {short(said)} | {verdict} |", flush=True)

    if not options.patterns:
        trial = Trial()
        show("honest", trial, healthy(trial), trial.sentence)
        trial = Trial(freezes=True)
        show(f"honest, frozen for {FREEZE} s", trial, frozen(trial), trial.sentence)
    for defect in chosen:
        trial = Trial(defect)
        show(defect["name"], trial, judged(defect, trial), trial.said(defect["breaks"]))
    print(f"\n{len(chosen)} defects, {wrong} servers not judged as they should be")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
