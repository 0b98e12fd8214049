#!/usr/bin/env python3
"""audit.py SANDBOX.sqlite SHEET.jsonl RUN.sqlite: what the service saw, against what the sheet asked for and the run says.

The service's own log is the judge: the patch of each row was carried out exactly once if the run calls it applied, never if it
does not, and the rows of each record came in the order of the sheet."""
import collections, json, re, sqlite3, sys

site, run = (sqlite3.connect(f"file:{path}?mode=ro", uri=True) for path in (sys.argv[1], sys.argv[3]))
record_of_key = dict(site.execute(
    "SELECT name, id FROM b2c_row WHERE entity = 'incidents'"))
record_of, asks_note = {}, {}
for number, line in enumerate(open(sys.argv[2]), 1):
    row = json.loads(line)
    record_of[number] = row["id"] if "id" in row else record_of_key[row["referenceNumber"]]
    asks_note[number] = "threads" in row

carried_out, order, sent = collections.Counter(), collections.defaultdict(list), 0
for record, body, committed in site.execute(
        "SELECT record_id, body, committed FROM request_log WHERE method = 'PATCH' ORDER BY sequence"):
    number = int(re.search(r"row (\d+)", body).group(1))
    sent += 1
    assert record_of[number] == record, (number, record)
    if committed:
        carried_out[number] += 1
        order[record].append(number)

state = dict(run.execute("SELECT number, state FROM row"))
lost = [n for n, s in state.items() if s == "applied" and carried_out[n] == 0]
twice = [n for n in carried_out if carried_out[n] > 1]
unasked = [n for n, s in state.items() if s in ("rejected", "failed", "blocked", "staged") and carried_out[n]]
disorder = [record for record, rows in order.items() if rows != sorted(rows)]
notes = collections.Counter(int(text.rsplit(" ", 1)[1]) for (text,) in site.execute(
    "SELECT document ->> '$.text' FROM b2c_row WHERE entity = 'incidents.threads' AND document ->> '$.text' LIKE 'note of row %'"))
wrong_notes = [n for n, s in state.items() if asks_note[n] and s == "applied" and notes[n] != 1]
unsettled = [n for n, s in state.items() if s in ("sending", "unknown", "staged")]
print(f"{len(state)} rows {dict(collections.Counter(state.values()))}; {sent} patches sent, {sum(carried_out.values())} carried out; "
      f"{len(lost)} lost, {len(twice)} twice, {len(disorder)} records out of order, {len(wrong_notes)} notes wrong, "
      f"{len(unasked)} unasked, {len(unsettled)} unsettled")
sys.exit(bool(lost or twice or unasked or disorder or wrong_notes or unsettled or len(state) != len(record_of)))
