#!/usr/bin/env python3
"""Makes the sheet that staging is measured with, from a seed: as CSV, and the same rows as JSON Lines.

    Tests/Benchmarks/make-sheet.py ROWS SEED FOLDER

A row has the incident's id, an account, a status, a note with quotes, and the note's type. Ids ascend with gaps, as in an export of a
service desk; `shuffled.csv` has the same rows in another order, `repeated.csv` three rows for each record.
"""
import csv
import json
import pathlib
import random
import sys

HEADER = [
    "id", "assignedTo.account", "statusWithType.status", "threads.append.text", "threads.append.entryType",
]
STATUSES = ["Solved", "Unresolved", "Waiting", "Updated"]
TYPES = ["Note", "Staff Account", "Customer"]
NOTES = [
    'Asked for "{}" once more, see call {}', 'Moved to tier 2, which has {} now; ticket {}',
    'Said "{}" on the phone; call back {}', 'No reply to "{}" since mail {}, closed', 'Warranty of {} was checked, see case {}',
]
THINGS = ["a refund", "the fuse", "someone senior", "a new lamp", "the manual"]


def rows(count, seed):
    chance = random.Random(seed)
    number = 1_000_000
    for _ in range(count):
        number += chance.randint(1, 3)
        note = chance.choice(NOTES).format(chance.choice(THINGS), chance.randint(100_000, 999_999))
        yield number, chance.randint(100, 4_999), chance.choice(STATUSES), note, chance.choice(TYPES)


def as_object(row):
    number, account, status, note, kind = row
    return {
        "id": number, "assignedTo": {"account": {"id": account}}, "statusWithType": {"status": {"lookupName": status}},
        "threads": [{"text": note, "entryType": {"lookupName": kind}}],
    }


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)


def main():
    count, seed, folder = int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "sheet.csv", rows(count, seed))
    with open(folder / "sheet.jsonl", "w", encoding="utf-8") as file:
        for row in rows(count, seed):
            file.write(json.dumps(as_object(row), separators=(",", ":")) + "\n")
    # The other two need all rows at once.
    if count <= 2_000_000:
        shuffled = list(rows(count, seed))
        random.Random(seed).shuffle(shuffled)
        write(folder / "shuffled.csv", shuffled)
        write(folder / "repeated.csv", ((1_000_000 + row[0] % (count // 3 + 1), *row[1:]) for row in shuffled))


if __name__ == "__main__":
    main()
