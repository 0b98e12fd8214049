import Catalog
import Foundation
import Records
import TestSupport
import Testing

@testable import Sites

/// Conditions on their way to a site: typed values, never text that is pasted into a query.
@Suite struct SelectingTests {
  private func condition(_ text: String, _ resource: ResourceType = .incidents) throws -> Condition {
    var reader = ConditionReader(resource)
    return try reader.read(text)
  }

  private func selection(
    _ text: String?, _ columns: [String], of resource: ResourceType = .incidents
  ) throws -> Selection {
    let reader = ConditionReader(resource)
    return Selection(
      columns: try columns.map { try reader.column($0) },
      condition: try text.map { try condition($0, resource) })
  }

  private static func table(_ names: [String], _ rows: [[String]]) -> String {
    let lines = rows.map { "[\($0.map { "\"\($0)\"" }.joined(separator: ","))]" }.joined(separator: ",")
    return .json(
      #"{"items": [{"tableName": "incidents", "count": \#(rows.count), "columnNames": [\#(names.map { "\"\($0)\"" }.joined(separator: ","))], "rows": [\#(lines)]}]}"#
    )
  }

  private func query(_ server: ScriptedServer) -> String {
    let line = server.requests.last?.line ?? ""
    let path = line.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
    return path.split(separator: "=", maxSplits: 1).last.map { String($0) }?.removingPercentEncoding ?? ""
  }

  @Test(arguments: [
    (
      "assignedTo.staffGroup = 'Tier 1' and statusWithType.status = Waiting",
      "(assignedTo.staffGroup.lookupName = 'Tier 1' and statusWithType.status.lookupName = 'Waiting')"
    ),
    ("severity in (4,5) or subject is null", "((severity.id in (4,5)) or subject is null)"),
    ("not (severity = 4 or subject like 'a%')", "(severity.id != 4 and subject not like 'a%')"),
    ("primaryContact = 7", "primaryContact.contact.id = 7"),
    (
      "updatedTime between 2026-01-01 and 2026-02-01",
      "(updatedTime >= '2026-01-01T00:00:00Z' and updatedTime <= '2026-02-01T00:00:00Z')"
    ),
    ("subject = '100%'", "subject = '100%'"),
  ])
  func aConditionBecomesROQL(text: String, roql: String) throws {
    let server = try ScriptedServer([.answer(Self.table(["id", "subject"], [["3", "x"], ["9", "y"]]))])
    let (exchange, page) = try SiteSettings.test(server.url).connection()
      .select(selection(text, ["subject"]), after: nil)
    #expect(exchange.isApplied)
    #expect(query(server) == "select id, subject from incidents where \(roql) order by id limit 2000")
    #expect(page.rows == [.init(id: 3, cells: ["x"]), .init(id: 9, cells: ["y"])])
    #expect(page.next == nil)
  }

  /// What a query cannot have is asked for by a pattern, and decided from the answer.
  @Test(arguments: [
    ("subject = 'it''s; x'", "subject like 'it_s_ x'", ["it's; x", "it-s- x"], ["it's; x"]),
    (
      "subject in ('a', 'b;c')", "(subject in ('a') or subject like 'b_c')", ["a", "b;c", "bxc"],
      ["a", "b;c"]
    ),
    ("subject = 'a\nb'", "subject like 'a_b'", ["a b"], []),
    (
      "subject like '%''; delete%'", "subject like '%__ delete%'", ["x'; delete", "x-- delete"],
      ["x'; delete"]
    ),
  ])
  func dangerousCharactersNeverLeave(text: String, roql: String, found: [String], kept: [String]) throws {
    let rows = found.enumerated().map { ["\($0.offset + 1)", $0.element, $0.element] }
    let server = try ScriptedServer([.answer(Self.table(["id", "subject", "subject"], rows))])
    let (_, page) = try SiteSettings.test(server.url).connection().select(
      selection(text, ["subject"]), after: 0)
    #expect(query(server).contains("where \(roql) and id > 0 order"), "\(query(server))")
    #expect(page.rows.map { $0.cells[0] } == kept)
  }

  @Test func aNegatedOneIsDecidedHereAlone() throws {
    let server = try ScriptedServer([
      .answer(Self.table(["id", "subject", "subject"], [["1", "a", "a"], ["2", "'", "'"]]))
    ])
    let (_, page) = try SiteSettings.test(server.url).connection()
      .select(selection("subject != ''''", ["subject"]), after: nil)
    #expect(query(server) == "select id, subject, subject from incidents order by id limit 2000")
    #expect(page.rows.map(\.id) == [1])
  }

  @Test func aConditionBecomesARowMatchExpression() throws {
    let answer =
      #"{"items": [{"InteractionId": 5, "Description": "x"}], "count": 1, "hasMore": true, "limit": 1, "offset": 0}"#
    let server = try ScriptedServer([.answer(.json(answer))])
    let text = "StatusCd in (ORA_SVC_OPEN) and not Description like 'it''s; %\n' and QueueId <> 7"
    let (exchange, page) = try SiteSettings.fusion(server.url).interactions()
      .select(selection(text, ["Description"], of: .interactions), after: 4)
    #expect(exchange.isApplied)
    let line = try #require(server.requests.last?.line.removingPercentEncoding)
    #expect(
      line.contains(
        "q=(StatusCd in ('ORA_SVC_OPEN') and Description not like 'it''s; %\n' and QueueId <> 7) and InteractionId > 4"
      ),
      "\(line)")
    #expect(line.contains("orderBy=InteractionId:asc"))
    #expect(page.next == 5)
  }

  @Test func anAnswerThatIsNotInOrderIsNotBelieved() throws {
    let server = try ScriptedServer([.answer(Self.table(["id", "subject"], [["3", "x"]]))])
    let (exchange, _) = try SiteSettings.test(server.url).connection().select(
      selection(nil, ["subject"]), after: 3)
    #expect(exchange.refusal?.code == "bad-answer")
  }
}
