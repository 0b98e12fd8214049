#!/usr/bin/env python3
"""A careful script in place of staging: reads a sheet, checks each row, and keeps row and request in SQLite.

    Tests/Benchmarks/stage-in-python.py SHEET DATABASE
"""
import csv
import json
import sqlite3
import sys

STATUSES = {"Solved", "Unresolved", "Waiting", "Updated"}
TYPES = {"Note", "Staff Account", "Customer", "Customer Proxy"}


def named(text):
    return {"id": int(text)} if text.isdigit() else {"lookupName": text}


def patch(row):
    number, account, status, note, kind = row
    if not number.isdigit() or not note or len(note) > 1_048_576:
        raise ValueError("not valid")
    if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in note):
        raise ValueError("not valid")
    if status not in STATUSES or kind not in TYPES:
        raise ValueError("not valid")
    return {
        "assignedTo": {"account": named(account)}, "statusWithType": {"status": named(status)},
        "threads": [{"text": note, "entryType": named(kind)}],
    }


def built(reader):
    for number, row in enumerate(reader, 1):
        try:
            yield number, int(row[0]), "staged", json.dumps(patch(row), separators=(",", ":")), json.dumps(row)
        except (ValueError, IndexError):
            yield number, None, "rejected", None, json.dumps(row)


def main():
    database = sqlite3.connect(sys.argv[2])
    database.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, record_id, state, patch, input)")
    with open(sys.argv[1], newline="", encoding="utf-8") as file, database:
        reader = csv.reader(file)
        next(reader)
        database.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?)", built(reader))
    database.close()


if __name__ == "__main__":
    main()
