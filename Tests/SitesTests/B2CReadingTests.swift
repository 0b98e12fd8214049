import Catalog
import JSON
import Records
import TestSupport
import Testing

@testable import Sites

/// Reading many incidents with few requests.
@Suite struct B2CReadingTests {
  @Test func asksForTheAttributesOfManyIncidentsInOneQuery() throws {
    let server = try ScriptedServer([
      .answer(
        .table([
          ["4", "2024-03-17T09:12:44Z", "Screen flickers", "31", "Ann Lee", "2", "Solved"],
          ["9", "2024-03-18T09:12:44Z", nil, nil, nil, "1", "Unresolved"],
        ])),
      // 5 was not in the table; because references were asked for, it is asked for once more.
      .answer(.table([])),
    ])
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, images) = connection.read(
      ReadRequest(ids: [4, 9, 4, 5], attributes: ["subject", "assignedTo.account", "statusWithType.status"]))
    #expect(exchange.outcome == .applied)
    #expect(
      images == [
        4: RecordImage(
          id: 4, token: "2024-03-17T09:12:44Z",
          values: [
            "subject": "Screen flickers", "assignedTo.account": ["id": 31, "lookupName": "Ann Lee"],
            "statusWithType.status": ["id": 2, "lookupName": "Solved"],
          ]),
        9: RecordImage(
          id: 9, token: "2024-03-18T09:12:44Z",
          values: [
            "subject": nil, "assignedTo.account": nil,
            "statusWithType.status": ["id": 1, "lookupName": "Unresolved"],
          ]),
      ])
    #expect(
      server.requests.map(\.target) == [
        "\(Self.path)/queryResults/?query=select id, updatedTime, subject, assignedTo.account.id, "
          + "assignedTo.account.lookupName, statusWithType.status.id, statusWithType.status.lookupName "
          + "from incidents where id in (4,9,5)",
        "\(Self.path)/queryResults/?query=select id, updatedTime from incidents where id in (5)",
      ])
    #expect(server.requests.first?.header("OSvC-CREST-Time-UTC") == "yes")
    #expect(connection.takeRequests().byStatus == [200: 2])
    #expect(connection.takeRequests().byStatus == [:])
  }

  @Test(
    arguments: [
      (.string(), "x", "x"), (.string(), nil, nil), (.string(), "7", "7"),
      (.integer(), "-3", -3), (.integer(), "9223372036854775807", 9_223_372_036_854_775_807),
      (.integer(), "many", "many"),
      (.boolean, "1", true), (.boolean, "0", false), (.boolean, "TRUE", true), (.boolean, "false", false),
      (.boolean, nil, nil), (.boolean, "maybe", "maybe"),
      (.date, "2024-04-02", "2024-04-02"), (.date, "2024-04-02T00:00:00Z", "2024-04-02"),
      (.dateTime, "2024-04-02T10:00:00+02:00", "2024-04-02T08:00:00Z"),
      (.dateTime, "2024-04-02 10:00:00", "2024-04-02T10:00:00Z"),
    ] as [(Field.Kind, String?, JSONValue)])
  func bringsACellIntoTheFormThatAPatchHas(kind: Field.Kind, cell: String?, value: JSONValue) throws {
    let server = try ScriptedServer([.answer(.table([["1", "t", cell]]))])
    let (_, images) = try SiteSettings.test(server.url).connection().read(
      ReadRequest(ids: [1], attributes: ["customFields.c.x"], kinds: ["customFields.c.x": kind]))
    #expect(images[1]?.values == ["customFields.c.x": value])
  }

  @Test func fetchesOneByOneWhatNoQueryCanSay() throws {
    let item = #"{"id": 4, "customFields": {"c": {"own": {"id": 3, "lookupName": "x"}}}, "assignedTo": null}"#
    let server = try ScriptedServer([
      .answer(.table([["4", "t", "a"], ["5", "u", "b"]])), .answer(.json(item)),
      .answer(.problem("404 Not Found", #"{"o:errorCode": "OSC-CREST-00013"}"#)),
    ])
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, images) = connection.read(
      ReadRequest(ids: [4, 5], attributes: ["subject", "customFields.c.own", "customFields.c.gone"]))
    #expect(exchange.outcome == .applied)
    #expect(
      images == [
        4: RecordImage(
          id: 4, token: "t",
          values: ["subject": "a", "customFields.c.own": ["id": 3, "lookupName": "x"]])
      ])
    #expect(
      server.requests.dropFirst().map(\.target)
        == [4, 5].map {
          "\(Self.path)/incidents/\($0)?fields=customFields.c.own,customFields.c.gone,updatedTime"
        })
  }

  @Test func asksForLessWhenTheSiteRefusesAQuery() throws {
    let links = #"{"links": [{"rel": "canonical", "href": "https://x.example/a/b/accounts/31"}]}"#
    let server = try ScriptedServer { request in
      if request.target.contains("lookupName") || request.target.contains("account.id") {
        return .answer(
          .problem("400 Bad Request", #"{"title": "Invalid query", "o:errorCode": "OSC-CREST-00007"}"#))
      }
      if request.target.contains("queryResults") { return .answer(.table([["1", "t"], ["2", "u"]])) }
      return .answer(.json(#"{"assignedTo": {"account": \#(links)}}"#))
    }
    let connection = try SiteSettings.test(server.url).connection()
    let request = ReadRequest(ids: [1, 2], attributes: ["assignedTo.account"])
    let expected: [RecordID: RecordImage] = [
      1: RecordImage(id: 1, token: "t", values: ["assignedTo.account": ["id": 31]]),
      2: RecordImage(id: 2, token: "u", values: ["assignedTo.account": ["id": 31]]),
    ]
    #expect(connection.read(request).1 == expected)
    #expect(connection.takeRequests().byStatus == [400: 2, 200: 3])
    // Once is enough to know.
    #expect(connection.read(request).1 == expected)
    #expect(connection.takeRequests().byStatus == [200: 3])
  }

  @Test func cutsManyIncidentsIntoQueriesOfAShortURL() throws {
    let server = try ScriptedServer(then: .answer(.table([], width: 3)))
    let ids = (1...3000).map { RecordID.integer($0 * 1_000_000_007) }
    let (exchange, images) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: ids, attributes: ["subject"]))
    #expect(exchange.outcome == .applied)
    #expect(images.isEmpty)
    let lines = server.requests.map(\.line)
    #expect(lines.allSatisfy { $0.utf8.count < 6100 })
    #expect(Double(lines.count) < Double(ids.count) * 0.02)
    let asked = server.requests.flatMap { $0.target.matches(of: /[(,](\d+)/).compactMap { Int64($0.1) } }
    #expect(asked.map(RecordID.integer) == ids)
  }

  @Test(arguments: [[], [["1"]], [["one", "t", "x"]], [["1", "t", "x", "y"]]] as [[[String]]])
  func refusesAnAnswerThatIsNoTableOfThese(rows: [[String]]) throws {
    let table = String.table(rows, width: rows.isEmpty ? 2 : 3)
    let server = try ScriptedServer([.answer(table)])
    let (exchange, images) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: ["subject"]))
    #expect(exchange.outcome.refusal?.code == "bad-answer")
    #expect(images.isEmpty)
  }

  @Test(arguments: ["subjet", "threads", "subject from incidents; delete from incidents", ""])
  func refusesAnAttributeThatIncidentsDoNotHave(attribute: String) throws {
    let server = try ScriptedServer()
    let (exchange, _) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: [attribute]))
    #expect(exchange.outcome.refusal?.code == "unknown-attribute")
    #expect(server.requests.isEmpty)
  }

  @Test func neverPutsAStrangeNameIntoAQuery() throws {
    let server = try ScriptedServer([.answer(.table([["1", "t"]])), .answer(.json("{}"))])
    let path = "customFields.c.x from incidents; delete"
    _ = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: [path], kinds: [path: .string()]))
    #expect(server.requests.count == 2)
    #expect(server.requests[0].target.hasSuffix("select id, updatedTime from incidents where id in (1)"))
  }

  @Test(arguments: ["503 Service Unavailable", "401 Unauthorized", "403 Forbidden", "502 Bad Gateway"])
  func stopsAtTheFirstRequestThatFails(status: String) throws {
    let server = try ScriptedServer(then: .answer(.answer(status)))
    let (exchange, images) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: (1...5000).map(RecordID.integer), attributes: ["subject"]))
    #expect(exchange.outcome.refusal?.status == Int(status.prefix(3)))
    #expect(images.isEmpty)
    #expect(server.requests.count == 1)
  }

  private static let path = "/services/rest/connect/v1.4"
}

/// Reading the lists of many incidents.
@Suite struct B2CListReadingTests {
  @Test func readsARowForEachThread() throws {
    let server = try ScriptedServer([
      .answer(.table([["1", "t"], ["2", "u"], ["3", "v"]])),
      .answer(
        .table([
          ["1", "t", "12", "late", "1", "Note"], ["1", "t", "3", "early", "2", "Staff Account"],
          ["2", "u", nil, nil, nil, nil],
        ])),
    ])
    let (exchange, images) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1, 2, 3], attributes: [], lists: ["threads": ["text", "entryType"]]))
    #expect(exchange.outcome == .applied)
    #expect(
      images[1]?.lists == [
        "threads": [
          ["id": 3, "text": "early", "entryType": ["id": 2, "lookupName": "Staff Account"]],
          ["id": 12, "text": "late", "entryType": ["id": 1, "lookupName": "Note"]],
        ]
      ])
    #expect(images[2]?.lists == ["threads": []])
    #expect(images[3]?.lists == ["threads": []])
    #expect(
      server.requests.last?.target.hasSuffix(
        "select id, updatedTime, threads.id, threads.text, threads.entryType.id, threads.entryType.lookupName "
          + "from incidents where id in (1,2,3)") == true)
  }

  @Test func splitsAQueryWhoseTableIsCutAtTheCap() throws {
    // Every incident has 3,000 threads, and no table is longer than 20,000 rows.
    let server = try ScriptedServer { request in
      let ids = request.target.matches(of: /[(,](\d+)/).map { String($0.1) }
      guard request.target.contains("threads.id") else {
        return .answer(.table(ids.map { [$0, "t"] }))
      }
      let rows = ids.flatMap { id in (1...3000).map { [id, "t", "\($0)"] } }
      return .answer(.table(Array(rows.prefix(20_000))))
    }
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, images) = connection.read(
      ReadRequest(ids: (1...10).map(RecordID.integer), attributes: [], lists: ["threads": []]))
    #expect(exchange.outcome == .applied)
    #expect(images.count == 10)
    #expect(images.values.allSatisfy { $0.lists["threads"]?.count == 3000 })
    #expect(connection.takeRequests().byStatus == [200: 4])
  }

  @Test func reportsAListThatIsTooLongOnItsOwn() throws {
    let rows = (1...20_000).map { ["1", "t", "\($0)"] as [String?] }
    let server = try ScriptedServer([.answer(.table([["1", "t"]])), .answer(.table(rows))])
    let (exchange, _) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: [], lists: ["threads": []]))
    #expect(exchange.outcome.refusal?.code == "bad-answer")
  }

  @Test func fetchesTheListsOneByOneWhereNoQueryReadsThem() throws {
    let item = """
      {"id": 1, "threads": {"items": [
        {"id": 8, "text": "b", "entryType": {"id": 1, "lookupName": "Note"}, "links": []},
        {"id": 7, "text": "a", "entryType": {"id": 2, "lookupName": "Staff Account"}, "links": []}]}}
      """
    let server = try ScriptedServer { request in
      if request.target.contains("threads.") {
        return .answer(.problem("400 Bad Request", #"{"o:errorCode": "OSC-CREST-00013"}"#))
      }
      return .answer(request.target.contains("expand") ? .json(item) : .table([["1", "t"]]))
    }
    let (exchange, images) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: [], lists: ["threads": ["text", "entryType"]]))
    #expect(exchange.outcome == .applied)
    #expect(
      images[1]?.lists["threads"] == [
        ["id": 7, "text": "a", "entryType": ["id": 2, "lookupName": "Staff Account"]],
        ["id": 8, "text": "b", "entryType": ["id": 1, "lookupName": "Note"]],
      ])
    #expect(server.requests.last?.target.hasSuffix("/incidents/1?expand=threads") == true)
  }

  @Test func readsAListOfReferences() throws {
    let server = try ScriptedServer([
      .answer(.table([["1", "t"]])), .answer(.table([["1", "t", "40"], ["1", "t", "31"]])),
    ])
    let (_, images) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: [], lists: ["otherContacts": []]))
    #expect(images[1]?.lists["otherContacts"] == [["id": 31], ["id": 40]])
    #expect(server.requests.last?.target.contains("select id, updatedTime, otherContacts.id from") == true)
  }

  @Test(arguments: ["thread", "threads.text"])
  func refusesAListThatIncidentsDoNotHave(name: String) throws {
    let server = try ScriptedServer()
    let (exchange, _) = try SiteSettings.test(server.url).connection()
      .read(ReadRequest(ids: [1], attributes: [], lists: [name: []]))
    #expect(exchange.outcome.refusal?.code == "unknown-attribute")
    #expect(server.requests.isEmpty)
  }
}

extension String {
  /// The answer to a ROQL query; the site picks the names of the columns.
  static func table(_ rows: [[String?]], width: Int? = nil) -> String {
    let count = width ?? rows.first?.count ?? 2
    let names = JSONValue.array((0..<count).map { .string("column \($0)") })
    let cells = JSONValue.array(rows.map { .array($0.map { $0.map { .string($0) } ?? .null }) })
    return .json(
      #"{"items": [{"tableName": "incidents", "count": \#(rows.count), "columnNames": "#
        + #"\#(names.text()), "rows": \#(cells.text())}]}"#)
  }
}
