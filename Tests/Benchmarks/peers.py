"""The programs that bulkpatch is measured with: installed where they are missing, named with their versions.

A peer that cannot be installed costs only its own lines of the table, which say why.
"""
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What `.ci/setup` knows each by, and its program. nginx lies beside the programs of users.
PROGRAMS = {
    "sqlite3": "sqlite3", "miller": "mlr", "nginx": "nginx", "wrk": "wrk", "parallel": "parallel", "curl": "curl",
    "gcc": "cc",
}
LIBRARIES = ["aiohttp", "httpx", "requests"]
FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"


def found(program):
    return shutil.which(program) or shutil.which(program, path=FOLDERS)


class Peers:
    def __init__(self, folder, say):
        self.folder = folder
        # Why a peer is not there.
        self.missing = {}
        for name, program in PROGRAMS.items():
            if not found(program):
                say(f"installing {name}")
                self.install(name, ROOT / ".ci/setup", name)
            if not found(program):
                self.missing.setdefault(name, "not installed")
        self.python = ROOT / ".build/bench-venv/bin/python"
        if not self.python.exists():
            self.install("python3-venv", ROOT / ".ci/setup", "python3-venv")
            self.install("venv", sys.executable, "-m", "venv", ROOT / ".build/bench-venv")
        for library in LIBRARIES:
            if self.has(library):
                continue
            say(f"installing {library}")
            self.install(library, self.python, "-m", "pip", "install", "--quiet", library)
            if self.has(library):
                self.missing.pop(library, None)
        self.built = {name: self.build(name, *flags) for name, flags in {"barecurl": ["-lcurl", "-lpthread"], "answer": []}.items()}

    def install(self, name, *command):
        try:
            result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        except OSError as error:
            self.missing[name] = f"not installed: {error}"
            return
        if result.returncode:
            lines = [line for line in result.stderr.splitlines() if line.strip() and "hint" not in line]
            self.missing[name] = "not installed: " + (lines[-1] if lines else "no reason given")

    def has(self, library):
        return self.python.exists() and not subprocess.run(
            [self.python, "-c", f"import {library}"], capture_output=True).returncode

    def build(self, name, *flags):
        """Our own C programs; None when they do not compile."""
        path = self.folder / name
        if "gcc" not in self.missing:
            self.install(name, "cc", "-O2", HERE / f"{name}.c", "-o", path, *flags)
        else:
            self.missing[name] = "not built: there is no C compiler"
        return path if path.exists() else None

    def program(self, name):
        return found(PROGRAMS[name])

    def lacks(self, *names):
        """Why one of these is not there; None when all are."""
        return next((f"{name}: {self.missing[name]}" for name in names if name in self.missing), None)

    def versions(self):
        """What is there, with versions."""
        asked = {
            "sqlite3": ["sqlite3", "--version"], "miller": ["mlr", "--version"], "nginx": [found("nginx"), "-v"],
            "wrk": ["wrk", "-v"], "parallel": ["parallel", "--version"], "curl": ["curl", "--version"],
            "gcc": ["cc", "--version"],
        }
        for name, command in asked.items():
            if name not in self.missing:
                result = subprocess.run(command, capture_output=True, text=True)
                number = re.search(r"\d+(\.\d+)+|\b20\d{6}\b", result.stdout + result.stderr)
                yield name, number.group() if number else "of an unknown version"
        yield "Python", sys.version.split()[0]
        for library in LIBRARIES:
            if library not in self.missing:
                code = f"import importlib.metadata as data; print(data.version('{library}'))"
                yield library, subprocess.run([self.python, "-c", code], capture_output=True, text=True).stdout.strip()
