#!/usr/bin/env python3
"""Makes close-stale-interactions.csv and interactions-with-children.jsonl, and beside each the list of its rows that are not applied.

The sheets are written against the invented interactions of the sandbox, so make those first:

    bulkpatch sandbox --incidents 1200 --interactions 400 --seed 7 --database sandbox.sqlite     (then Ctrl-C)
    samples/make-interactions.py sandbox.sqlite

The first is a report that a team lead completes in a spreadsheet: every interaction that was open last week. The second
comes from a program, which uses the API's own form.
"""
import csv
import io
import json
import pathlib
import sqlite3
import sys

HEADER = ["Interaction", "Customer", "Opened", "Status", "Outcome", "End it", "Remark", "May we call"]
REMARKS = [
    "Closed: no reply for thirty days",
    "Closed by Zoë; the customer rang, all is well",
    'Closed, see "Address change – two contracts"',
    "終了:30日間返信なし",
    "Closed.\nReopen when the customer writes again.",
]
REPORTED_CLOSED = 12  # closed since the report was made


def main(database):
    site = sqlite3.connect(database)

    def rows(entity):
        found = site.execute("SELECT id, parent, document FROM fusion_row WHERE entity = ? ORDER BY id", (entity,))
        return [(number, parent, json.loads(document)) for number, parent, document in found]

    contacts = dict(site.execute("SELECT id, name FROM named_value WHERE set_name = 'contactParties'"))
    folder = pathlib.Path(__file__).parent
    close_stale(folder, rows("interactions"), contacts)
    with_children(folder, rows, contacts)


def write_expected(path, total, expected):
    lines = ["row,line,status,error code"] + [",".join(map(str, row)) for row in expected]
    path.write_text("\n".join(lines) + "\n")
    print(f"{path.name}: {total} rows, {len(expected)} of them not applied")


def close_stale(folder, interactions, contacts):
    accidents = {
        24: (dict(Interaction="3.001E+14"), "rejected", "scientific-notation"),
        61: (dict(Remark="Customer writes: " + "nobody has called me back, " * 40), "rejected", "too-long"),
        88: (dict(Outcome="ACME_GAVE_UP"), "failed", "27024"),
        119: (dict(Outcome="#N/A"), "rejected", "failed-formula"),
        143: (dict(End_it="<null>"), "rejected", "not-null"),
        170: (dict(Interaction="300100000009999"), "failed", "not-found"),
        196: (dict(Status="Closed"), "failed", "27024"),
        221: (dict(End_it="done"), "rejected", "not-a-boolean"),
        248: (dict(Interaction=""), "rejected", "missing-key"),
        270: (dict(Status="", Outcome="", End_it="", Remark="", May_we_call=""), "rejected", "empty-patch"),
    }
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(HEADER)
    expected = []
    count = 0

    def write(cells, state=None, code=""):
        nonlocal count
        count += 1
        if state:
            expected.append((count, text.getvalue().count("\n") + 1, state, code))
        sheet.writerow(cells)

    def cells(number, interaction, **changes):
        key, _, document = interaction
        row = dict.fromkeys(HEADER, "")
        row["Interaction"] = key
        row["Customer"] = contacts[document["ContactPartyId"]]
        row["Opened"] = document["StartTime"][:10]
        row.update({name.replace("_", " "): value for name, value in changes.items()})
        return [row[name] for name in HEADER]

    stale = [i for i in interactions if i[2]["StatusCd"] != "ORA_SVC_CLOSED"]
    closed = [i for i in interactions if i[2]["StatusCd"] == "ORA_SVC_CLOSED"][:REPORTED_CLOSED]
    for number, interaction in enumerate(stale):
        fields = {"Status": "ORA_SVC_CLOSED", "Outcome": "ACME_NO_REPLY" if number % 3 else "ACME_STALE", "End_it": "true"}
        if number % 6 == 1:
            fields["Remark"] = REMARKS[number // 6 % len(REMARKS)]
        if number % 25 == 4:
            fields["May_we_call"] = "false"
        changes, state, code = accidents.get(number, ({}, None, ""))
        write(cells(number, interaction, **{**fields, **changes}), state, code)
    for number, interaction in enumerate(closed):
        write(cells(number, interaction, Status="ORA_SVC_CLOSED", Outcome=interaction[2]["SubstatusCd"]))
    # A second row waits for the first one of its interaction, which the site refuses.
    write(cells(0, stale[88], Remark="Closed after the third call"), "blocked", "held")
    (folder / "close-stale-interactions.csv").write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    write_expected(folder / "close-stale-interactions.expected.csv", count, expected)


def with_children(folder, rows, contacts):
    interactions = [key for key, _, _ in rows("interactions")]
    references = rows("interactions.interactionReferences")
    participants = rows("interactions.InteractionParticipants")
    smart = dict((parent, key) for key, parent, _ in rows("interactions.smartActions"))
    objects = [
        ("SVC_SERVICE_REQUESTS", 300100030000001), ("ZMM_ACTIVITIES", 300100031000001), ("MOO_OPTY", 300100032000001),
        ("SVC_WORK_ORDERS", 300100033000001), ("MKL_LM_LEADS", 300100034000001),
    ]
    contact = 300100020000001
    lines = []
    expected = []

    def write(body, state=None, code=""):
        lines.append(json.dumps(body, ensure_ascii=False))
        if state:
            expected.append((len(lines), len(lines), state, code))

    def refer(*which):
        return [{"ObjectTypeCd": kind, "ObjectId": first + offset} for (kind, first), offset in which]

    # One of each type, then several at once.
    for number, each in enumerate(objects):
        write({"InteractionId": interactions[10 + number], "interactionReferences": refer((each, number))})
    write({"InteractionNumber": "INT0000000021", "interactionReferences": refer(*((each, 40) for each in objects))})
    # Someone else took part; with a change of the interaction itself.
    for number in range(4):
        write({
            "InteractionId": interactions[30 + number], "Description": "Conference call about the delivery",
            "InteractionParticipants": [
                {"ContactPartyId": contact + number, "ParticipantName": contacts[contact + number], "DurationMinutes": 15}],
        })
    # Existing children are named by their own key, and changed at their own address.
    for number, (key, parent, _) in enumerate(references[50:54]):
        write({"InteractionId": parent, "interactionReferences": [{"ReferenceId": key, "ObjectId": 300100030000101 + number}]})
    key, parent, _ = participants[20]
    write({"InteractionId": parent, "InteractionParticipants": [{"InteractionParticipantId": key, "DurationMinutes": 75}]})
    # Three levels: the interaction, the action offered to the agent, and what that sends.
    write({
        "InteractionId": interactions[60],
        "smartActions": [{
            "ActiveFlag": True, "ApplicationRoles": "SERVICE_AGENT",
            "UserActionRequestPayload": [{"RequestPayloadName": "SrId", "Binding": "ROW", "Value": "SrId"}],
            "UserActionURLBinding": [{"URLBindingName": "id", "Value": "SrId", "Binding": "ROW"}],
        }],
    })
    # Two of one interaction: the second waits for the first.
    write({"InteractionId": interactions[70], "interactionReferences": refer((objects[0], 7))})
    write({"InteractionId": interactions[70], "interactionReferences": refer((objects[2], 7))})
    # Mistakes that keep a row from being sent, and some that only the site can see.
    parent = next(iter(smart))
    write({"InteractionId": interactions[80], "interactionReferences": [{"ObjectTypeCd": "MOO_OPTY"}]}, "rejected", "missing-required")
    write({"InteractionId": references[60][1], "Description": "Two addresses in a row",
           "interactionReferences": [{"ReferenceId": references[60][0], "ObjectId": 300100030000001}]}, "rejected", "own-address")
    write({"InteractionId": interactions[82], "interactionReferences": refer((("SVC_SERVICE_REQUESTS", 300100099000001), 0))},
          "failed", "27024")
    write({"InteractionId": parent, "interactionReferences": [{"ReferenceId": 300100500999999, "ObjectId": 300100030000001}]},
          "failed", "not-found")

    (folder / "interactions-with-children.jsonl").write_text("\n".join(lines) + "\n")
    write_expected(folder / "interactions-with-children.expected.csv", len(lines), expected)


main(sys.argv[1])
