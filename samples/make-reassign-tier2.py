#!/usr/bin/env python3
"""Makes reassign-tier2.csv, and beside it the list of its rows that are not applied, with the reasons.

The sheet is written against the invented incidents of the sandbox, so make those first:

    bulkpatch sandbox --incidents 1200 --seed 7 --database sandbox.sqlite     (then Ctrl-C)
    samples/make-reassign-tier2.py sandbox.sqlite

It looks like an export of a service desk that a team lead completes in a spreadsheet: every incident that is not solved, in the
order of its number, its own headers, CRLF and a byte order mark, names from everywhere, and the usual accidents.
"""
import csv
import io
import json
import pathlib
import sqlite3
import sys

HEADER = [
    "Incident", "Customer", "Assign to", "Team", "Status", "Subject", "Call back", "Note", "Thread", "New text", "Make it",
    "Requested by", "Requested on",
]
TEAM = [5, 9, 14, 23, 31, 38, 50]
NOTES = [
    "Moved to Tier 2 with the phone queue.",
    'Moved to Tier 2; the customer asked for "someone senior", see the call of 19 November.',
    "Moved to Tier 2, part ordered, due on Friday.",
    "An Tier 2 übergeben – Kundin bittet um Rückruf, spricht nur Deutsch.",
    "Transféré au niveau 2.\nÀ rappeler avant midi.",
    "Moved to Tier 2.\n\n1. serial number checked\n2. reset, no change\n3. customer sends photos",
    "Tier 2 へ移管。お客様は平日午後のみ。",
    "Moved to Tier 2, same fault as 180103-000417.",
]
FOLLOW_UPS = [
    "Handed over in the morning round.",
    "Second call today, please treat first.",
    "Warranty checked: still covered, no charge.",
    "Zákazník čeká na výměnu, díl je na skladě.",
]
REQUESTERS = ["Chloé Renard", "Øystein Berg", "Zoë Müller", "李娜", "José Ñíguez"]
RESPONSE = 2


class Sheet:
    """The rows so far, as bytes, and the outcomes of those that are not applied."""

    def __init__(self):
        self.bytes = b"\xef\xbb\xbf"
        self.row = 0
        self.expected = []
        self.write(HEADER)
        self.row = 0

    def write(self, cells, state=None, code=""):
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerow(cells)
        self.write_raw(text.getvalue().encode(), state, code)

    def write_raw(self, line, state=None, code=""):
        self.row += 1
        if state:
            # Lines are counted as in an editor: the quoted line breaks of notes count too.
            self.expected.append((self.row, self.bytes.count(b"\n") + 1, state, code))
        self.bytes += line


def main(database):
    site = sqlite3.connect(database)
    names = dict(site.execute("SELECT id, name FROM named_value WHERE set_name = 'accounts'"))
    contacts = dict(site.execute("SELECT id, name FROM named_value WHERE set_name = 'contacts'"))
    incidents = [(i, json.loads(d)) for i, d in site.execute("SELECT id, document FROM b2c_row WHERE entity = 'incidents' ORDER BY id")]
    incidents = [(i, d) for i, d in incidents if d["statusWithType.status"] != 2]
    responses = {}
    threads = "FROM b2c_row WHERE entity = 'incidents.threads'"
    found = site.execute(f"SELECT id, parent {threads} AND document ->> '$.entryType' = ? ORDER BY id", (RESPONSE,))
    for thread, incident in found:
        responses.setdefault(incident, thread)
    questions = dict(site.execute(f"SELECT parent, min(id) {threads} GROUP BY parent"))

    sheet = Sheet()

    def cells(number, incident, **changes):
        row = dict.fromkeys(HEADER, "")
        row["Incident"] = incident
        row["Customer"] = contacts[dict(incidents)[incident]["primaryContact"]]
        row["Requested by"] = REQUESTERS[number % len(REQUESTERS)]
        row["Requested on"] = f"{number % 3 + 17:02d}.11.2026"
        row.update({name.replace("_", " "): value for name, value in changes.items()})
        return [row[name] for name in HEADER]

    def move(number, incident, **changes):
        person = TEAM[number % len(TEAM)]
        # Two people are called Alex Kim, so the lead wrote the id.
        name = "id:17" if number % 40 == 7 else names[person]
        call = f"{number % 4 + 23:02d}-11-2026 {number % 9 + 8:02d}:{number % 2 * 30:02d}" if number % 6 == 1 else ""
        fields = {"Assign_to": name, "Team": "Tier 2", "Call_back": call, "Note": NOTES[number % len(NOTES)]}
        if number % 10 == 4:
            fields["Status"] = "Unresolved"
        if number % 97 == 5:
            fields["Subject"] = "Escalated: battery empty after two hours"
        return cells(number, incident, **{**fields, **changes})

    accidents = {
        40: (dict(Assign_to="#N/A"), "rejected", "failed-formula"),
        77: (dict(Incident="1.05E+03"), "rejected", "scientific-notation"),
        121: (dict(Subject="Customer writes: " + "it does not work, " * 14), "rejected", "too-long"),
        180: (dict(Incident=""), "rejected", "missing-key"),
        222: (dict(New_text="Please call us."), "rejected", "missing-required"),
        263: (dict(Status="<null>"), "rejected", "not-null"),
        301: (dict(Call_back="31-02-2026 10:00"), "rejected", "not-a-date-time"),
        344: (dict(Assign_to="", Team="", Status="", Subject="", Call_back="", Note=""), "rejected", "empty-patch"),
        390: (dict(Note="#REF!"), "rejected", "failed-formula"),
        417: (dict(Thread="the second", New_text="Solved by phone."), "rejected", "not-an-integer"),
        460: (dict(Incident="12.50"), "rejected", "decimal-number"),
        505: (dict(Call_back="tomorrow"), "rejected", "not-a-date-time"),
        611: (dict(Incident="98765"), "failed", "not-found"),
        650: (dict(Assign_to="Alex Kim"), "failed", "OSC-CREST-00006"),
        702: (dict(Status="Sovled"), "failed", "OSC-CREST-00006"),
    }
    unquoted = {
        560: (dict(Note="Moved, see call"), "ragged-row"),
        584: (dict(Note='Moved; the 5" screen is cracked'), "stray-quote"),
        600: (dict(Note="Moved"), "invalid-encoding"),
    }
    # The second rows of records whose first row is not applied wait for it.
    blocked = {40, 650}

    for number, (incident, _) in enumerate(incidents):
        changes, state, code = accidents.get(number, ({}, None, ""))
        line = move(number, incident, **changes)
        if number in unquoted:
            # Typed without the quotes that a comma and an inch sign need, or pasted from a program of another
            # age.
            changes, code = unquoted[number]
            text = ",".join(map(str, move(number, incident, Requested_by="Jos\xe9", **changes)))
            encoding = "latin-1" if code == "invalid-encoding" else "utf-8"
            sheet.write_raw(text.encode(encoding) + b"\r\n", "rejected", code)
        else:
            sheet.write(line, state, code)
        if number % 8 == 3 and incident in responses and number not in accidents.keys() | unquoted.keys():
            rewrite = {"Thread": responses[incident], "Make_it": "Note"}
            if number % 16 == 3:
                rewrite["New_text"] = "[Withdrawn: written in the wrong incident]"
            sheet.write(cells(number, incident, **rewrite))
    for number, (incident, _) in enumerate(incidents):
        if number in blocked:
            sheet.write(cells(number, incident, Note=FOLLOW_UPS[0]), "blocked", "held")
        elif number % 5 == 3 and number not in accidents.keys() | unquoted.keys():
            sheet.write(cells(number, incident, Note=FOLLOW_UPS[number // 5 % len(FOLLOW_UPS)]))
    # Mistakes that only knowledge of the site reveals: a thread of another incident, an entry type that does not exist,
    # one that a customer's own words cannot become.
    first, second, third = (incidents[n][0] for n in (900, 910, 920))
    sheet.write(cells(1, first, Thread=questions[third], New_text="See above."), "failed", "not-found")
    sheet.write(cells(2, second, Thread=questions[second], Make_it="Internal"), "rejected", "unknown-name")
    sheet.write(cells(3, third, Thread=questions[third], Make_it="Note"), "failed", "OSC-CREST-00006")

    folder = pathlib.Path(__file__).parent
    (folder / "reassign-tier2.csv").write_bytes(sheet.bytes)
    lines = ["row,line,status,error code"] + [",".join(map(str, row)) for row in sheet.expected]
    (folder / "reassign-tier2.expected.csv").write_text("\n".join(lines) + "\n")
    print(f"{sheet.row} rows, {len(sheet.expected)} of them not applied")


main(sys.argv[1])
