"""Staging beside `sqlite3 .import`, Miller and a careful script in Python: whole commands, from start to exit."""
import dataclasses
import pathlib
import sys
import time

import processes
from servers import Answering

HERE = pathlib.Path(__file__).resolve().parent
SQLITE, STAGED, FIRST, JSONL = "sqlite3 .import", "bulkpatch staging", "bulkpatch to the first row sent", "bulkpatch JSONL"
SHUFFLED, REPEATED, MILLER, PYTHON = "bulkpatch shuffled", "bulkpatch repeated", "Miller", "Python"


def seconds(measured):
    return measured.seconds


def first_row(bench, sheet, state):
    """A whole run up to the first row that is sent; then it is killed."""
    with Answering(bench.peers.built["answer"]) as site:
        arguments = ["run", sheet, "--resource", "incidents", "--site", site.url, "--no-snapshot", "--yes"]
        with bench.tool.start(*arguments, state=state) as process:
            site.line(process)
            reached = time.monotonic() - process.began
            return dataclasses.replace(process.stop(), seconds=reached)


def measures(bench, turns):
    rows, sheets = bench.sizes.rows, bench.sheets
    sheet = sheets.path("csv", rows)

    def peer(name, arguments, *needs, output=None):
        def measure():
            with bench.folder() as folder:
                sink = open(folder / "output", "wb") if output else None
                return processes.run([str(argument).format(folder=folder) for argument in arguments], output=sink)
        bench.add(turns, name, measure, *needs)

    def staging(name, kind):
        path = sheets.path(kind, rows)

        def measure():
            with bench.folder() as state:
                return bench.tool.stage(path, state)
        bench.add(turns, name, measure)

    def first():
        with bench.folder() as state:
            return first_row(bench, sheet, state)

    peer(SQLITE, [bench.peers.program("sqlite3"), "{folder}/plain.sqlite", f".import --csv {sheet} rows"], "sqlite3")
    staging(STAGED, "csv")
    bench.add(turns, FIRST, first, "answer")
    staging(JSONL, "jsonl")
    # These need all rows in memory when they are made.
    if rows <= 2_000_000:
        staging(SHUFFLED, "shuffled")
        staging(REPEATED, "repeated")
    peer(MILLER, [bench.peers.program("miller"), "--icsv", "--ojsonl", "cat", sheet], "miller", output=True)
    peer(PYTHON, [sys.executable, HERE / "stage-in-python.py", sheet, "{folder}/python.sqlite"])


def measure(bench, table):
    turns = processes.Turns()
    measures(bench, turns)
    turns.take(bench.sizes.rounds, bench.say)
    rows = bench.sizes.rows
    size = bench.sheets.path("csv", rows).stat().st_size
    jsonl = bench.sheets.path("jsonl", rows).stat().st_size
    table.section(f"Staging {rows:,} rows, {size / 1e6:.0f} MB: seconds of a whole command")
    table.ratio("staged / `sqlite3 .import`", turns, (STAGED, SQLITE), seconds, "s", ("≤", 0.9))
    table.ratio("to the first row sent, indexes included / `sqlite3 .import`", turns, (FIRST, SQLITE), seconds, "s", ("≤", 1.2))
    table.ratio("Python csv + json + sqlite3 / staged", turns, (PYTHON, STAGED), seconds, "s", ("≥", 6), is_ours_first=False)
    table.ratio("Miller, CSV to JSONL / staged", turns, (MILLER, STAGED), seconds, "s", is_ours_first=False)
    table.ratio("as JSONL / as CSV", turns, (JSONL, STAGED), seconds, "s", ("≤", 2))
    if rows <= 2_000_000:
        table.ratio("shuffled / as CSV", turns, (SHUFFLED, STAGED), seconds, "s")
        table.ratio("three rows a record / as CSV", turns, (REPEATED, STAGED), seconds, "s")
    table.figure("run file / sheet, CSV", turns, STAGED, lambda measured: measured.size / size, "×", ("≤", 2.5))
    table.figure("run file / sheet, JSONL", turns, JSONL, lambda measured: measured.size / jsonl, "×")
    for name in STAGED, JSONL, REPEATED:
        if name in turns.measures:
            table.figure(f"memory, {name}", turns, name, lambda measured: measured.memory, "MiB", ("<", 64))
