"""What grows with the sheet: time, memory and run file; a resume half-way; and one record that has all rows."""
import dataclasses
import time

import processes
from sending import rate, send, staged
from servers import Answering

LANES = 8


def resume_half_way(bench, rows):
    """A run that is killed when half of its rows are answered, and then resumed up to its first row; seconds of the latter."""
    answer = bench.peers.built["answer"]
    with bench.folder() as state:
        with Answering(answer, mark=rows // 2) as site:
            staged(bench, rows, site.url, state)
            with bench.tool.sending(state, LANES) as process:
                site.line(process)
                process.stop()
            port = site.port
        with Answering(answer, port=port) as site:
            with bench.tool.sending(state, LANES) as process:
                site.line(process)
                reached = time.monotonic() - process.began
                return dataclasses.replace(process.stop(), seconds=reached)


def stage(bench, rows):
    with bench.folder() as state:
        return bench.tool.stage(bench.sheets.path("csv", rows), state)


def measure(bench, table):
    sizes = bench.sizes
    largest = max(sizes.growth)
    turns, single = processes.Turns(), processes.Turns()
    with bench.nginx() as site:
        for rows in sizes.growth:
            bench.add(turns, f"stage {rows}", lambda rows=rows: stage(bench, rows))
            bench.add(turns, f"send {rows}", lambda rows=rows: send(bench, site, rows, LANES), "nginx")
        bench.add(turns, "resume", lambda: resume_half_way(bench, largest), "answer")
        turns.take(sizes.growth_rounds, bench.say)
        bench.add(single, "one record", lambda: send(bench, site, sizes.one_record, LANES, "one-record"), "nginx")
        bench.add(single, "one lane", lambda: send(bench, site, sizes.one_record, 1), "nginx")
        # Each outcome is committed before the next row leaves, so this takes as long as the disk does that many times.
        single.take(1, bench.say)

    table.section(f"Growth: sheets of {', '.join(f'{rows:,}' for rows in sizes.growth)} rows; sent to nginx with {LANES} lanes")
    for verb, name in [("stage", "staging"), ("send", "sending")]:
        for rows in sizes.growth:
            table.figure(
                f"{name}, {rows:,} rows: time a row", turns, f"{verb} {rows}",
                lambda one, rows=rows: (1 / one.rate if one.rate else one.seconds / rows) * 1e6, "µs")
    for verb, name in [("stage", "staging"), ("send", "sending")]:
        for rows in sizes.growth:
            table.figure(f"{name}, {rows:,} rows: memory", turns, f"{verb} {rows}", lambda one: one.memory, "MiB", ("<", 64))
    for rows in sizes.growth:
        table.figure(f"staged, {rows:,} rows: run file", turns, f"stage {rows}", lambda one, rows=rows: one.size / rows, "bytes a row")
    table.figure(f"resume, half of {largest:,} rows done: to its first row", turns, "resume", lambda one: one.seconds, "s")
    table.figure(f"resume, half of {largest:,} rows done: memory", turns, "resume", lambda one: one.memory, "MiB", ("<", 64))
    table.ratio(
        f"{sizes.one_record:,} rows of one record, {LANES} lanes / of as many records, 1 lane", single, ("one record", "one lane"), rate, "/s")
    table.figure(f"{sizes.one_record:,} rows of one record: memory", single, "one record", lambda one: one.memory, "MiB", ("<", 64))
