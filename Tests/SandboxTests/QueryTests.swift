import Catalog
import JSON
import Testing

/// Section 4.5 of the API reference: ROQL.
@Suite struct QueryTests {
  static let records = """
    {"resource": "incidents", "id": 1, "referenceNumber": "240101-000001", "subject": "It's one", "severity": {"id": 5}, "createdTime": "2024-01-01T08:00:00Z", "primaryContact": {"id": 9}, "assignedTo": {"account": {"id": 31}}}
    {"resource": "incidents", "id": 2, "referenceNumber": "240102-000001", "subject": "Two", "createdTime": "2024-01-02T08:00:00Z", "threads": [{"id": 5, "text": "a", "entryType": {"id": 2}}, {"id": 6, "text": "b", "entryType": {"id": 1}}]}
    {"resource": "incidents", "id": 3, "referenceNumber": "240103-000001", "subject": "Three", "statusWithType": {"status": {"id": 2}}, "createdTime": "2024-01-03T08:00:00Z", "customFields": {"c": {"callback_ok": true, "region": {"id": 12}}}}
    """

  @Test func answersInTheShapeOfTheReference() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.get(
        "queryResults/?query=select id, referenceNumber from incidents where id < 3")
      #expect(reply.json?.object?.map(\.name) == ["items", "links"])
      #expect(
        reply.value("items") == [
          [
            "tableName": "incidents", "count": 2, "columnNames": ["id", "referenceNumber"],
            "rows": [["1", "240101-000001"], ["2", "240102-000001"]],
          ]
        ])
    }
  }

  static let queries: [(String, JSONValue)] = [
    ("select id from incidents where referenceNumber = '240102-000001'", [["2"]]),
    (
      "select id, lookupName from incidents where lookupName in ('240103-000001', '240101-000001', 'x')",
      [["1", "240101-000001"], ["3", "240103-000001"]]
    ),
    ("SELECT ID FROM Incidents WHERE ID IN (3, 1, 99)", [["1"], ["3"]]),
    ("select id from incidents where id > 1 and id < 3", [["2"]]),
    ("select id from incidents where id >= 2 limit 1", [["2"]]),
    ("select id from incidents where id > 99", []),
    (
      "select id, severity.id, severity.lookupName from incidents where id <= 2",
      [["1", "5", "2 - Major"], ["2", nil, nil]]
    ),
    (
      "select primaryContact.contact.id, primaryContact.id, assignedTo.account.id from incidents where id = 1",
      [["9", "9", "31"]]
    ),
    ("select id from incidents where statusWithType.status.id = 2", [["3"]]),
    ("select id from incidents where statusWithType.status.lookupName != 'Unresolved'", [["3"]]),
    ("select id from incidents where subject = 'It''s one'", [["1"]]),
    ("select id from incidents where subject like 'T%e'", [["3"]]),
    ("select id from incidents where severity is null and not id = 3", [["2"]]),
    ("select id from incidents where (id = 1 or id = 3) and severity is not null", [["1"]]),
    (
      "select id from incidents where createdTime >= '2024-01-02 08:00:00' and createdTime < '2024-01-03'",
      [["2"]]
    ),
    (
      "select customFields.c.callback_ok, customFields.c.region.lookupName from incidents where customFields.c.region = 12",
      [["1", "North"]]
    ),
    ("select i.id from incidents i order by i.createdTime desc limit 2", [["3"], ["2"]]),
    (
      "select id, threads.id, threads.entryType.id, threads.text from incidents where id in (1, 2)",
      [["1", nil, nil, nil], ["2", "5", "2", "a"], ["2", "6", "1", "b"]]
    ),
    ("select threads.id from incidents where id = 2 and threads.entryType.id = 1", [["6"]]),
    ("USE REPORT; select id from incidents where id = 1", [["1"]]),
    ("select id from accounts where lookupName = 'Alex Kim'", [["17"], ["42"]]),
    ("select id 'Incident ID', 'web' 'Origin', 7 from incidents where id = 1", [["1", "web", "7"]]),
    ("select count() from incidents where id > 1", [["2"]]),
    ("select COUNT(*), count(severity) rated from incidents", [["3", "1"]]),
    ("select count(threads.id) from incidents", [["2"]]),
    ("select count() from incidents where id > 9 limit 5 offset 2", [["0"]]),
    (
      "select primaryContact.parentContact.id, primaryContact.contact.lookupName from incidents where id = 1",
      [["9", "Joao Jones"]]
    ),
    (
      "select id from incidents where assignedTo.account.login = 'user31' and primaryContact.contact.name.first = 'Joao'",
      [["1"]]
    ),
    ("select otherContacts.lookupName from incidents where id = 1", [[nil]]),
  ]

  @Test(arguments: queries) func finds(_ query: String, _ rows: JSONValue) async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.get("queryResults?query=\(query)")
      #expect(reply.status == 200, "\(reply.text)")
      #expect(reply.value("items")?.array?.first?["rows"] == rows)
      #expect(reply.value("items")?.array?.first?["count"] == .integer(Int64(rows.array?.count ?? -1)))
    }
  }

  @Test func runsSeveralQueriesInOneCall() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.get(
        "queryResults?query=select id from incidents where id = 1; select subject from incidents where id = 2"
      )
      #expect(reply.value("items")?.array?.map { $0["rows"] } == [[["1"]], [["Two"]]])
    }
  }

  @Test(arguments: [
    "delete from incidents where id = 1", "select id from incidents; delete from incidents",
    "update incidents", "",
    "select from incidents", "select id from nothings", "select colour from incidents",
    "select * id from incidents", "select id as from incidents", "select count(id from incidents",
    "select count(), id from incidents", "select subject.* from incidents",
    "select primaryContact. from incidents",
    "describe nothings", "select primaryContact.contact.colour from incidents",
    "select id from incidents where", "select id from incidents where id = 'abc'",
    "select id from incidents where id in ()",
    "select id from incidents where id = 1 garbage here", "select id from incidents where subject = 'open",
    "select threads.id, billedMinutes.id from incidents", "select id from incidents limit -1",
    "drop table incident",
    "select id from incidents where id = 1 union select id from accounts",
  ])
  func refuses(_ query: String) async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.get("queryResults?query=\(query)")
      #expect(reply.status == 400)
      #expect(reply.code == "OSC-CREST-00007")
      #expect(try await desk.get("incidents?totalResults=true").value("totalResults") == 3)
    }
  }

  /// The queries that clients of live sites send beyond look-ups (section 15).
  @Test func namesComeInTheModelsOwnSpelling() async throws {
    try await Desk.open(Self.records) { desk async throws in
      for (query, table, names) in [
        (
          "SELECT ID, LOOKUPNAME, STATUSWITHTYPE.STATUS.ID, customfields.C.Region.lookupname FROM INCIDENTS",
          "incidents", ["id", "lookupName", "statusWithType.status.id", "customFields.c.region.lookupName"]
        ),
        (
          "select i.primarycontact.PARENTCONTACT.name.FIRST, threads.ENTRYTYPE from Incidents i", "incidents",
          ["primaryContact.parentContact.name.first", "threads.entryType"]
        ),
        ("select Id 'Incident ID', count as n, subject s from incidents", nil, ["Incident ID", "n", "s"]),
        ("select COUNT(), Count(ID), 'x' from incidents", "incidents", ["count()", "count(id)", "x"]),
        (
          "select primaryContact.contact.* from incidents", "incidents",
          (ResourceType.contacts.fields.filter { $0.kind != .menuPath && $0.isWrittenBySheets }.map(\.path)
            + ["customFields.c.newsletter"]).map { "primaryContact.contact.\($0)" }
        ),
        ("select assignedTo.* from incidents", "incidents", ["assignedTo.account", "assignedTo.staffGroup"]),
        ("select LOOKUPNAME from SERVICEPRODUCTS", "serviceProducts", ["lookupName"]),
      ] as [(String, String?, [String])] {
        let reply = try await desk.get("queryResults?query=\(query)")
        guard let table else {
          #expect(reply.status == 400, "\(query)")
          continue
        }
        let item = try #require(reply.value("items")?.array?.first, "\(query): \(reply.text)")
        #expect(item["tableName"] == .string(table))
        #expect(item["columnNames"]?.array?.compactMap(\.string) == names)
        #expect(item["rows"]?.array?.first?.array?.count == names.count)
      }
    }
  }

  @Test func describesTables() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.get("queryResults?query=describe; DESCRIBE Incidents; describe contacts")
      let items = try #require(reply.value("items")?.array)
      #expect(items.map { $0["columnNames"] } == Array(repeating: ["Name", "Type", "Path"], count: 3))
      #expect(items[0]["rows"]?.array?.contains(["incidents", "Table", nil]) == true)
      #expect(items[1]["tableName"] == "incidents")
      let rows = try #require(items[1]["rows"]?.array)
      #expect(rows.first == ["id", "Integer", nil])
      for row in [
        ["primaryContact", "Contact", "contacts"], ["severity", "NamedID", nil],
        ["assignedTo", "AssignedTo", "incidents.assignedTo"], ["threads", "Thread", "incidents.threads"],
      ] as [JSONValue] { #expect(rows.contains(row), "\(row)") }
      #expect(items[2]["rows"]?.array?.contains(["emails", "Email", "contacts.emails"]) == true)
    }
  }

  @Test func everythingIsSelectedByAStar() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let item = try await desk.get("queryResults?query=select * from incidents where id = 3")
        .value("items")?.array?.first
      let names = item?["columnNames"]?.array?.compactMap(\.string) ?? []
      let cells = item?["rows"]?.array?.first?.array ?? []
      let values = Dictionary(uniqueKeysWithValues: zip(names, cells))
      #expect(values["id"] == "3" && values["subject"] == "Three" && values["asset"] == .null)
      #expect(values["statusWithType.status"] == "2" && values["customFields.c.region"] == "12")
    }
  }

  @Test func threadsMayBeInTheReportingCopyOnly() async throws {
    try await Desk.open(Self.records, choices: ["roql-threads=report"]) { desk async throws in
      for query in [
        "select id, threads.id from incidents where id = 2",
        "select id from incidents where threads.entryType.id = 1", "select threads.* from incidents",
        "select count(threads.id) from incidents", "select id from incidents order by threads.id",
        "USE OPERATIONAL; select threads.id from incidents",
      ] {
        let reply = try await desk.get("queryResults?query=\(query)")
        #expect(reply.status == 400 && reply.code == "OSC-CREST-00007", "\(query)")
        let report = query.replacing("USE OPERATIONAL; ", with: "")
        #expect(try await desk.get("queryResults?query=USE REPORT; \(report)").status == 200, "\(query)")
      }
      #expect(try await desk.rows("select id from incidents where id = 2") == [["2"]])
      #expect(try await desk.get("incidents/2?expand=threads").value("threads.items")?.array?.count == 2)
    }
  }

  @Test func refusesAQueryNestedWithoutEnd() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let query = "select id from incidents where " + String(repeating: "(", count: 20_000)
      #expect(try await desk.get("queryResults?query=\(query)").status == 400)
      #expect(try await desk.get("queryResults").status == 400)
    }
  }

  @Test func cutsOffSilentlyAtTwentyThousandRows() async throws {
    try await Desk.open(incidents: 8000) { desk async throws in
      let rows = try await desk.rows("select threads.id from incidents limit 30000")
      #expect(rows?.array?.count == 20_000)
      let report = try await desk.rows("USE REPORT; select threads.id from incidents limit 30000")
      #expect(report?.array?.count ?? 0 > 20_000)
    }
  }
}
