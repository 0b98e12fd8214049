#!/usr/bin/env python3
"""restored.py BEFORE.sqlite ALONE.sqlite SCALE.sqlite: whether a rollback of a gathered run leaves what one of a run on one machine does.

The stores of three services that began alike: untouched, after a run on one machine and its rollback, after a split one and
its rollback. What a store says about times, and about who was the last to change a record, is left out, and so are the ids of
notes, which depend on the order of records."""
import collections, json, sqlite3, sys

def facts(path):
    found = collections.Counter()
    for entity, id, parent, name, document in sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(
            "SELECT entity, id, parent, name, document FROM b2c_row"):
        for key, value in json.loads(document).items():
            if key.endswith("Time") or key in ("displayOrder", "updatedByAccount"): continue
            found[entity, id if parent is None else parent, name, key, json.dumps(value, sort_keys=True)] += 1
    return found

before, alone, scale = map(facts, sys.argv[1:4])
differences = list(((alone - scale) + (scale - alone)).elements())
# What is left of the run on purpose: a note is never taken back.
left = scale - before
lost = before - scale
for fact in differences[:10]: print(fact)
for fact in list(lost)[:10]: print("gone:", fact)
others = [fact for fact in left if fact[0] == "incidents"]
for fact in others[:10]: print("new:", fact)
notes = sum(count for fact, count in left.items() if fact[3] == "text")
print(f"{sum(scale.values())} facts, {len(differences)} other than on one machine; {sum(lost.values())} of before are gone, "
      f"{notes} notes are left")
sys.exit(bool(differences or lost or others or not notes))
