#!/usr/bin/env python3
"""Measures staging against other programs with the same sheet, taking turns in one session, and prints ratios.

    Tests/Benchmarks/staging.py BULKPATCH [--rows N] [--rounds N] [--seed N] [--keep FOLDER]

`sqlite3 .import` into a plain table is 1. Times are those of whole commands, from start to exit; memory is the largest that a
process had. The results are kept in Tests/Benchmarks/runs, with the machine, the versions and the date. A peer that is not
installed is skipped.
"""
import argparse
import datetime
import os
import pathlib
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent


class Command:
    """One measured command and its results."""

    def __init__(self, name, arguments, output=None, program=None):
        self.name, self.arguments, self.output = name, arguments, output
        self.program = program or arguments[0]
        self.seconds, self.memory, self.size = [], [], None

    @property
    def is_there(self):
        return shutil.which(self.program) is not None

    def perform(self, folder):
        """Runs it once in an empty folder."""
        arguments = [part.format(out=folder) for part in self.arguments]
        sink = open(folder / self.output, "wb") if self.output else subprocess.DEVNULL
        began = time.monotonic()
        child = subprocess.Popen(arguments, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        self.seconds.append(time.monotonic() - began)
        self.memory.append(usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024))
        if status:
            sys.exit(f"{self.name} failed: {' '.join(arguments)}")
        for path in folder.rglob("run.sqlite"):
            self.size = path.stat().st_size


class FirstRequest(Command):
    """The same up to the first request, which a listener waits for; then it is killed."""

    def perform(self, folder):
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        sites = folder / "sites.yaml"
        sites.write_text(
            f"bench:\n  kind: b2c-service\n  url: http://127.0.0.1:{port}\n"
            "  auth: {basic: {user: bench, password: {env: BENCH_PASSWORD}}}\n")
        job = folder / "job.yaml"
        job.write_text(f"resource: incidents\nsheet: {self.arguments[1]}\nsite: bench\n")
        arguments = [self.arguments[0], "run", str(job), "--yes", "--quiet", "--state-dir", str(folder / "state")]
        reached = []

        def listen():
            connection, _ = listener.accept()
            if connection.recv(1):
                reached.append(time.monotonic())

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        began = time.monotonic()
        child = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "BENCH_PASSWORD": "x"})
        thread.join(600)
        if not reached:
            sys.exit("no request came: " + " ".join(arguments))
        self.seconds.append(reached[0] - began)
        child.kill()
        _, _, usage = os.wait4(child.pid, 0)
        self.memory.append(usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024))
        listener.close()
        for path in folder.rglob("run.sqlite"):
            self.size = path.stat().st_size


def commands(bulkpatch, data):
    def stage(name, sheet):
        return Command(name, [
            bulkpatch, "run", str(data / sheet), "--resource", "incidents", "--stage-only", "--quiet", "--state-dir",
            "{out}/state",
        ])

    sheet = data / "sheet.csv"
    found = [
        Command("sqlite3 .import", ["sqlite3", "{out}/plain.sqlite", f".import --csv {sheet} rows"]),
        stage("bulkpatch, staged", "sheet.csv"),
        FirstRequest("bulkpatch, first request", [bulkpatch, str(sheet)]),
        stage("bulkpatch, JSONL", "sheet.jsonl"),
    ]
    for name in ["shuffled", "repeated"]:
        if (data / f"{name}.csv").exists():
            found.append(stage(f"bulkpatch, {name}", f"{name}.csv"))
    found.append(Command("Miller, CSV to JSONL", ["mlr", "--icsv", "--ojsonl", "cat", str(sheet)], "rows.jsonl"))
    found.append(
        Command(
            "Python csv + json + sqlite3",
            [sys.executable, str(HERE / "stage-in-python.py"), str(sheet), "{out}/python.sqlite"]))
    return found


def version(*arguments):
    try:
        return subprocess.run(arguments, capture_output=True, text=True).stdout.strip().split("\n")[0]
    except OSError:
        return "not installed"


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().split("\n")
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def table(found, data, arguments):
    base = found[0].seconds
    size = (data / "sheet.csv").stat().st_size
    lines = [
        f"{arguments.rows} rows, seed {arguments.seed}, {size / 1e6:.0f} MB, {arguments.rounds} rounds, "
        f"{datetime.date.today()}; {processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}",
        f"sqlite3 {version('sqlite3', '--version')[:6]}, {version('mlr', '--version')}, Python {platform.python_version()}, "
        f"bulkpatch {version(arguments.bulkpatch, '--version')}", "",
        f"{'':30} {'seconds':>8} {'ratio: median':>14} {'min':>6} {'max':>6} {'MB':>6} {'file':>6}",
    ]
    for command in found:
        ratios = [one / other for one, other in zip(command.seconds, base)]
        sheet = command.arguments[2] if command.name.endswith(("JSONL", "shuffled", "repeated")) else None
        own = pathlib.Path(sheet).stat().st_size if sheet and pathlib.Path(sheet).exists() else size
        grown = f"{command.size / own:.2f}" if command.size else ""
        lines.append(
            f"{command.name:30} {statistics.median(command.seconds):8.2f} {statistics.median(ratios):14.2f} "
            f"{min(ratios):6.2f} {max(ratios):6.2f} {max(command.memory):6.0f} {grown:>6}")
    lines.append("")
    lines.append("ratio: to sqlite3 .import in the same round; MB: memory; file: the run file in sheets")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bulkpatch")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--keep", type=pathlib.Path, help="where the sheets are made, and left for the next time")
    arguments = parser.parse_args()
    arguments.bulkpatch = str(pathlib.Path(arguments.bulkpatch).resolve())
    with tempfile.TemporaryDirectory(dir=arguments.keep and arguments.keep.parent) as scratch:
        scratch = pathlib.Path(scratch)
        data = arguments.keep or scratch / "data"
        if not (data / "sheet.csv").exists():
            subprocess.run([
                sys.executable, HERE / "make-sheet.py", str(arguments.rows), str(arguments.seed), data], check=True)
        found = [command for command in commands(arguments.bulkpatch, data) if command.is_there]
        for round in range(arguments.rounds):
            # Each starts a round in turn, so that none always follows the same one.
            for command in found[round % len(found):] + found[: round % len(found)]:
                folder = scratch / "work"
                folder.mkdir()
                command.perform(folder)
                shutil.rmtree(folder)
        text = table(found, data, arguments)
    print(text)
    runs = HERE / "runs"
    runs.mkdir(exist_ok=True)
    path = runs / f"{datetime.datetime.now():%Y%m%dT%H%M%S}-staging-{arguments.rows}.txt"
    path.write_text(text + "\n")


if __name__ == "__main__":
    main()
