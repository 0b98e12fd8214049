#!/usr/bin/env python3
"""Compares the cost of a row with the recorded one: instructions and memory, which do not depend on how busy the machine is.

    Tests/Benchmarks/guard.py BULKPATCH SANDBOX [--record]

Instructions are counted by Valgrind (callgrind), of two sheets of different length, so that the cost of a start does not count.
Fails when a cost exceeds the recorded value and its tolerance, and says so when one is a good deal lower:
then record the new values, with the reason in the commit. Without Valgrind it measures nothing, and says so.
"""
import argparse
import itertools
import json
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import processes
from servers import Sandbox
from sheets import Sheets
from tool import Bulkpatch

HERE = pathlib.Path(__file__).resolve().parent
RECORDED = HERE / "guard.json"
# Each measurement, the rows of the shorter and of the longer sheet, and the tolerance. The number of rows looked at and committed
# together depends on time, so sending differs a little each time.
COSTS = {
    "stage CSV, instructions a row": (2_000, 20_000, 0.10),
    "stage JSONL, instructions a row": (2_000, 20_000, 0.10),
    "send, instructions a row": (200, 2_000, 0.50),
}
MEMORY = {"stage CSV, MiB": (200_000, 0.25), "send, MiB": (2_000, 0.25)}


class Guard:
    def __init__(self, program, site, folder):
        self.folder, self.site = folder, site
        self.tool = Bulkpatch(program, folder)
        # Valgrind does not read the compressed debug information that the installed program refers to.
        self.bare = folder / "bulkpatch"
        shutil.copy(self.tool.program, self.bare)
        subprocess.run(["strip", "--strip-all", "--remove-section=.gnu_debuglink", self.bare], check=True)
        self.sheets = Sheets(folder / "sheets", 15)
        self.tags = itertools.count(1)

    def command(self, name, rows):
        """The arguments that do it once, with a state folder of their own."""
        common = ["--resource", "incidents", "--quiet", "--state-dir", tempfile.mkdtemp(dir=self.folder)]
        if name.startswith("send"):
            # Another text each time: a value that a record already has is not sent.
            sheet = self.sheets.path("subject", rows, next(self.tags))
            return ["run", sheet, "--site", self.site.url, "--lanes", "1", "--yes", *common]
        sheet = self.sheets.path("jsonl" if "JSONL" in name else "csv", rows)
        return ["run", sheet, "--site", "http://127.0.0.1:9", "--stage-only", *common]

    def instructions(self, name, rows):
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", self.bare, *self.command(name, rows)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.tool.environment)
        found = re.search(r"Collected : (\d+)", result.stderr)
        if result.returncode != 0 or not found:
            sys.exit(f"guard: '{name}' ended with {result.returncode}:\n{result.stderr}")
        return int(found.group(1))

    def megabytes(self, name, rows):
        command = [self.tool.program, *self.command(name, rows)]
        return processes.run(command, environment=self.tool.environment).memory

    def measure(self):
        found = {}
        for name, (few, many, _) in COSTS.items():
            found[name] = round((self.instructions(name, many) - self.instructions(name, few)) / (many - few))
        for name, (rows, _) in MEMORY.items():
            found[name] = round(self.megabytes(name, rows), 1)
        return found


def compare(found, recorded):
    """Prints a line for each cost; returns whether one has grown too much."""
    has_grown = False
    for name, value in found.items():
        known = recorded.get(name)
        tolerance = COSTS[name][2] if name in COSTS else MEMORY[name][1]
        if known is None:
            print(f"{name:34} {value:>10,}   not recorded")
            continue
        change = value / known - 1
        word = "more than it may" if change > tolerance else "less: record it" if change < -2 * tolerance else "as recorded"
        has_grown |= change > tolerance
        print(f"{name:34} {value:>10,}   {known:>10,} recorded, {change:+.1%}: {word}")
    return has_grown


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bulkpatch")
    parser.add_argument("sandbox")
    parser.add_argument("--record", action="store_true", help="keep what is measured now")
    options = parser.parse_args()
    if sys.platform != "linux" or shutil.which("valgrind") is None:
        print("guard: skipped, valgrind is not installed ('.ci/setup valgrind' does it)")
        return
    machine = platform.machine()
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    if machine not in recorded and not options.record:
        print(f"guard: skipped, nothing is recorded for {machine}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Sandbox(options.sandbox, 2_000, folder) as site:
            found = Guard(options.bulkpatch, site, folder).measure()
    has_grown = compare(found, recorded.get(machine, {}))
    if options.record:
        recorded[machine] = found
        RECORDED.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n")
    elif has_grown:
        sys.exit("guard: a row costs more than it did; find out why, or record it with the reason ('make guard-record')")


if __name__ == "__main__":
    main()
