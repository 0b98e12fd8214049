import Foundation
import GRDB
import TestSupport
import Testing

/// Threads that are rewritten by what they say, from the dry run to the rollback.
@Suite(.blocking) struct RewriteTests {
  private static let cards = ["4111 1111 1111 1111", "5555555555554444", "3782-822463-10005"]

  /// An incident with two threads; every third has no card number, but one that fails its check.
  private static func record(_ id: Int) -> String {
    let number = id % 3 == 0 ? "4111 1111 1111 1112" : cards[id % 3]
    return """
      {"resource": "incidents", "id": \(id), "subject": "Case \(id)", "threads": [\
      {"id": \(2 * id), "entryType": {"id": 3}, "text": "My card is \(number).\\nThanks"}, \
      {"id": \(2 * id + 1), "entryType": {"id": 1}, "text": "Called back"}]}
      """
  }

  fileprivate func desk(_ incidents: Int, _ options: String...) throws -> Desk {
    let desk = try Desk(records: (1...incidents).map(Self.record), options: options)
    try desk.folder.write("all.csv", "id\n" + (1...incidents).map { "\($0)\n" }.joined())
    return desk
  }

  fileprivate func job(_ desk: Desk, _ source: String, _ more: String = "") throws {
    try desk.folder.write(
      "mask.yaml",
      """
      resource: incidents
      site: \(desk.url)
      \(source)
      rewrite: {match: card-numbers, with: "**** {last4}"}
      \(more)
      """)
  }

  fileprivate func texts(_ desk: Desk) throws -> [String] {
    try desk.threads { _ in true }.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  @Test func masksShowsVerifiesAndRestores() throws {
    let desk = try desk(60)
    try job(desk, "select: {where: \"subject like 'Case%'\"}")
    let before = try texts(desk)
    let planned = try desk.call(["run", "mask.yaml", "--dry-run", "--full"], exits: 0).standardOutput
    #expect(planned.contains("planned, 40 rows would change something"), "\(planned)")
    #expect(planned.contains("threads.text: 2 different changes, 40 in all"), "\(planned)")
    #expect(planned.contains("**** 4444") && planned.contains("**** 0005"), "\(planned)")
    #expect(try texts(desk) == before)

    try desk.call(["apply", "latest"], exits: 0)
    #expect(try desk.counts() == ["applied": 40, "unchanged": 20])
    let after = try texts(desk)
    #expect(after.count { $0.contains("****") } == 40)
    #expect(after.count { $0.contains("4111 1111 1111 1112") } == 20)
    #expect(!after.contains { text in Self.cards.contains { text.contains($0) } })
    try desk.call(["verify", "latest"], exits: 0)
    let changes = try desk.changes()
    #expect(changes.count == 40 && changes.allSatisfy { !$0.body.contains("Called back") })
    // Nothing is left to do.
    try desk.call(["run", "mask.yaml", "--again", "--yes"], exits: 0)
    #expect(try desk.counts() == ["unchanged": 60])
    let first = try #require(try desk.runFolders().first)
    try desk.call(["rollback", first, "--yes"], exits: 0)
    #expect(try texts(desk) == before)
  }

  @Test func takesAPatternThatNoTextCanSlowDown() throws {
    let hostile = String(repeating: "a", count: 60_000)
    let desk = try Desk(records: [
      #"{"resource": "incidents", "id": 1, "subject": "A", "threads": [{"id": 2, "entryType": {"id": 3}, "text": "\#(hostile)!"}]}"#,
      #"{"resource": "incidents", "id": 2, "subject": "B", "threads": [{"id": 3, "entryType": {"id": 3}, "text": "aaaa"}]}"#,
    ])
    try desk.folder.write("all.csv", "id\n1\n2\n")
    try desk.folder.write(
      "mask.yaml",
      "resource: incidents\nsheet: all.csv\nsite: \(desk.url)\nrewrite: {pattern: '(a+)+$', with: '[b]'}\n")
    try desk.call(["run", "mask.yaml", "--yes"], exits: 0)
    #expect(try desk.counts() == ["applied": 1, "unchanged": 1])
    #expect(try desk.threads { $0 == "[b]" } == [2: ["[b]"]])
  }

  @Test func notesWhatTheRecordHeld() throws {
    let desk = try desk(6)
    try desk.folder.write("move.csv", "id,Subject\n1,New one\n2,New two\n3,New three\n")
    try desk.folder.write(
      "move.yaml",
      """
      resource: incidents
      sheet: move.csv
      site: \(desk.url)
      columns: {Subject: subject}
      templates: {threads.append.text: "Was {live.subject}, is {Subject}"}
      constants: {threads.append.entryType: 1}
      """)
    let planned = try desk.call(["run", "move.yaml", "--dry-run", "--full"], exits: 0).standardOutput
    #expect(planned.contains("Was Case 2, is New two"), "\(planned)")
    try desk.call(["apply", "latest"], exits: 0)
    #expect(
      try desk.threads { $0.hasPrefix("Was") }
        == [1: ["Was Case 1, is New one"], 2: ["Was Case 2, is New two"], 3: ["Was Case 3, is New three"]])
    try desk.call(["verify", "latest"], exits: 0)
  }

  @Test(arguments: [
    ("rewrite: {match: card-number, with: x}", "must be one of card-numbers, ibans"),
    ("rewrite: {with: x}", "close.yaml: rewrite: nothing says what is looked for"),
    ("rewrite: {match: ibans}", "close.yaml: rewrite: nothing says what takes the place of what is found"),
    ("rewrite: {pattern: '(a', with: x}", "close.yaml: rewrite.pattern: a bracket '(' is not closed"),
    ("rewrite: {match: ibans, with: '{all}'}", "close.yaml: rewrite.with: nothing is known as {all} here"),
    ("rewrite: {match: ibans, with: x}\nsnapshot: false", "need the records as they are"),
    ("rewrite: {match: ibans, with: x}\nrewrite_through: element", "goes through the record"),
    ("rewrite: {match: ibans, with: x}\nresource: interactions", "no threads or notes that can be rewritten"),
  ])
  func refusesAJobThatCannotBe(_ more: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("close.csv", "id\n1\n")
    let resource = more.contains("resource:") ? "" : "resource: incidents\n"
    try folder.write("close.yaml", "\(resource)sheet: close.csv\n\(more)\n")
    let result = try BinaryRunner(in: folder, environment: [:]).run(["check", "close.yaml"])
    #expect(result.exitCode == 78)
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }
}

/// The same, killed and resumed; only debug builds of the program can be killed at a commit.
@Suite(.blocking) struct RewriteKillTests {
  private let rewriting = RewriteTests()

  /// Killed after its n-th commit and resumed, with answers that get lost besides.
  @Test func masksEachOnceWhenItIsKilled() throws {
    let desk = try rewriting.desk(
      30, "--fault", "PATCH incidents rate=0.2 times=40 reset=after-commit", "--seed", "5")
    try rewriting.job(desk, "sheet: all.csv", "execution: {settle: 10ms, retries: {base: 1ms}, lanes: 2}")
    var call = ["run", "mask.yaml", "--yes"]
    var kills = 0
    for n in [2, 3, 2, 4, 3, 6, 9, 200] {
      var killed = desk.bulkpatch
      killed.environment["BULKPATCH_TEST_KILL_AT"] = "\(n)"
      let result = try killed.run(call)
      guard result.exitCode == 137 else {
        #expect(result.exitCode == 0, "\(result.standardError)")
        break
      }
      kills += 1
      call = ["resume", "latest", "--yes"]
    }
    // On a busy machine the few commits of so short a run are fewer still.
    #expect(kills > 0)
    #expect(try desk.counts() == ["applied": 20, "unchanged": 10])
    #expect(try rewriting.texts(desk).count { $0.contains("****") } == 20)
    // Each thread was written once, or again with the same text because nothing had come of it.
    let committed = Dictionary(grouping: try desk.changes().filter(\.isCommitted), by: \.recordID)
    #expect(committed.count == 20 && committed.values.allSatisfy { $0.count == 1 })
    try desk.call(["verify", "latest"], exits: 0)
    try desk.call(["rollback", "latest", "--yes"], exits: 0)
    #expect(try rewriting.texts(desk).count { $0.contains("****") } == 0)
  }
}
