import Foundation
import JSON
import TestSupport
import Testing

/// The log: events with the names that the reference promises, and nothing private.
@Suite(.blocking) struct LogTests {
  private func events(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  private func names(_ events: [JSONValue]) -> [String] { events.compactMap { $0["event"]?.string } }

  @Test func asJSONItHasStandardErrorForItself() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\nx,c\n999,d\n")
    let result = try desk.call(desk.run("sheet.csv", "--log-format", "json"), exits: 1)
    let events = try events(result.standardError)
    #expect(names(events) == ["run.started", "run.staged", "row.finished", "run.finished"])
    for event in events {
      #expect(event.object?.map(\.name).prefix(5) == ["time", "level", "event", "job", "run"])
      #expect(event["job"] == "sheet")
      #expect(try desk.runFolders().last?.hasSuffix(event["run"]?.string ?? "-") == true)
    }
    #expect(events[1]["rows"] == 4 && events[1]["rejected"] == 1)
    #expect(events[2]["row"] == 4 && events[2]["record"] == 999 && events[2]["state"] == "failed")
    #expect(events[2]["code"] == "not-found" && events[2]["level"] == "warning")
    #expect(events[3]["exit_code"] == 1 && events[3]["exit"] == "rows-failed")
    #expect(events[3]["states"]?["applied"] == 2)
  }

  @Test func whatAHookPrintsIsNoStrayLine() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n")
    let result = try desk.call(
      desk.run("sheet.csv", "--log-format", "json", "--on-finished", "echo mailed; echo twice >&2; exit 3"),
      exits: 0)
    let texts = try events(result.standardError).filter { $0["event"] == "message" }.map {
      $0["text"]?.string
    }
    #expect(texts == ["mailed", "twice", "bulkpatch: the command on.finished ended with exit code 3"])
  }

  @Test func logsWhatKeepsARunFromStarting() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    for (arguments, code, message) in [
      (desk.run("nowhere.csv"), Int32(66), "there is no such file"),
      (["run", "nowhere.yaml"], 66, "no such job file"),
      (["run", "sheet.csv", "--resource", "incidents", "--site", "http://127.0.0.1:1"], 69, nil),
    ] as [([String], Int32, String?)] {
      let result = try desk.call(arguments + ["--log-format", "json"], exits: code)
      let last = try #require(try events(result.standardError).last)
      #expect(last["event"] == "error" && last["level"] == "error")
      #expect(last["exit_code"] == .integer(Int64(code)))
      if let message { #expect(last["message"] == .string(message)) }
    }
    // A note about the header is not a stray line either.
    try desk.folder.write("odd.csv", "id,subjet\n1,a\n")
    let result = try desk.call(desk.run("odd.csv", "--log-format", "json"), exits: 65)
    let odd = try events(result.standardError)
    #expect(names(odd) == ["message", "error"])
    #expect(odd[0]["text"]?.string?.contains("subjet") == true)
  }

  @Test func verboseSaysEveryRequestAndEveryRow() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    try desk.call(desk.run("sheet.csv", "-v", "--log", "run.log", "--log-format", "json"), exits: 0)
    let events = try events(desk.folder.read("run.log"))
    let requests = events.filter { $0["event"] == "request" }
    #expect(requests.count == (try desk.answers().values.reduce(0, +)))
    #expect(Set(requests.compactMap { $0["request"]?.string }).count == requests.count)
    #expect(requests.filter { $0["purpose"] == "preparation" }.count == 1)
    let writes = requests.filter { $0["purpose"] == "write" }
    #expect(writes.compactMap { $0["row"]?.integer }.sorted() == [1, 2, 3])
    for write in writes {
      #expect(write["method"] == "PATCH" && write["status"] == 200 && write["attempt"] == 1)
      let record = try #require(write["record"]?.integer)
      #expect(write["path"]?.string == "/services/rest/connect/v1.4/incidents/\(record)")
      #expect(write["request"]?.string?.hasSuffix("/\(write["row"]?.integer ?? 0).1.1") == true)
    }
    #expect(events.filter { $0["event"] == "row.finished" && $0["state"] == "applied" }.count == 3)
    let mode = try FileManager.default.attributesOfItem(atPath: desk.folder.path("run.log"))[
      .posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func aFileIsAddedToAndProgressStaysWhereItWas() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    for _ in 0..<2 {
      let result = try desk.call(desk.run("sheet.csv", "--quiet", "--log", "run.log"), exits: 0)
      #expect(result.standardError == "" && result.standardOutput == "")
    }
    let lines = try desk.folder.read("run.log").split(separator: "\n")
    #expect(lines.count == 6)
    let form = /[0-9-]{10}T[0-9:.]{12}Z (info|warning) run\.(started|staged|finished) job=sheet run=\S+ .*/
    for line in lines { #expect(line.wholeMatch(of: form) != nil, "\(line)") }
    let result = try desk.call(desk.run("sheet.csv", "--log", "nowhere/run.log"), exits: 74)
    #expect(result.standardError.hasPrefix("bulkpatch: nowhere/run.log: the log cannot be written"))
  }

  @Test func theSitesOwnNameOfARequestIsKept() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 1, incidents: 1)
    let server = try ScriptedServer(
      then: .answer(.json("{\"items\": []}", ["X-ORACLE-DMS-ECID: 005ab,0;kXjE"])))
    _ = try desk.bulkpatch.run([
      "run", "sheet.csv", "--resource", "incidents", "--site", server.url, "-v", "--log-format", "json",
      "--no-snapshot", "--retries-base", "1ms",
    ])
    let result = try desk.bulkpatch.run([
      "resume", "latest", "-v", "--log-format", "json", "--site", server.url, "--retries-base", "1ms",
    ])
    let requests = try events(result.standardError).filter { $0["event"] == "request" }
    #expect(!requests.isEmpty)
    for request in requests { #expect(request["site_request"] == "005ab,0;kXjE") }
  }

  @Test func recordsASiteThatGoesAwayAndComesBack() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 2, incidents: 2)
    let server = try ScriptedServer([
      .answer(.json("{\"items\": []}")), .answer(.problem("502 Bad Gateway", "{}")),
      .answer(.problem("502 Bad Gateway", "{}")),
    ])
    let result = try desk.bulkpatch.run([
      "run", "sheet.csv", "--resource", "incidents", "--site", server.url, "--no-snapshot", "--lanes", "1",
      "--breaker-failures", "2", "--retries-base", "1ms", "--settle", "1ms", "--log-format", "json",
    ])
    #expect(result.exitCode == 0, "\(result)")
    let seen = try names(events(result.standardError))
    #expect(seen == ["run.started", "run.staged", "breaker.opened", "breaker.closed", "run.finished"])
  }

  @Test func recordsWhyARunStops() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 5, incidents: 5)
    let result = try desk.call(
      desk.run("sheet.csv", "--canary", "2", "--log-format", "json", "--until", "2020-01-01T00:00"), exits: 12
    )
    let last = try events(result.standardError).suffix(1)
    #expect(names(Array(last)) == ["run.finished"])
    #expect(last.first?["exit"] == "window-closed")
  }

  /// A gateway that repeats the request in its error page.
  @Test(arguments: [401, 403, 404, 500, 503])
  func aLoginThatTheSiteRepeatsIsNowhere(status: Int) throws {
    let desk = try Desk()
    let base64 = Data("admin:\(Self.secret)".utf8).base64EncodedString()
    let words = "you sent Basic \(base64) which is \(Self.secret) and \(Self.note)"
    let server = try ScriptedServer { _ in .answer(.problem("\(status) X", "{\"title\": \"\(words)\"}")) }
    try desk.folder.write(
      "sites.yaml",
      "desk:\n  kind: b2c-service\n  url: \(server.url)\n  auth: {basic: {user: admin, password: {env: DESK_SECRET}}}\n"
    )
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: desk\non: {failed: 'cat > told.txt'}\n")
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n")
    var runner = desk.bulkpatch
    runner.environment["DESK_SECRET"] = Self.secret
    var shown = ""
    for log in [["--log", "plain.log", "-v"], ["--log", "bodies.log", "--log-bodies"]] {
      let result = try runner.run(
        ["run", "job.yaml", "--log-format", "json", "--breaker-patience", "0s", "--retries-base", "1ms"] + log
      )
      #expect(result.exitCode != 0)
      shown += result.standardOutput + result.standardError
    }
    for name in FileManager.default.enumerator(atPath: desk.folder.url.path) ?? .init() {
      let data = FileManager.default.contents(atPath: desk.folder.path("\(name)")) ?? Data()
      shown += String(decoding: data, as: UTF8.self)
    }
    #expect(shown.contains("you sent Basic ***"))
    #expect(!shown.contains(Self.secret) && !shown.contains(base64))
    #expect(try !desk.folder.read("plain.log").contains("you sent"))
    #expect(try desk.folder.read("bodies.log").contains("you sent"))
  }

  private static let secret = "hunter2-and-more"
  private static let note = "the caller's own words"

  /// Any answer of the site, even one that repeats the request.
  @Test(arguments: [200, 400, 401, 503])
  func neitherSecretsNorTextsAreInIt(status: Int) throws {
    let desk = try Desk()
    let problem =
      "{\"title\": \"no\", \"detail\": \"cannot take '\(Self.note)'\", \"o:errorCode\": \"OSC-CREST-00006\"}"
    let server = try ScriptedServer { request in
      if request.line.hasPrefix("GET") {
        return .answer(.json("{\"items\": []}", ["Set-Cookie: \(Self.secret)"]))
      }
      return .answer(status == 200 ? .ok() : .problem("\(status) X", problem))
    }
    try desk.folder.write(
      "sites.yaml",
      "desk:\n  kind: b2c-service\n  url: \(server.url)\n  auth: {basic: {user: admin, password: {env: DESK_SECRET}}}\n"
    )
    try desk.folder.write("job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: desk\n")
    try desk.folder.write(
      "sheet.csv",
      "id,subject,threads.append.text,threads.append.entryType\n1,\(Self.note),\(Self.note),1\n2,\(Self.note),,\n"
    )
    var runner = desk.bulkpatch
    runner.environment["DESK_SECRET"] = Self.secret
    let base64 = Data("admin:\(Self.secret)".utf8).base64EncodedString()
    let run = [
      "run", "job.yaml", "--no-snapshot", "--retries-attempts", "2", "--retries-base", "1ms",
      "--breaker-patience", "0s", "--again",
    ]
    for format in ["json", "text"] {
      _ = try runner.run(run + ["-v", "--log", "plain.log", "--log-format", format])
    }
    let plain = try desk.folder.read("plain.log")
    #expect(plain.contains("request") && plain.contains("run.finished"))
    for trace in [Self.secret, base64, Self.note] { #expect(!plain.contains(trace), "\(trace)") }

    // When asked for, the texts are there; the login never is.
    _ = try runner.run(run + ["--log-bodies", "--log", "bodies.log", "--log-format", "json"])
    let bodies = try desk.folder.read("bodies.log")
    #expect(bodies.contains(Self.note))
    for trace in [Self.secret, base64, "Authorization"] { #expect(!bodies.contains(trace), "\(trace)") }
    let writes = try events(bodies).filter { $0["event"] == "request" && $0["purpose"] == "write" }
    #expect(!writes.isEmpty)
    for write in writes { #expect(write["request_body"]?.string?.contains(Self.note) == true) }
  }

  @Test func theReferenceNamesEveryEventAndEveryFact() throws {
    let desk = try Desk()
    let reference = try GuidePage.text("docs/reference/log-and-metrics.md")
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\nx,c\n999,d\n")
    let result = try desk.call(desk.run("sheet.csv", "--log-bodies", "--log-format", "json"), exits: 1)
    let failed = try desk.call(desk.run("no.csv", "--log-format", "json"), exits: 66)
    for event in try events(result.standardError + failed.standardError) {
      #expect(reference.contains("`\(event["event"]?.string ?? "-")`"), "\(event["event"]?.string ?? "")")
      for fact in event.object?.map(\.name) ?? [] { #expect(reference.contains("`\(fact)`"), "\(fact)") }
    }
  }
}
