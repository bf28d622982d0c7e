#!/usr/bin/env python3
"""Which functions of the program a load runs, and whether they stand together in it.

    cargo build --release && bench/layout.py [--write]

Each page of a program that is touched takes memory, and the system maps the fifteen pages beside it as well: a load
whose functions stand all over a program of 16 MB maps most of it. So they are put together (build.rs). This runs loads
in an emulator that notes every instruction it meets (qemu-x86_64, in Debian's package qemu-user), and says how much of
what was run stands elsewhere; `--write` writes link/load.txt from it. A list that has grown old costs memory and
nothing else: write it anew when more than a few hundred functions stand elsewhere.
"""

import argparse
import bisect
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from measure import ASSIZE, ROOT, need, nginx

LIST = ROOT / "link" / "load.txt"
# Each is made twice: some functions are run now and then.
LOADS = 2 * (
    ["--rate", "max", "--connections", 64],
    ["--rate", "500/s", "--connections", 64],
)
# A line of the list is worth so many bytes of the program: where it saves less, a shorter pattern takes in what
# no load runs.
LINE = 300
HEAD = """\
# The functions that a load runs, by the names that the linker sees (RFC 2603): written by bench/layout.py, read by
# build.rs. A line goes on from the last one above that is less indented. At the end `*` stands for anything and `.`
# for nothing more; `Cs_` stands for a crate, whatever its version, in eleven letters; `Cs10_` in ten.
"""


def functions():
    """The program's functions by address: begin, size, name."""
    symbols = subprocess.run(["nm", "-S", "--defined-only", ASSIZE], check=True, capture_output=True, text=True).stdout
    lines = (line.split() for line in symbols.splitlines())
    return sorted((int(line[0], 16), int(line[1], 16), line[3]) for line in lines if len(line) == 4 and line[2] in "tTwWi")


def readelf(flag):
    return subprocess.run(["readelf", flag, ASSIZE], check=True, capture_output=True, text=True).stdout


def addresses(port, flags, folder, begins):
    """The addresses of all instructions that a load ran, as they stand in the file of the program."""
    log = pathlib.Path(folder, "log")
    command = ["qemu-x86_64", "-d", "in_asm", "-D", log, ASSIZE, "load", f"http://127.0.0.1:{port}/api/auth/v2",
               "--suites", ROOT / "bench" / "suites", "--scenario", "fixed", "--workers", 1, "--duration", "3s",
               "--warm-up", "0s", "--accept-invalid", "--reports", f"{folder}/reports", *flags]
    ended = subprocess.run([str(part) for part in command], cwd=ROOT, check=False, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    run = {int(found, 16) for found in re.findall(r"^0x([0-9a-f]+):", log.read_text(errors="replace"), re.MULTILINE)}
    entry = int(re.search(r"Entry point address: +0x([0-9a-f]+)", readelf("-hW"))[1], 16)
    # The program is loaded at the beginning of a page that is not known: the one from which most functions begin where
    # an instruction was run.
    bases = {address - entry for address in run if (address - entry) % 4096 == 0}
    base = max(bases, key=lambda base: sum(base + begin in run for begin in begins))
    return {address - base for address in run}


def touched(all_functions):
    """The names of the functions that the loads ran."""
    begins = [begin for begin, _, _ in all_functions]
    names = set()
    with nginx() as port, tempfile.TemporaryDirectory() as folder:
        for flags in LOADS:
            for address in addresses(port, flags, folder, begins):
                place = bisect.bisect_right(begins, address) - 1
                if place >= 0 and address < begins[place] + max(all_functions[place][1], 1):
                    names.add(all_functions[place][2])
    return names


def general(name):
    """A name without what tells versions of a crate apart (but for how long that is), and what the compiler added."""
    return re.sub(r"Cs([0-9A-Za-z]{9,12})_", lambda found: f"Cs{len(found[1])}_".replace("11", ""), name.split(".")[0])


def patterns(all_functions, names):
    """The patterns that stand for these, and the bytes of the program that they stand for."""
    size, run = {}, set()
    for _, length, name in all_functions:
        size[general(name)] = size.get(general(name), 0) + length
        if name in names:
            run.add(general(name))
    ordered = sorted(size)

    def cheapest(some, told_apart):
        """For neighbours in the alphabet: what their patterns cost, and which they are. So many letters tell them from
        all others."""
        if not run.intersection(some):
            return 0, []
        if len(some) == 1:
            begin = some[0][:told_apart]
            return size[some[0]] + LINE, [begin + ("." if begin == some[0] else "*")]
        common = os.path.commonprefix([some[0], some[-1]])
        groups = {}
        for name in some:
            groups.setdefault(name[len(common):len(common) + 1], []).append(name)
        each = [cheapest(group, len(common) + 1) for group in groups.values()]
        cost, apart = sum(cost for cost, _ in each), [pattern for _, some in each for pattern in some]
        together = sum(size[name] for name in some) + LINE
        return (together, [common + "*"]) if together <= cost else (cost, apart)

    cost, found = cheapest(ordered, 0)
    return found, cost - LINE * len(found)


def lines(some, known="", indent=0):
    """Patterns as lines of the list, what they have in common written once."""
    groups = {}
    for pattern in some:
        groups.setdefault(pattern[len(known)], []).append(pattern)
    for group in groups.values():
        common = os.path.commonprefix(group)
        yield " " * indent + common[len(known):]
        if len(group) > 1:
            yield from lines(group, common, indent + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write link/load.txt")
    options = parser.parse_args()
    need(shutil.which("qemu-x86_64") or "qemu-x86_64", "it is in the package qemu-user")
    need(ASSIZE, "run cargo build --release")
    sys.setrecursionlimit(10_000)
    all_functions = functions()
    names = touched(all_functions)
    size = {name: length for _, length, name in all_functions}
    together = re.search(r"\.text\.load +\w+ +(\w+) +\w+ +(\w+)", readelf("-SW"))
    begin, length = (int(part, 16) for part in together.groups()) if together else (0, 0)
    elsewhere = [name for at, _, name in all_functions if name in names and not begin <= at < begin + length]
    print(f"{len(names)} of {len(all_functions)} functions were run, {sum(size[name] for name in names) >> 10} KiB of "
          f"{sum(size.values()) >> 10} KiB; {len(elsewhere)} of them, {sum(size[name] for name in elsewhere) >> 10} KiB, "
          f"do not stand among the {length >> 10} KiB that stand together")
    if options.write:
        found, stood_for = patterns(all_functions, names)
        LIST.write_text(HEAD + "".join(line + "\n" for line in lines(sorted(found))))
        print(f"{LIST.relative_to(ROOT)}: {len(found)} patterns for {stood_for >> 10} KiB; build again to use it")


if __name__ == "__main__":
    main()
