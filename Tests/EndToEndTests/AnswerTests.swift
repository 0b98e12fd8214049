import Foundation
import Synchronization
import TestSupport
import Testing

/// Answers that are not what they look like, through the whole tool.
@Suite(.blocking) struct AnswerTests {
  private static let quick = [
    "--settle", "10ms", "--retries-base", "1ms", "--retries-cap", "1ms", "--breaker-patience", "0s",
  ]
  private static let page = String.answer(
    "403 Forbidden", ["Content-Type: text/html"], body: "<html><title>Sign in</title></html>")

  private func run(
    _ service: ScriptedService, rows: Int, _ options: String..., exits code: Int32
  ) throws -> (desk: Desk, result: BinaryRunner.Result) {
    let desk = try Desk(incidents: 1)
    let lines = (1...rows).map { "\($0),new \($0)\n" }
    try desk.folder.write("sheet.csv", "id,subject\n" + lines.joined())
    try desk.writeSites(at: service.url)
    let result = try desk.call(
      ["run", "sheet.csv", "--resource", "incidents", "--site", "incidents"] + Self.quick + options,
      exits: code)
    return (desk, result)
  }

  /// A login portal, a firewall, a misconfigured router: none of them makes a row refused.
  @Test(arguments: [
    String.answer("302 Found", ["Location: https://login.example/saml"]), page,
    .answer("200 OK", ["Content-Type: text/html"], body: "<html>Sign in</html>"),
    .answer("404 Not Found", ["Content-Type: text/plain"], body: "404 page not found\n"),
  ])
  func aSiteBehindALoginPageStopsTheRunAndLosesNoRow(answer: String) throws {
    let service = try ScriptedService { $0 > 5 ? answer : nil }
    let (desk, _) = try run(service, rows: 20, exits: 78)
    let counts = try desk.counts()
    #expect(counts["applied"] == 5)
    #expect(Set(counts.keys).isSubset(of: ["applied", "sending", "staged"]), "\(counts)")
    // Each row that may have been applied says what its answer was, and what to do.
    let unknown = try desk.runText("unknown.csv").split(separator: "\n").dropFirst()
    #expect(unknown.count == counts["sending"] ?? 0)
    #expect(
      unknown.allSatisfy { $0.contains(/,sending,[0-9]*,(http-|not-the-api).*hint: ./) }, "\(unknown)")
    service.react { _ in nil }
    try desk.call(["resume", "latest", "--quiet"] + Self.quick, exits: 0)
    #expect(try desk.counts() == ["applied": 20])
    #expect(service.writes.count == 20 && service.writes.values.allSatisfy { $0 == 1 })
  }

  /// A firewall that blocks one text holds up no other row.
  @Test func aPageForOneRowAloneIsThatRows() throws {
    let service = try ScriptedService(refused: ("new 3\"", Self.page))
    let (desk, _) = try run(service, rows: 20, exits: 4)
    #expect(try desk.counts() == ["applied": 19, "unknown": 1])
    #expect(try desk.states()[3] == "unknown")
  }

  @Test(arguments: [
    String.json(#"{"status": 500, "o:errorCode": "OSC-CREST-00099"}"#), .json("{}"), .json("[1"),
    .answer("200 OK", ["Content-Type: text/plain"], body: "OK"), .answer("202 Accepted"),
    .answer("204 No Content"),
  ])
  func aYesThatIsNotTheAPIsIsLookedAfter(answer: String) throws {
    let service = try ScriptedService { $0 <= 3 ? answer : nil }
    let (desk, _) = try run(service, rows: 3, exits: 0)
    #expect(try desk.counts() == ["applied": 3])
    #expect(service.writes == [1: 1, 2: 1, 3: 1])
  }

  @Test(arguments: [
    String.answer("409 Conflict"),
    .problem("409 Conflict", #"{"title": "Conflict", "o:errorCode": "OSC-CREST-00006"}"#),
    .problem(
      "500 X",
      #"{"title": "Internal", "detail": "ORA-00060: deadlock detected", "o:errorCode": "OSC-CREST-00008"}"#
    ),
    .problem(
      "400 X",
      #"{"title": "Write failed", "detail": "Row locked", "o:errorCode": "OSC-CREST-00006"}"#),
  ])
  func retriesARefusalThatPasses(answer: String) throws {
    let service = try ScriptedService { $0 <= 3 ? answer : nil }
    let (desk, _) = try run(service, rows: 3, exits: 0)
    #expect(try desk.counts() == ["applied": 3])
    #expect(service.writes == [1: 1, 2: 1, 3: 1])
  }

  @Test func rowsThatAreAllRefusedForOneReasonStopTheRun() throws {
    let service = try ScriptedService { number in
      .problem(
        "403 Forbidden",
        #"{"title": "Forbidden", "detail": "No permission for \#(number)", "o:errorCode": "OSC-CREST-00028"}"#
      )
    }
    let (desk, result) = try run(service, rows: 60, exits: 3)
    #expect(
      result.standardOutput.contains(
        "the first 20 rows were refused for the same reason (stop_after: same_reason): No permission for "),
      "\(result.standardOutput)")
    let failed = try desk.counts()["failed"] ?? 0
    #expect((20...24).contains(failed))
    let whole = try run(service, rows: 60, "--stop-after-same-reason", "never", exits: 1)
    #expect(try whole.desk.counts() == ["failed": 60])
  }

  /// One key that the site rejects, and a gateway that accepts short addresses only.
  @Test func keysAreLookedUpApart() throws {
    let service = try ScriptedService(longestLine: 1000, refusedKey: "240101-000007") { _ in nil }
    let desk = try Desk(incidents: 1)
    let lines = (1...100).map { "240101-\(String(1_000_000 + $0).dropFirst()),new \($0)\n" }
    try desk.folder.write("sheet.csv", "referenceNumber,subject\n" + lines.joined())
    try desk.call(
      ["run", "sheet.csv", "--resource", "incidents", "--site", service.url] + Self.quick, exits: 1)
    #expect(try desk.counts() == ["applied": 99, "failed": 1])
    let failed = try desk.runText("failed.csv")
    #expect(failed.contains("'240101-000007' cannot be looked up: "), "\(failed)")
    #expect(failed.contains("Invalid query: not this one"), "\(failed)")
  }
}

/// A service with incidents of any id, whose answers to writes a test decides.
private final class ScriptedService: Sendable {
  private struct State {
    var reaction: @Sendable (Int) -> String?
    var asked = 0
    var subjects: [Int: String] = [:]
    var writes: [Int: Int] = [:]
  }

  private let state: Mutex<State>
  private let longestLine: Int
  private let refusedKey: String?
  private let refused: (text: String, answer: String)?
  private let server: Mutex<ScriptedServer?> = Mutex(nil)

  var url: String { server.withLock { $0?.url ?? "" } }
  /// The number of changes by incident.
  var writes: [Int: Int] { state.withLock { $0.writes } }

  /// - Parameters:
  ///   - longestLine: a request with a longer first line gets a page.
  ///   - refusedKey: a query with it is refused.
  ///   - refused: a write with that text gets this answer.
  ///   - reaction: the answer to the n-th write, which is then not applied; `nil` to apply it.
  init(
    longestLine: Int = .max, refusedKey: String? = nil,
    refused: (text: String, answer: String)? = nil,
    _ reaction: @escaping @Sendable (Int) -> String? = { _ in nil }
  ) throws {
    state = Mutex(State(reaction: reaction))
    (self.longestLine, self.refusedKey, self.refused) = (longestLine, refusedKey, refused)
    let server = try ScriptedServer { [weak self] request in
      self.map { .answer($0.answer(request)) } ?? .close
    }
    self.server.withLock { $0 = server }
  }

  func react(_ reaction: @escaping @Sendable (Int) -> String?) {
    state.withLock { $0.reaction = reaction }
  }

  private func answer(_ request: ScriptedServer.Request) -> String {
    if request.line.utf8.count > longestLine {
      return .answer("404 Not Found", body: "<html>Too long</html>")
    }
    if request.line.hasPrefix("PATCH") { return write(request) }
    guard request.target.contains("queryResults") else { return .json(#"{"items": []}"#) }
    if let refusedKey, request.target.contains("'\(refusedKey)'") {
      return .problem(
        "400 Bad Request",
        #"{"title": "Invalid query", "detail": "not this one", "o:errorCode": "OSC-CREST-00007"}"#)
    }
    return table(request.target)
  }

  private func write(_ request: ScriptedServer.Request) -> String {
    state.withLock { state in
      state.asked += 1
      if let refused, request.body.contains(refused.text) { return refused.answer }
      if let answer = state.reaction(state.asked) { return answer }
      let id = request.target.split(separator: "/").last.flatMap { Int($0) } ?? 0
      state.writes[id, default: 0] += 1
      state.subjects[id] = request.body.firstMatch(of: /"subject":"([^"]*)"/).map { String($0.1) }
      return .ok()
    }
  }

  /// The table of a query for ids, or for reference numbers, whose last digits are the id.
  private func table(_ target: String) -> String {
    guard let query = target.firstMatch(of: /select (.+) from incidents where .+ in \((.*)\)/)
    else {
      return .json("{}")
    }
    let columns = query.1.split(separator: ", ")
    let rows = query.2.split(separator: ",").map { key in
      let key = key.trimmingCharacters(in: CharacterSet(charactersIn: "'"))
      let id = key.split(separator: "-").last.flatMap { Int($0) } ?? 0
      let subject = state.withLock { $0.subjects[id] }
      let cells = columns.map { column in
        switch column {
        case "id": "\"\(id)\""
        case "referenceNumber": "\"\(key)\""
        case "updatedTime": "\"2026-01-02T10:00:00Z\""
        case "subject": subject.map { "\"\($0)\"" } ?? "null"
        default: "null"
        }
      }
      return "[\(cells.joined(separator: ", "))]"
    }
    let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
    return .json(
      #"{"items": [{"tableName": "incidents", "count": \#(rows.count), "columnNames": [\#(names)], "rows": [\#(rows.joined(separator: ", "))]}]}"#
    )
  }
}
