"""Sending to a site that answers after 50 ms: how busy the lanes are."""
import processes
from sending import LANES, named, staged
from servers import Answering

# In milliseconds.
LATENCY = 50


def delayed(bench, lanes, rows, start):
    """The share of lanes ÷ latency that goes through, by the site's own clock, from the first row to the last answer."""
    with Answering(bench.peers.built["answer"], delay=LATENCY, mark=rows) as site:
        with start(site) as process:
            measured = process.finish()
        measured.rate = rows / float(site.line(seconds=10)) / (lanes / (LATENCY / 1000))
        return measured


def measure(bench, table):
    turns = processes.Turns()
    for lanes in LANES:
        rows = int(lanes * bench.sizes.latency_seconds / (LATENCY / 1000))

        def ours(lanes=lanes, rows=rows):
            with bench.folder() as state:
                def start(site):
                    staged(bench, rows, site.url, state)
                    return bench.tool.sending(state, lanes)
                return delayed(bench, lanes, rows, start)

        def bare(lanes=lanes, rows=rows):
            return delayed(bench, lanes, rows, lambda site: processes.Process([bench.peers.built["barecurl"], site.url, lanes, rows]))

        bench.add(turns, f"ours, {lanes}", ours, "answer")
        bench.add(turns, f"bare, {lanes}", bare, "answer", "barecurl")
    turns.take(bench.sizes.latency_rounds, bench.say)
    table.section(f"A site that answers after {LATENCY} ms, {bench.sizes.latency_seconds} s: share of lanes ÷ latency")
    for lanes in LANES:
        table.figure(f"{named(lanes)}: bulkpatch", turns, f"ours, {lanes}", lambda one: one.rate * 100, "%", ("≥", 98))
        table.figure(f"{named(lanes)}: bare libcurl loop", turns, f"bare, {lanes}", lambda one: one.rate * 100, "%")
