#!/usr/bin/env python3
"""Measures bulkpatch beside other programs, taking turns in one sitting, and prints one table of ratios.

    Tests/Benchmarks/bench.py BULKPATCH SANDBOX [--quick] [--large] [--parts staging,latency,…] [--keep]

Peers that are missing are installed; those that cannot be cost only their own lines. --keep leaves the table in
Tests/Benchmarks/runs, with the machine, the versions and the date.
"""
import argparse
import contextlib
import os
import pathlib
import shlex
import shutil
import signal
import sys
import tempfile
import time

import growth
import latency
import runs
import sending
import sizes
import snapshots
import staging
from peers import ROOT, Peers
from processes import Failed
from servers import Nginx
from sheets import Sheets
from table import Table
from tool import Bulkpatch

PARTS = {"staging": staging, "sending": sending, "latency": latency, "growth": growth, "snapshots": snapshots}


class Bench:
    """What the parts share in one sitting."""

    def __init__(self, options, scratch):
        self.sizes = sizes.chosen(options)
        self.scratch = scratch
        self.load = os.getloadavg()[0]
        self.command = shlex.join(["bench.py", "BULKPATCH", "SANDBOX", *sys.argv[3:]])
        self.workers = options.nginx_workers
        self.sandbox = pathlib.Path(options.sandbox).resolve()
        self.sheets = Sheets(scratch / "sheets", options.seed)
        self.tool = Bulkpatch(options.bulkpatch, scratch)
        self.peers = Peers(scratch, self.say)
        # No request to a site of this machine goes through a proxy.
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            del os.environ[name]

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    @contextlib.contextmanager
    def folder(self):
        """An empty folder, gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            yield pathlib.Path(folder)

    @contextlib.contextmanager
    def nginx(self):
        """nginx as it is measured with; None where it is not installed."""
        if self.peers.lacks("nginx"):
            yield None
            return
        with self.folder() as folder, Nginx(self.peers.program("nginx"), folder / "nginx", self.workers) as site:
            yield site

    def add(self, turns, name, measure, *needs):
        """Adds a measure, unless a peer that it needs is missing."""
        turns.add(name, measure)
        if reason := self.peers.lacks(*needs):
            turns.skip(name, reason)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bulkpatch")
    parser.add_argument("sandbox")
    parser.add_argument("--quick", action="store_true", help="small sizes: under five minutes on two processors")
    parser.add_argument("--large", action="store_true", help="growth up to 10,000,000 rows as well")
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    parser.add_argument("--keep", action="store_true", help="keep the table in Tests/Benchmarks/runs")
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--nginx-workers", type=int, default=1)
    sizes.add_options(parser)
    options = parser.parse_args()
    options.parts = options.parts.split(",")
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"--parts: not one of {', '.join(PARTS)}: {unknown[0]}")
    return options


def main():
    options = arguments()
    # Terminated as it is interrupted: what was started ends, what was written goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began, start = runs.now(), time.monotonic()
    build = ROOT / ".build"
    build.mkdir(exist_ok=True)
    # Beside the build, not in a folder of temporary files, which may be memory: run files are forced to the disk.
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=build))
    table = Table()
    try:
        bench = Bench(options, scratch)
        for part in options.parts:
            bench.say(f"{part}: {time.monotonic() - start:.0f} s so far")
            try:
                PARTS[part].measure(bench, table)
            except Failed as error:
                table.fail(part, error)
        text = runs.page(bench, table, began, time.monotonic() - start)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(text)
    if options.keep:
        print(f"kept: {runs.keep(text, began).relative_to(ROOT)}")
    if table.failed:
        sys.exit(f"bench: {table.failed} lines could not be measured; the table says why")


if __name__ == "__main__":
    main()
