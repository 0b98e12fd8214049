import Catalog
import JSON
import Testing

/// Section 7 of the API reference: the changes that a PATCH makes, and the reasons to refuse it.
@Suite struct PatchTests {
  static let record = """
    {"resource": "incidents", "id": 1, "subject": "Old", "severity": {"id": 5}, "product": {"id": 2}, \
    "assignedTo": {"account": {"id": 31}, "staffGroup": {"lookupName": "Tier 1"}}, \
    "threads": [{"id": 7, "entryType": {"id": 2}, "text": "Answer"}, {"id": 8, "entryType": {"id": 1}, "text": "Note"}]}
    """

  struct Refused: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: String
    var code = "OSC-CREST-00006"
    var status = 400
    /// A text that the detail must contain.
    var detail: String
  }

  static let long = String(repeating: "é", count: 241)
  static let refused = [
    Refused(
      testDescription: "unknown property", body: #"{"colour": 1}"#, code: "OSC-CREST-00013",
      detail: "Invalid property specified: colour"),
    Refused(
      testDescription: "unknown property inside", body: #"{"assignedTo": {"team": null}}"#,
      code: "OSC-CREST-00013",
      detail: "Invalid property specified: team"),
    Refused(
      testDescription: "another case", body: #"{"Subject": "x"}"#, code: "OSC-CREST-00013",
      detail: "Invalid property specified: Subject"),
    Refused(
      testDescription: "unknown custom field", body: #"{"customFields": {"c": {"nope": 1}}}"#,
      code: "OSC-CREST-00013",
      detail: "nope"),
    Refused(
      testDescription: "unknown package", body: #"{"customFields": {"X": {"nope": 1}}}"#,
      code: "OSC-CREST-00013",
      detail: "X"),
    Refused(
      testDescription: "more than id and name", body: #"{"severity": {"id": 5, "label": "x"}}"#,
      code: "OSC-CREST-00013", detail: "label"),
    Refused(
      testDescription: "missing contact", body: #"{"primaryContact": {"id": 90000}}"#,
      detail:
        "A problem setting a property to reference another object was encountered:\nInvalid ID: No such Contact with ID = 90000"
    ),
    Refused(
      testDescription: "missing menu id", body: #"{"severity": {"id": 99}}"#,
      detail: "No such Severity with ID = 99"),
    Refused(
      testDescription: "unknown name", body: #"{"queue": {"lookupName": "Nowhere"}}"#,
      detail: "lookupName = 'Nowhere'"),
    Refused(
      testDescription: "ambiguous name", body: #"{"product": {"lookupName": "Accessories"}}"#,
      detail: "does not identify one ServiceProduct"),
    Refused(
      testDescription: "ambiguous account", body: #"{"assignedTo": {"account": {"lookupName": "Alex Kim"}}}"#,
      detail: "does not identify one Account"),
    Refused(
      testDescription: "id and name disagree",
      body: #"{"severity": {"id": 5, "lookupName": "1 - Critical"}}"#,
      detail: "do not agree"),
    Refused(
      testDescription: "empty reference", body: #"{"severity": {}}"#, detail: "neither id nor lookupName"),
    Refused(testDescription: "bare id", body: #"{"severity": 5}"#, detail: "expected an object"),
    Refused(
      testDescription: "id as text", body: #"{"severity": {"id": "5"}}"#, detail: "expected an integer"),
    Refused(
      testDescription: "read-only attribute", body: #"{"closedTime": "2024-01-01T00:00:00Z"}"#,
      detail: "closedTime"),
    Refused(
      testDescription: "status type", body: #"{"statusWithType": {"statusType": {"id": 2}}}"#,
      detail: "statusType"),
    Refused(testDescription: "id", body: #"{"id": 1, "subject": "x"}"#, detail: "read-only: id"),
    Refused(
      testDescription: "milestones", body: #"{"milestoneInstances": []}"#, detail: "milestoneInstances"),
    Refused(
      testDescription: "241 characters", body: #"{"subject": "\#(long)"}"#,
      detail: "241 characters; at most 240"),
    Refused(testDescription: "number for text", body: #"{"subject": 5}"#, detail: "expected a string"),
    Refused(testDescription: "NUL", body: #"{"subject": "a\u0000b"}"#, detail: "NUL"),
    Refused(
      testDescription: "status cleared", body: #"{"statusWithType": {"status": null}}"#,
      detail: "Cannot be set to Nil/NULL"),
    Refused(
      testDescription: "contact cleared", body: #"{"primaryContact": null}"#,
      detail: "Cannot be set to Nil/NULL"),
    Refused(
      testDescription: "text for sub-object", body: #"{"assignedTo": "Tier 1"}"#, detail: "expected an object"
    ),
    Refused(
      testDescription: "integer out of range", body: #"{"customFields": {"c": {"visits": 1000}}}"#,
      detail: "outside 0 to 999"),
    Refused(
      testDescription: "fraction", body: #"{"customFields": {"c": {"visits": 1.5}}}"#,
      detail: "expected an integer"),
    Refused(
      testDescription: "text for boolean", body: #"{"customFields": {"c": {"callback_ok": "true"}}}"#,
      detail: "true or false"),
    Refused(
      testDescription: "no such day", body: #"{"customFields": {"c": {"visit_on": "2023-02-29"}}}"#,
      detail: "yyyy-MM-dd"),
    Refused(
      testDescription: "time without offset",
      body: #"{"customFields": {"c": {"callback_at": "2024-01-01T10:00:00"}}}"#,
      detail: "yyyy-MM-ddTHH:mm:ssZ"),
    Refused(
      testDescription: "thread without text", body: #"{"threads": {"entryType": {"id": 1}}}"#,
      detail: "threads.text"),
    Refused(
      testDescription: "thread without type", body: #"{"threads": {"text": "x"}}"#,
      detail: "threads.entryType"),
    Refused(
      testDescription: "foreign thread", body: #"{"threads": [{"id": 99, "text": "x"}]}"#,
      detail: "No such Thread with ID = 99"),
    Refused(
      testDescription: "note into response", body: #"{"threads": [{"id": 8, "entryType": {"id": 2}}]}"#,
      detail: "from 1 to 2"),
    Refused(
      testDescription: "response into customer", body: #"{"threads": [{"id": 7, "entryType": {"id": 3}}]}"#,
      detail: "from 2 to 3"),
    Refused(
      testDescription: "channel of an old thread", body: #"{"threads": [{"id": 7, "channel": {"id": 6}}]}"#,
      detail: "threads.channel"),
    Refused(
      testDescription: "thread's account",
      body: #"{"threads": {"text": "x", "entryType": {"id": 1}, "account": {"id": 2}}}"#,
      detail: "threads.account"),
    Refused(
      testDescription: "thread text cleared", body: #"{"threads": [{"id": 7, "text": null}]}"#,
      detail: "Cannot be set to Nil/NULL"),
    Refused(
      testDescription: "threads cleared", body: #"{"threads": null}"#, detail: "Cannot be set to Nil/NULL"),
    Refused(
      testDescription: "two objects", body: #"[{"subject": "a"}, {"subject": "b"}]"#, code: "OSC-CREST-00011",
      detail: "one object"),
    Refused(
      testDescription: "cut off", body: #"{"subject": "a"#, code: "OSC-CREST-00011", detail: "Malformed JSON"),
    Refused(
      testDescription: "repeated property", body: #"{"subject": "a", "subject": "b"}"#,
      code: "OSC-CREST-00011", detail: "Malformed JSON"),
    Refused(testDescription: "a bare text", body: #""subject""#, code: "OSC-CREST-00011", detail: "object"),
    Refused(testDescription: "no body", body: "", code: "OSC-CREST-00010", detail: "no body"),
  ]

  @Test(arguments: refused) func refusesAndChangesNothing(_ test: Refused) async throws {
    try await Desk.open(Self.record) { desk async throws in
      let before = try await desk.get("incidents/1?expand=all").text
      let reply = try await desk.patch("incidents/1", test.body)
      #expect(reply.status == test.status)
      #expect(reply.code == test.code)
      #expect(reply.detail?.contains(test.detail) == true, "\(reply.text)")
      #expect(try await desk.get("incidents/1?expand=all").text == before)
    }
  }

  /// The catalogue and the sandbox are written from one reference: whatever one refuses, the other refuses
  /// too.
  @Test func judgesTheCataloguesExamplesAlike() async throws {
    for example in ResourceType.incidents.examples {
      let record = """
        {"resource": "incidents", "id": 1, "threads": [{"id": 2, "text": "Q", "entryType": {"id": 3}}, \
        {"id": 4, "text": "A", "entryType": {"id": 2}}]}
        """
      try await Desk.open(record) { desk async throws in
        let status = try await desk.patch("incidents/1", example.patch.text()).status
        #expect(status == (example.verdict == .accepted ? 200 : 400), "\(example.title)")
      }
    }
  }

  @Test func changesAllOfABodyOrNothing() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let body =
        #"{"subject": "New", "threads": [{"text": "x", "entryType": {"id": 1}}, {"id": 99, "text": "y"}]}"#
      #expect(try await desk.patch("incidents/1", body).status == 400)
      #expect(try await desk.get("incidents/1").value("subject") == "Old")
      #expect(try await desk.rows("select threads.id from incidents where id = 1") == [["7"], ["8"]])
    }
  }

  @Test func setsReferencesAndMenusByIDOrByName() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let body = """
        {"assignedTo": {"account": {"id": 12}, "staffGroup": {"lookupName": "Tier 2"}}, "severity": {"lookupName": "1 - Critical"},
         "organization": {"id": 3}, "queue": {"id": 8, "lookupName": "Escalations"}, "product": {"id": 7}}
        """
      #expect(try await desk.patch("incidents/1", body).status == 200)
      let reply = try await desk.get("incidents/1")
      #expect(reply.value("assignedTo.account")?.referencedID == 12)
      #expect(reply.value("assignedTo.staffGroup") == ["id": 100_004, "lookupName": "Tier 2"])
      #expect(reply.value("severity") == ["id": 4, "lookupName": "1 - Critical"])
      #expect(reply.value("organization")?.referencedID == 3)
      #expect(reply.value("queue.lookupName") == "Escalations")
      #expect(reply.value("product")?.referencedID == 7)
    }
  }

  @Test func nullClears() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let body = #"{"severity": null, "product": null, "assignedTo": {"account": null}}"#
      #expect(try await desk.patch("incidents/1", body).status == 200)
      let reply = try await desk.get("incidents/1")
      #expect(reply.value("severity") == .some(.null))
      #expect(reply.value("product") == .some(.null))
      #expect(reply.value("assignedTo.account") == .some(.null))
      #expect(reply.value("assignedTo.staffGroup.lookupName") == "Tier 1")
    }
  }

  @Test func statusTypeAndClosingTimeFollowTheStatus() async throws {
    try await Desk.open(Self.record) { desk async throws in
      _ = try await desk.patch("incidents/1", #"{"statusWithType": {"status": {"lookupName": "Solved"}}}"#)
      let solved = try await desk.get("incidents/1")
      #expect(solved.value("statusWithType.statusType.id") == 2)
      #expect(solved.value("closedTime")?.string != nil)
      _ = try await desk.patch("incidents/1", #"{"statusWithType": {"status": {"id": 8}}}"#)
      let reopened = try await desk.get("incidents/1")
      #expect(reopened.value("statusWithType.statusType.id") == 1)
      #expect(reopened.value("closedTime") == .some(.null))
    }
  }

  @Test func keepsCustomFieldsOfEveryType() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let body = """
        {"customFields": {"c": {"callback_ok": false, "callback_at": "2024-03-17T11:12:44+02:00", "external_ref": "X-1",
         "region": {"lookupName": "North"}, "visit_on": "2024-02-29", "visits": 3}, "Field": {"PartCode": "PX-9", "Technician": {"id": 5}}}}
        """
      #expect(try await desk.patch("incidents/1", body).status == 200)
      let reply = try await desk.get("incidents/1")
      #expect(reply.value("customFields.c.callback_ok") == false)
      #expect(reply.value("customFields.c.callback_at") == "2024-03-17T09:12:44Z")
      #expect(reply.value("customFields.c.external_ref") == "X-1")
      #expect(reply.value("customFields.c.region") == ["id": 12, "lookupName": "North"])
      #expect(reply.value("customFields.c.visit_on") == "2024-02-29")
      #expect(reply.value("customFields.c.visits") == 3)
      #expect(reply.value("customFields.Field.PartCode") == "PX-9")
      #expect(reply.value("customFields.Field.Technician")?.referencedID == 5)
    }
  }

  @Test func countsCharactersNotBytes() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let text = String(repeating: "é", count: 240)
      #expect(try await desk.patch("incidents/1", #"{"subject": "\#(text)"}"#).status == 200)
      #expect(try await desk.get("incidents/1").value("subject") == .string(text))
    }
  }

  @Test func createsAnIncidentThatHasAPrimaryContact() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let refused = try await desk.send("POST", "incidents", #"{"subject": "No contact"}"#)
      #expect(refused.status == 400)
      let body = """
        {"primaryContact": {"id": 4}, "subject": "Created", "threads": {"entryType": {"id": 3}, "text": "Help",
         "channel": {"lookupName": "Phone"}, "mailHeader": "X: y"}}
        """
      let created = try await desk.send("POST", "incidents", body)
      #expect(created.status == 201)
      let id = try #require(created.value("id")?.integer)
      #expect(created.headers["location"]?.hasSuffix("/services/rest/connect/v1.4/incidents/\(id)") == true)
      let number = try #require(created.value("lookupName")?.string)
      #expect(number.wholeMatch(of: /[0-9]{2}[01][0-9][0-3][0-9]-[0-9]{6}/) != nil)
      let read = try await desk.get("incidents/\(id)?expand=threads")
      #expect(read.value("statusWithType.status.id") == 1)
      let thread = try #require(read.value("threads.items")?.array?.first)
      #expect(thread["contact"]?.referencedID == 4)
      #expect(thread["channel"]?["lookupName"] == "Phone")
    }
  }

  @Test func deletesAnIncident() async throws {
    try await Desk.open(Self.record) { desk async throws in
      let reply = try await desk.send("DELETE", "incidents/1")
      #expect(reply.status == 200)
      #expect(reply.headers["content-type"] == "text/html; charset=UTF-8")
      #expect(try await desk.get("incidents/1").status == 404)
    }
  }
}
