#!/usr/bin/env python3
"""Compares the cost of a row with the recorded one: instructions and memory, which do not depend on how busy the machine is.

    Tests/Benchmarks/guard.py BULKPATCH SANDBOX [--record]

Instructions are counted by Valgrind (callgrind), of two sheets of different length, so that the cost of a start does not count.
Fails when a cost exceeds the recorded value and its tolerance, and says so when one is a good deal lower:
then record the new values, with the reason in the commit. Without Valgrind it measures nothing, and says so.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

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
    def __init__(self, program, sandbox, folder):
        self.folder = folder
        self.program = pathlib.Path(program).resolve()
        # Valgrind does not read the compressed debug information that the installed program refers to.
        self.bare = folder / "bulkpatch"
        shutil.copy(self.program, self.bare)
        subprocess.run(["strip", "--strip-all", "--remove-section=.gnu_debuglink", self.bare], check=True)
        self.desk = subprocess.Popen(
            [sandbox, "--port", "0", "--incidents", "2000"], stdout=subprocess.PIPE, text=True)
        self.url = self.desk.stdout.readline().strip()

    def end(self):
        self.desk.terminate()
        self.desk.wait()

    def command(self, name, rows):
        """The arguments that do it once, with a state folder of their own."""
        common = ["--resource", "incidents", "--quiet", "--state-dir", tempfile.mkdtemp(dir=self.folder)]
        if name.startswith("send"):
            sheet = self.folder / f"send-{rows}.csv"
            # Another text each time: a value that a record already has is not sent.
            tag = os.path.basename(common[-1])
            with open(sheet, "w", encoding="utf-8") as file:
                file.write("id,subject\n")
                file.writelines(f"{number},moved {tag}\n" for number in range(1, rows + 1))
            return ["run", str(sheet), "--site", self.url, "--lanes", "1", "--yes", *common]
        folder = self.folder / f"sheets-{rows}"
        if not folder.exists():
            subprocess.run([sys.executable, HERE / "make-sheet.py", str(rows), "15", folder], check=True)
        ending = "jsonl" if "JSONL" in name else "csv"
        return ["run", str(folder / f"sheet.{ending}"), "--site", "http://127.0.0.1:9", "--stage-only", *common]

    def instructions(self, name, rows):
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", self.bare, *self.command(name, rows)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.environment)
        found = re.search(r"Collected : (\d+)", result.stderr)
        if result.returncode != 0 or not found:
            sys.exit(f"guard: '{name}' ended with {result.returncode}:\n{result.stderr}")
        return int(found.group(1))

    def megabytes(self, name, rows):
        child = subprocess.Popen(
            [self.program, *self.command(name, rows)], stdout=subprocess.DEVNULL, env=self.environment)
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            sys.exit(f"guard: '{name}' failed")
        return usage.ru_maxrss / 1024

    @property
    def environment(self):
        login = {"BULKPATCH_USER": "admin", "BULKPATCH_PASSWORD": "sandbox", "HOME": str(self.folder)}
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **login}

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
    with tempfile.TemporaryDirectory() as folder:
        guard = Guard(options.bulkpatch, options.sandbox, pathlib.Path(folder))
        try:
            found = guard.measure()
        finally:
            guard.end()
    has_grown = compare(found, recorded.get(machine, {}))
    if options.record:
        recorded[machine] = found
        RECORDED.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n")
    elif has_grown:
        sys.exit("guard: a row costs more than it did; find out why, or record it with the reason ('make guard-record')")


if __name__ == "__main__":
    main()
