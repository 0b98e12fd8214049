import Catalog
import JSON
import Records
import TestSupport
import Testing

@testable import Sites

/// Looking up ids by reference number.
@Suite struct KeyLookupTests {
  private static func table(_ rows: [(id: Int, value: String)]) -> String {
    let cells = rows.map { #"["\#($0.id)", "\#($0.value)"]"# }.joined(separator: ", ")
    return .json(
      #"{"items": [{"tableName": "incidents", "count": \#(rows.count), "columnNames": ["id", "referenceNumber"], "#
        + #""rows": [\#(cells)]}]}"#)
  }

  @Test func asksForAllValuesInOneQueryAndReadsTheTable() throws {
    let server = try ScriptedServer([.answer(Self.table([(11, "240101-000003"), (12, "240101-000004")]))])
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, found) = connection.resolve(
      attribute: "referenceNumber",
      values: ["240101-000003", "240101-000004", "240101-000005", "240101-000003"])
    #expect(exchange.outcome == .applied)
    #expect(found == ["240101-000003": [11], "240101-000004": [12]])
    let line = try #require(server.requests.first?.line)
    #expect(
      line
        == "GET /services/rest/connect/v1.4/queryResults/?query=select%20id%2C%20referenceNumber%20from%20incidents"
        + "%20where%20referenceNumber%20in%20%28%27240101-000003%27%2C%27240101-000004%27%2C%27240101-000005%27%29"
        + " HTTP/1.1")
    #expect(server.requests.count == 1)
  }

  @Test func keepsEveryIdOfAnAmbiguousValue() throws {
    let (_, found) = try lookUp(["a"], answer: Self.table([(11, "a"), (12, "a"), (11, "a")]))
    #expect(found == ["a": [11, 12]])
  }

  @Test func cutsManyValuesIntoQueriesOfAShortURL() throws {
    let values = (0..<1000).map { "240101-\(String(1_000_000 + $0).dropFirst())" }
    let server = try ScriptedServer(then: .answer(Self.table([])))
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, found) = connection.resolve(attribute: "referenceNumber", values: values)
    #expect(exchange.outcome == .applied)
    #expect(found.isEmpty)
    let lines = server.requests.map(\.line)
    #expect(lines.count < 10)
    #expect(lines.allSatisfy { $0.utf8.count < 6100 })
    for value in values { #expect(lines.count { $0.contains("%27\(value)%27") } == 1) }
  }

  @Test(arguments: [
    "x'", "x\\", "a;delete from incidents", "a\nb", "a\u{0}b", "\"", "%", "(",
    String(repeating: "a", count: 256), "",
  ])
  func neverSendsAValueThatCannotBeAKey(value: String) throws {
    let server = try ScriptedServer()
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, found) = connection.resolve(attribute: "referenceNumber", values: [value])
    #expect(exchange.outcome == .applied)
    #expect(found.isEmpty)
    #expect(server.requests.isEmpty)
  }

  @Test(arguments: ["id", "subject", "referenceNumber; delete from incidents where id", ""])
  func refusesAnAttributeThatIsNoKey(attribute: String) throws {
    let server = try ScriptedServer()
    let (exchange, found) = try SiteSettings.test(server.url).connection()
      .resolve(attribute: attribute, values: ["1"])
    #expect(exchange.outcome.refusal?.code == "unknown-key")
    #expect(found.isEmpty)
    #expect(server.requests.isEmpty)
  }

  @Test(
    arguments: [
      String.json("{}"), .json(#"{"items": [{"rows": []}]}"#), .json("not json"),
      .json(#"{"items": [{"columnNames": ["id", "subject"], "rows": []}]}"#),
      .json(#"{"items": [{"columnNames": ["id", "referenceNumber"], "rows": [["1"]]}]}"#),
      .json(#"{"items": [{"columnNames": ["id", "referenceNumber"], "rows": [[null, "a"]]}]}"#),
      .json(#"{"items": [{"columnNames": ["id", "referenceNumber"], "rows": [["one", "a"]]}]}"#),
    ])
  func refusesAnAnswerThatIsNoTable(answer: String) throws {
    let (exchange, found) = try lookUp(["a"], answer: answer)
    #expect(exchange.outcome.refusal?.code == "bad-answer")
    #expect(found.isEmpty)
  }

  @Test func refusesATableThatTheSiteCutOff() throws {
    let rows = (1...20_000).map { (id: $0, value: "a") }
    #expect(try lookUp(["a"], answer: Self.table(rows)).0.outcome.refusal?.code == "bad-answer")
  }

  @Test func stopsAtTheFirstQueryThatFails() throws {
    let values = (0..<1000).map { "240101-\(String(1_000_000 + $0).dropFirst())" }
    let server = try ScriptedServer(
      [.answer(Self.table([(5, values[0])])), .answer(.answer("503 Service Unavailable"))],
      then: .answer(Self.table([])))
    let (exchange, found) = try SiteSettings.test(server.url).connection()
      .resolve(attribute: "referenceNumber", values: values)
    #expect(exchange.outcome.kind == .retryLater)
    #expect(found == [values[0]: [5]])
    #expect(server.requests.count == 2)
  }

  /// A gateway that limits addresses, with 414 or a page of its own.
  @Test(arguments: ["414 URI Too Long", "404 Not Found", "400 Bad Request", "302 Found"])
  func asksForLessWhereAddressesAreShort(status: String) throws {
    let values = (0..<300).map { "240101-\(String(1_000_000 + $0).dropFirst())" }
    let server = try ScriptedServer { request in
      guard request.line.utf8.count <= 1000 else {
        return .answer(.answer(status, body: "<html></html>"))
      }
      let asked = values.enumerated().filter { request.target.contains("'\($0.element)'") }
      return .answer(Self.table(asked.map { ($0.offset + 1, $0.element) }))
    }
    let connection = try SiteSettings.test(server.url).connection()
    let (exchange, found) = connection.resolve(attribute: "referenceNumber", values: values)
    #expect(exchange.outcome == .applied)
    #expect(
      found == Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, [.integer(Int64($0 + 1))]) }))
    let statuses = connection.takeRequests().byStatus
    #expect(statuses.filter { $0.key != 200 }.values.reduce(0, +) <= 3, "\(statuses)")
  }

  @Test func everyValueIsInOneQueryWhateverTheirLengths() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let letters = Array("abcXYZ019-_./#é漢")
    for _ in 0..<50 {
      let values = Set(
        (0..<Int.random(in: 1...60, using: &random)).map { _ in
          String(
            (0..<Int.random(in: 1...255, using: &random)).map { _ in
              letters.randomElement(using: &random) ?? "a"
            })
        })
      let lookup = try #require(KeyLookup(attribute: "referenceNumber", of: .incidents))
      let queries = lookup.queries(for: Array(values), limit: 5900)
      #expect(queries.allSatisfy { $0.text.utf8.count <= 5900 }, "seed \(seed)")
      for value in values {
        let literal = "'\(value)'".percentEncoded
        #expect(queries.count { $0.text.contains(literal) } == 1, "seed \(seed)")
      }
    }
  }

  private func lookUp(_ values: [String], answer: String) throws -> (Exchange, [String: [RecordID]]) {
    let server = try ScriptedServer([.answer(answer)])
    return try SiteSettings.test(server.url).connection()
      .resolve(attribute: "referenceNumber", values: values)
  }
}
