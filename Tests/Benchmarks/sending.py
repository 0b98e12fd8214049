"""Sending to a site without latency (nginx), beside a bare loop of libcurl and what else people send with."""
import contextlib
import datetime
import pathlib
import sqlite3
import time

import processes
from processes import Failed, Measured

HERE = pathlib.Path(__file__).resolve().parent
LANES = [1, 8, 32, 128]
# How many of the rows each peer sends, as it is that much slower; all are compared by their rate.
SHARES = {"aiohttp": 10, "httpx": 20, "requests": 20, "xargs -P curl": 200, "parallel curl": 400}


def rate(measured):
    return measured.rate


def sent(measured):
    return measured.sent


def named(lanes):
    return f"{lanes} lane{'s' * (lanes > 1)}"


def staged(bench, rows, site, state, kind="fields"):
    bench.tool.stage(bench.sheets.path(kind, rows), state, site)


def send(bench, site, rows, lanes, kind="fields"):
    """Rows a second from the first request to the last outcome, and to the end of the process, when the result files are kept as well."""
    with bench.folder() as state:
        staged(bench, rows, site.url, state, kind)
        with bench.tool.sending(state, lanes) as process:
            first = site.first_request(process)
            since_epoch = time.time() - time.monotonic()
            measured = process.finish()
        measured.rate = rows / (process.began + measured.seconds - first)
        measured.sent = rows / (last_outcome(state) - since_epoch - first)
        measured.size = sum(path.stat().st_size for path in state.rglob("run.sqlite*"))
        return measured


def last_outcome(state):
    """When the last row of the only run got its outcome, in seconds of the Unix time."""
    (path,) = state.rglob("run.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as database:
        text, = database.execute("SELECT max(finished_at) FROM row").fetchone()
    return datetime.datetime.fromisoformat(text).timestamp()


def rate_of(arguments):
    """The rate that a program prints."""
    taken = float(processes.printed(arguments))
    return Measured(rate=taken, sent=taken)


def ceiling(bench, site, connections, method="PATCH", records=1_000_000):
    """wrk's rate."""
    text = processes.printed([
        bench.peers.program("wrk"), "-t1", f"-c{connections}", f"-d{bench.sizes.wrk_seconds}s", "-s", HERE / "requests.lua", site.url,
        "--", method, str(records)])
    if "Non-2xx" in text or "Socket errors" in text:
        raise Failed("wrk: " + " ".join(text.split("\n")[-6:]))
    return Measured(rate=float(text.split("Requests/sec:")[1].split()[0]))


def with_curl(bench, program, site, lanes, total):
    """A process of curl for each row."""
    request = [
        bench.peers.program("curl"), "-sf", "-o", "/dev/null", "-X", "PATCH", "-u", "admin:sandbox", "-H",
        "Content-Type: application/json", "-d", '{"assignedTo":{"account":{"id":1}},"statusWithType":{"status":{"id":1}}}',
        f"{site.url}/services/rest/connect/v1.4/incidents/{{}}"]
    if program == "parallel":
        # It gives its command to a shell.
        arguments = ["parallel", "--will-cite", "--quote", "-j", str(lanes), *request]
    else:
        arguments = ["xargs", "-P", str(lanes), "-I", "{}", *request]
    with bench.folder() as folder:
        (folder / "numbers").write_text("".join(f"{number}\n" for number in range(1, total + 1)))
        with open(folder / "numbers", "rb") as numbers:
            measured = processes.run(arguments, input=numbers)
    measured.rate = total / measured.seconds
    return measured


def measures(bench, turns, site):
    rows, peers = bench.sizes.send_rows, bench.peers
    for lanes in LANES:
        bench.add(turns, f"ours, {lanes}", lambda lanes=lanes: send(bench, site, rows, lanes), "nginx")
        bench.add(
            turns, f"bare, {lanes}", lambda lanes=lanes: rate_of([peers.built["barecurl"], site.url, lanes, rows]), "nginx", "barecurl")
        bench.add(turns, f"wrk, {lanes}", lambda lanes=lanes: ceiling(bench, site, lanes), "nginx", "wrk")
    for name, share in SHARES.items():
        total = max(rows // share, 100)
        if name.endswith("curl"):
            program = name.split()[0]
            needs = ["curl"] + (["parallel"] if program == "parallel" else [])
            bench.add(turns, name, lambda program=program, total=total: with_curl(bench, program, site, 8, total), "nginx", *needs)
        else:
            arguments = [peers.python, HERE / "send-in-python.py", name, site and site.url, 8, total]
            bench.add(turns, name, lambda arguments=arguments: rate_of(arguments), "nginx", name)


def measure(bench, table):
    rows, turns = bench.sizes.send_rows, processes.Turns()
    with bench.nginx() as site:
        measures(bench, turns, site)
        turns.take(bench.sizes.rounds, bench.say)
    table.section(f"Sending {rows:,} rows to nginx ({bench.workers} worker), no latency: rows a second")
    for lanes in LANES:
        table.ratio(
            f"{named(lanes)}: bulkpatch to the last outcome / bare libcurl loop", turns, (f"ours, {lanes}", f"bare, {lanes}"), sent, "/s",
            ("≥", 0.8))
        table.ratio(f"{named(lanes)}: to the end of the process / bare libcurl loop", turns, (f"ours, {lanes}", f"bare, {lanes}"), rate, "/s")
        table.ratio(f"{named(lanes)}: bulkpatch / wrk's ceiling", turns, (f"ours, {lanes}", f"wrk, {lanes}"), rate, "/s")
    for name in SHARES:
        goal = ("≥", 3) if name == "aiohttp" else None
        table.ratio(f"8 lanes: bulkpatch / {name}", turns, ("ours, 8", name), rate, "/s", goal)
    for lanes in LANES:
        table.figure(f"{named(lanes)}: memory", turns, f"ours, {lanes}", lambda one: one.memory, "MiB", ("<", 64))
    table.figure("8 lanes: CPU a row", turns, "ours, 8", lambda one: one.cpu / rows * 1e6, "µs")
