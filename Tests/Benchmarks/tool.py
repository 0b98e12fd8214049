"""bulkpatch as the benchmarks call it: each run in a state folder of its own."""
import os
import pathlib

from processes import Process


class Bulkpatch:
    def __init__(self, program, home):
        self.program = pathlib.Path(program).resolve()
        login = {"BULKPATCH_USER": "admin", "BULKPATCH_PASSWORD": "sandbox", "HOME": str(home)}
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **login}

    def start(self, *arguments, state):
        return Process(
            [self.program, *arguments, "--quiet", "--state-dir", state], environment=self.environment)

    def call(self, *arguments, state):
        with self.start(*arguments, state=state) as process:
            measured = process.finish()
        measured.size = sum(path.stat().st_size for path in state.rglob("run.sqlite*"))
        return measured

    def stage(self, sheet, state, site=None, *options):
        """Stages the sheet and sends nothing."""
        if site:
            # What nginx answers is nothing to read.
            options = ("--site", site, "--no-snapshot", *options)
        return self.call("run", sheet, "--resource", "incidents", "--stage-only", *options, state=state)

    def sending(self, state, lanes):
        """Starts to send the rows that are staged."""
        return self.start("resume", "latest", "--yes", "--lanes", str(lanes), state=state)
