"""The sheets of a sitting, each made when it is first asked for."""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


class Sheets:
    def __init__(self, folder, seed):
        self.folder, self.seed = folder, seed
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, kind, rows, seed=None):
        """The sheet of this kind; `make-sheet.py` says which there are."""
        seed = self.seed if seed is None else seed
        path = self.folder / f"{kind}-{rows}-{seed}.{'jsonl' if kind == 'jsonl' else 'csv'}"
        if not path.exists():
            part = path.with_suffix(".part")
            subprocess.run([sys.executable, HERE / "make-sheet.py", kind, str(rows), str(seed), part], check=True)
            part.rename(path)
        return path
