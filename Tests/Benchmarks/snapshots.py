"""Runs as they usually are, with snapshots, against our own sandbox; and what the sandbox itself bears."""
import itertools

import processes
from sending import ceiling, rate
from servers import Sandbox

LANES = 8
CONNECTIONS = 32
COMMANDS = ["run", "verify", "rollback", "rollback of the rollback"]


def session(bench, site, rows, seed):
    """Changes the subject of every incident, verifies it, rolls it back, and rolls that back."""
    # Each session asks for other subjects: what a record already has is not sent.
    sheet = bench.sheets.path("subject", rows, seed)
    with bench.folder() as state:
        def command(*arguments):
            before = site.requests()
            measured = bench.tool.call(*arguments, state=state)
            measured.requests = (site.requests() - before) / rows
            return measured
        run = command("run", sheet, "--resource", "incidents", "--site", site.url, "--lanes", LANES, "--yes")
        others = command("verify", "latest"), command("rollback", "latest", "--yes"), command("rollback", "latest", "--yes")
    sheet.unlink()
    return run, *others


def measure(bench, table):
    rows = bench.sizes.snapshot_rows
    turns = processes.Turns()
    seeds = itertools.count(1)
    bench.say(f"the sandbox makes {rows:,} incidents")
    with bench.folder() as folder, Sandbox(bench.sandbox, rows, folder) as site:
        parts = processes.Turns()
        bench.add(parts, "session", lambda: session(bench, site, rows, next(seeds)))
        bench.add(turns, "PATCH", lambda: ceiling(bench, site, CONNECTIONS, "PATCH", rows), "wrk")
        bench.add(turns, "GET", lambda: ceiling(bench, site, CONNECTIONS, "GET", rows), "wrk")
        parts.take(bench.sizes.snapshot_rounds, bench.say)
        turns.take(bench.sizes.snapshot_rounds, bench.say)
    for position, name in enumerate(COMMANDS):
        if "session" in parts.missing:
            turns.skip(name, parts.missing["session"])
        else:
            turns.samples[name] = [sample[position] for sample in parts.samples["session"]]

    table.section(f"{rows:,} rows with snapshots, {LANES} lanes, against the sandbox on the same processors")
    for name in COMMANDS:
        table.figure(f"{name}: CPU a row", turns, name, lambda one: one.cpu / rows * 1e6, "µs")
        table.figure(f"{name}: requests a row", turns, name, lambda one: one.requests, "")
        table.figure(f"{name}: memory", turns, name, lambda one: one.memory, "MiB", ("<", 64))
    table.section(f"The sandbox itself, wrk with {CONNECTIONS} connections")
    for method in "PATCH", "GET":
        table.figure(f"{method} of one incident", turns, method, rate, "/s", ("≥", 20_000))
