#!/usr/bin/env python3
"""Makes one sheet that the benchmarks use, from a seed. It is a program of its own because some kinds need all rows at once.

    Tests/Benchmarks/make-sheet.py KIND ROWS SEED FILE

`csv` and `jsonl` have the same rows: the incident's id, an account, a status, a note with quotes, and the note's type. Ids ascend
with gaps, as in an export of a service desk. `shuffled` has these rows in another order, `repeated` three rows for each record.
`fields` sets what barecurl sends, of the incidents 1, 2, 3, …; `one-record` does so on one incident alone. `subject` sets a
subject that no other seed sets.
"""
import csv
import json
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


def notes(count, seed):
    chance = random.Random(seed)
    number = 1_000_000
    for _ in range(count):
        number += chance.randint(1, 3)
        note = chance.choice(NOTES).format(chance.choice(THINGS), chance.randint(100_000, 999_999))
        yield number, chance.randint(100, 4_999), chance.choice(STATUSES), note, chance.choice(TYPES)


def shuffled(count, seed):
    rows = list(notes(count, seed))
    random.Random(seed).shuffle(rows)
    return rows


def repeated(count, seed):
    return ((1_000_000 + row[0] % (count // 3 + 1), *row[1:]) for row in shuffled(count, seed))


def fields(count, _):
    return ((number, number % 500 + 1, 1) for number in range(1, count + 1))


def one_record(count, _):
    return ((1, number % 500 + 1, 1) for number in range(1, count + 1))


def subjects(count, seed):
    return ((number, f"moved {seed}-{number}") for number in range(1, count + 1))


KINDS = {
    "csv": (HEADER, notes), "shuffled": (HEADER, shuffled), "repeated": (HEADER, repeated),
    "fields": (HEADER[:3], fields), "one-record": (HEADER[:3], one_record), "subject": (["id", "subject"], subjects),
}


def as_object(row):
    number, account, status, note, kind = row
    return {
        "id": number, "assignedTo": {"account": {"id": account}}, "statusWithType": {"status": {"lookupName": status}},
        "threads": [{"text": note, "entryType": {"lookupName": kind}}],
    }


def main():
    kind, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(sys.argv[4], "w", newline="", encoding="utf-8") as file:
        if kind == "jsonl":
            file.writelines(json.dumps(as_object(row), separators=(",", ":")) + "\n" for row in notes(count, seed))
            return
        header, rows = KINDS[kind]
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows(count, seed))


if __name__ == "__main__":
    main()
