"""What a sitting leaves: its table with machine, versions and date, in Tests/Benchmarks/runs."""
import datetime
import os
import pathlib
import platform
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / "runs"

NOTES = """\
bulkpatch and its peers take turns in each round. Each ratio is of two measures of the same round. A goal with `<` holds in every round,
any other holds for the median. Memory is the most that a process had resident (`VmHWM`).

Rows a second count from the site's first request: up to the last outcome that bulkpatch has committed, as its intents before, or up to the
end of the process, when it has written the result files and `changes.csv` as well. Its peers keep nothing. bulkpatch always commits with `synchronous = FULL`: there is no setting to compare.

nginx answers each write with 200 and no body. nginx cannot delay an answer without a module, so a small server of ours (`answer.c`)
answers after 50 ms. Everything runs on one machine and shares its processors.
"""


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().split("\n")
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def file_system(folder):
    shown = subprocess.run(["df", "-PT", folder], capture_output=True, text=True).stdout.split("\n")
    return shown[1].split()[1] if len(shown) > 1 else "an unknown file system"


def commit():
    shown = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return shown.stdout.strip() or "unknown"


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError, AttributeError):
        return platform.system()


def page(bench, table, began, taken):
    """The whole result as Markdown."""
    version = subprocess.run([bench.tool.program, "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    facts = [
        f"Taken {began:%Y-%m-%d %H:%M} UTC in {taken / 60:.0f} minutes, seed {bench.sheets.seed}, `{bench.command}`.",
        f"Machine: {processor()}, {os.cpu_count()} processors, {memory():.0f} GiB of memory, scratch files on "
        f"{file_system(bench.scratch)}; {system()}, {platform.system()} {platform.release()}; load before: {bench.load:.1f}.",
        f"bulkpatch {version} ({commit()}); " + ", ".join(" ".join(pair) for pair in bench.peers.versions()) + ".",
    ]
    counts = f"{table.met} goals met, {table.missed} missed."
    return "\n".join(["# Performance", "", *[line + "\n" for line in facts], table.text(), "", counts, "", NOTES])


def keep(text, began):
    """Writes the page, and lets `newest.md` name it."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{began:%Y%m%dT%H%M%SZ}.md"
    path.write_text(text, encoding="utf-8")
    newest = FOLDER / "newest.md"
    newest.unlink(missing_ok=True)
    newest.symlink_to(path.name)
    return path


def now():
    return datetime.datetime.now(datetime.timezone.utc)
