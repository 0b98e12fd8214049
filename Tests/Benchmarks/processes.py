"""Measured processes, and measures that take turns."""
import dataclasses
import os
import subprocess
import sys
import tempfile
import time

# What ru_maxrss counts in.
KIB = 1 if sys.platform == "linux" else 1 / 1024


class Failed(Exception):
    """A measure that could not be taken, and why."""


@dataclasses.dataclass
class Measured:
    """What one process took: wall and CPU seconds, and its largest resident memory in MiB (VmHWM).

    The kernel counts the memory of the process that started it as well, so ours has to stay small.
    """
    seconds: float = 0
    cpu: float = 0
    memory: float = 0
    # Requests or rows a second, bytes of the run file, requests for each row: where the measure has them.
    rate: float = 0
    # Rows a second until the last of them had its outcome on the disk.
    sent: float = 0
    size: int = 0
    requests: float = 0


class Process:
    """A process that has been started. It is a context: when that ends before the process does, the process is killed."""

    def __init__(self, arguments, environment=None, output=None, input=None):
        self.arguments = [str(argument) for argument in arguments]
        self.errors = tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.child = subprocess.Popen(
            self.arguments, env=environment, stdin=input or subprocess.DEVNULL, stdout=output or subprocess.DEVNULL,
            stderr=self.errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.returncode is None:
            self.kill()
            self.child.wait()
        self.errors.close()

    @property
    def has_ended(self):
        return os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def kill(self):
        self.child.kill()

    def stop(self):
        """Kills it, and returns what it took."""
        self.kill()
        return self.finish(accepted=None)

    def finish(self, accepted=(0,)):
        """Waits for its end. Throws when it ends with another exit code than those; None takes any."""
        _, status, usage = os.wait4(self.child.pid, 0)
        seconds = time.monotonic() - self.began
        self.child.returncode = os.waitstatus_to_exitcode(status)
        if accepted is not None and self.child.returncode not in accepted:
            self.errors.seek(0)
            text = self.errors.read().decode(errors="replace").strip().replace("\n", "; ")[-300:]
            raise Failed(f"{os.path.basename(self.arguments[0])} ended with {self.child.returncode}: {text}")
        return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KIB / 1024)


def run(arguments, **options):
    with Process(arguments, **options) as process:
        return process.finish()


def printed(arguments, **options):
    """What the program writes on standard output."""
    with tempfile.TemporaryFile() as output:
        run(arguments, output=output, **options)
        output.seek(0)
        return output.read().decode()


class Turns:
    """Measures that are taken in turns: each starts a round in turn, so that none always follows the same one."""

    def __init__(self):
        self.measures, self.samples, self.missing = {}, {}, {}

    def add(self, name, measure):
        self.measures[name] = measure

    def skip(self, name, reason):
        self.missing[name] = reason

    def take(self, rounds, say):
        names = list(self.measures)
        for round in range(rounds):
            for name in names[round % len(names):] + names[: round % len(names)]:
                if name in self.missing:
                    continue
                say(f"round {round + 1} of {rounds}: {name}")
                try:
                    self.samples.setdefault(name, []).append(self.measures[name]())
                # Whatever went wrong, an hour of other measures is not lost with it.
                except Exception as error:
                    self.missing[name] = f"failed: {error}" if isinstance(error, Failed) else f"failed: {error!r}"
                    self.samples.pop(name, None)
