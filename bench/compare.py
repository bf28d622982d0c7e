"""Shows what the verdicts of `assize compare` are worth, on real processes.

    python3 bench/compare.py target/release/assize known 20
    python3 bench/compare.py target/release/assize self 40
    python3 bench/compare.py target/release/assize tail 5
    python3 bench/compare.py target/release/assize busy 5

known: a server of 2.00 ms with one of 2.10 ms; how often it is called slower, and how often +5 % is in the interval.
self: the reference server with itself; how often it is called different.
tail: a server of which one answer in 50 takes 5 ms longer; p50 is the same, p99 is slower.
busy: the reference server with itself, and a busy loop on one processor while B has its turns; no verdict may be wrong.

Everything after the number goes to `assize compare`, such as --accept-invalid on a machine that does other work.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

STARTS = ["--starts", "8", "--duration", "2s", "--warm-up", "500ms"]
SUITE = """suite: plain
title: Plain
scenarios:
  - id: plain
    title: Reads what is always there
    proves: [get.status]
    steps:
      - name: get
        request: {method: GET, path: /}
        expect: {status: 200}
"""
# A server that answers after 1 ms, and one of 50 requests 5 ms later where it is told so.
TAILED = """
import asyncio, sys
port, late = int(sys.argv[1]), sys.argv[2] == "late"
number = 0
async def serve(reader, writer):
    global number
    try:
        while await reader.readuntil(b"\\r\\n\\r\\n"):
            number += 1
            await asyncio.sleep(0.006 if late and number % 50 == 0 else 0.001)
            writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\n{}")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    await server.serve_forever()
asyncio.run(main())
"""


class Bench:
    def __init__(self, assize, more):
        self.assize = str(pathlib.Path(assize).resolve())
        self.more = more
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="compare-"))
        (self.folder / "own").mkdir()
        (self.folder / "own/plain.yaml").write_text(SUITE)
        (self.folder / "tailed.py").write_text(TAILED)

    def compare(self, *arguments, watch=None):
        """The comparison as JSON; `watch` is called with each line of its progress."""
        out = self.folder / "out.json"
        command = [self.assize, "compare", *STARTS, "--json", str(out), *arguments, *self.more]
        running = subprocess.Popen(
            command, cwd=self.folder, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        said = []
        for line in running.stderr:
            said.append(line)
            if watch:
                watch(line)
        running.wait()
        if running.returncode not in (0, 4, 6):
            raise SystemExit(f"{' '.join(command)} ended with {running.returncode}\n{''.join(said[-10:])}")
        return json.loads(out.read_text())

    def serve(self):
        return f"{self.assize} serve --listen 127.0.0.1:{{port}} --smtp 127.0.0.1:{{smtp}}"

    def known(self, delay):
        server = subprocess.Popen(
            [self.assize, "calibrate", "--serve", delay], stdout=subprocess.PIPE, text=True
        )
        return server, server.stdout.readline().split()[-1]


def figure(comparison, name):
    return next(one for one in comparison["figures"] if one["name"] == name)


def shown(comparison, name):
    one = figure(comparison, name)
    change = one["change"]
    words = [f"{change[end] * 100:+.1f}" for end in ("estimate", "low", "high")]
    return f"{name} {words[0]} % [{words[1]}, {words[2]}] {one['verdict'] or one.get('unjudged')}"


def different(comparison):
    verdicts = [one["verdict"] for one in comparison["figures"]]
    return [one for one in verdicts if one not in (None, "same", "cannot-tell")]


def known(bench, number):
    found = held = void = 0
    for _ in range(number):
        (one, a), (other, b) = bench.known("2ms"), bench.known("2100us")
        try:
            comparison = bench.compare(
                "--a", a, "--b", b, "--suites", "own", "--rate", "1100/s"
            )
        finally:
            for server in (one, other):
                server.kill()
                server.wait()
        change = figure(comparison, "p50")["change"]
        found += figure(comparison, "p50")["verdict"] == "slower"
        held += change["low"] <= 0.05 <= change["high"]
        void += comparison["verdict"] == "void"
        print(shown(comparison, "p50"), comparison["verdict"], flush=True)
    print(f"known: {found} of {number} called slower, +5 % in {held} of {number} intervals, {void} void")


def itself(bench, number):
    alarms = void = 0
    for _ in range(number):
        comparison = bench.compare("--a", bench.serve(), "--b", bench.serve())
        alarms += bool(different(comparison))
        void += comparison["verdict"] == "void"
        print(shown(comparison, "p50"), shown(comparison, "p99"), comparison["verdict"], flush=True)
    print(f"self: {alarms} of {number} called different, {void} void")


def tail(bench, number):
    for _ in range(number):
        command = f"{sys.executable} {bench.folder}/tailed.py {{port}}"
        comparison = bench.compare(
            "--a", f"{command} plain", "--b", f"{command} late",
            "--suites", "own", "--rate", "1100/s", "--base-path", "/",
        )
        print(shown(comparison, "p50"), shown(comparison, "p99"), *comparison["remarks"], flush=True)


def busy(bench, number):
    wrong = 0
    for _ in range(number):
        loops = []

        def watch(line):
            while loops:
                loops.pop().kill()
            if line.strip().endswith(": B …"):
                loops.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))

        comparison = bench.compare("--a", bench.serve(), "--b", bench.serve(), watch=watch)
        while loops:
            loops.pop().kill()
        wrong += comparison["verdict"] != "void" and bool(different(comparison))
        print(shown(comparison, "p50"), shown(comparison, "p99"), comparison["verdict"], flush=True)
    print(f"busy: {wrong} of {number} verdicts were wrong")


def main():
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    assize, which, number, *more = sys.argv[1:]
    benches = {"known": known, "self": itself, "tail": tail, "busy": busy}
    benches[which](Bench(assize, more), int(number))


main()
