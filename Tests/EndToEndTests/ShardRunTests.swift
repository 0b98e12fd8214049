import Foundation
import GRDB
import TestSupport
import Testing

/// A run that is split, sent shard by shard by processes of their own, and gathered.
@Suite(.blocking) struct ShardRunTests {
  private let desk: Desk
  private static let rows = 60

  init() throws {
    desk = try Desk(incidents: 20)
    try desk.folder.write(
      "jobs/nightly.yaml",
      """
      resource: incidents
      sheet: sheet.csv
      site: {kind: b2c-service, url: \(desk.url), auth: {basic: {user: admin, password: {file: ../password}}}}
      canary: 1
      metrics: ../nightly.prom
      execution: {rate: 300/s, stop_after: {failures: 10}, settle: 1ms, retries: {base: 1ms, cap: 5ms}}
      on: {finished: echo told >> hooks, failed: echo told >> hooks}
      """)
    try desk.folder.write("password", "sandbox\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: desk.folder.path("password"))
    // Each incident three times: a subject, a note, and another subject.
    let lines = (1...Self.rows).map { row -> String in
      let id = (row - 1) % 20 + 1
      return (21...40).contains(row) ? "\(id),,row \(row),1" : "\(id),row \(row),,"
    }
    try desk.folder.write(
      "jobs/sheet.csv",
      "id,subject,threads.append.text,threads.append.entryType\n" + lines.joined(separator: "\n") + "\n")
  }

  private func stage() throws {
    try desk.call(["run", "jobs/nightly.yaml", "--stage-only", "--quiet"], exits: 0)
  }

  private func shard(_ number: Int) throws -> String {
    "\(try #require(try desk.runFolders().last))/shards/\(number)"
  }

  private func split(_ options: String...) throws {
    try stage()
    try desk.call(["split", "latest", "--into", "3", "--quiet"] + options, exits: 0)
  }

  /// What each row has done to its record, in the order in which the service saw it.
  private func seen() throws -> [Int64: [Int]] {
    try desk.changes().filter(\.isCommitted).reduce(into: [:]) { seen, change in
      let number = change.body.firstMatch(of: /row (\d+)"/).flatMap { Int($0.1) } ?? 0
      seen[change.recordID, default: []].append(number)
    }
  }

  private static let each = Dictionary(
    uniqueKeysWithValues: (1...20).map { (Int64($0), [$0, $0 + 20, $0 + 40]) })

  @Test func isSentOnceAndInOrderAndRolledBackAsOne() throws {
    let before = try desk.facts()
    try split("--at-once", "2")
    let workers = try (0..<3).map { number in
      // From any folder, with another state folder, and without what the run's owner has in the environment.
      var node = desk.bulkpatch
      node.environment = ["XDG_STATE_HOME": desk.folder.path("node-\(number)")]
      return try node.start(["resume", shard(number), "--metrics", desk.folder.path("\(number).prom")])
    }
    for worker in workers { #expect(try worker.result().exitCode == 0, "\(worker.standardError)") }
    #expect(
      try desk.folder.read("1.prom").contains(#"bulkpatch_rows{job="nightly",shard="1",state="applied"} 21"#))
    // The hooks and the canary are the run's own.
    #expect(!FileManager.default.fileExists(atPath: desk.folder.path("hooks")))
    #expect(try desk.counts() == ["staged": Self.rows])
    // An engine may start a finished one again.
    let again = try desk.call(["resume", shard(0)], exits: 0)
    #expect(again.standardError.contains("has ended already; nothing is left to send"))

    let shown = try desk.call(["show", "latest"], exits: 0).standardOutput
    #expect(
      shown.contains("nightly: split, 3 of 3 shards not gathered yet; 60 rows not done as far as gathered"))
    #expect(shown.contains("1        21  finished     0  21 applied"), "\(shown)")
    let gathered = try desk.call(["gather", "latest"], exits: 0)
    #expect(gathered.standardError.contains("shard 2: 18 applied, returned"), "\(gathered.standardError)")
    #expect(
      gathered.standardOutput.contains("finished in")
        && gathered.standardOutput.contains(/succeeded\.csv +60 rows/))
    #expect(try desk.counts() == ["applied": Self.rows])
    #expect(try seen() == Self.each)
    #expect(try desk.folder.read("hooks") == "told\n")
    #expect(try desk.folder.read("nightly.prom").contains("bulkpatch_last_run_exit_code{job=\"nightly\"} 0"))
    #expect(try desk.call(["gather", "latest"], exits: 0).standardError.contains("no shard is out"))
    try desk.call(["resume", shard(1)], exits: 0)

    try desk.call(["verify", "latest", "--quiet"], exits: 0)
    // Notes cannot be rolled back; the subjects are as they were.
    try desk.call(["rollback", "latest", "--quiet"], exits: 5)
    let changed = try desk.facts().symmetricDifference(before).filter {
      $0.hasPrefix("incident") && $0.contains("subject")
    }
    #expect(changed.isEmpty, "\(changed)")
  }

  @Test func aShardHasItsShareOfWhatTheRunMayDo() throws {
    try split("--at-once", "2", "--lanes", "3")
    let request = try desk.read("\(shard(0))/run.sqlite") {
      try String.fetchOne($0, sql: "SELECT request FROM run") ?? ""
    }
    #expect(request.contains(#"["rate","150.0/s"],["stop-after-failures","3"]"#), "\(request)")
    #expect(request.contains(#"["lanes","3"]"#))
    let job = try String(contentsOfFile: "\(shard(0))/job.yaml", encoding: .utf8)
    #expect(!job.contains("canary") && !job.contains("hooks") && !job.contains("metrics"))
    #expect(job.contains("file: \(desk.folder.url.path)/jobs/../password"), "\(job)")
    #expect(job.contains("settle: 1ms"))
  }

  @Test func theRunItselfIsLeftAloneUntilItIsGathered() throws {
    try split()
    let id = URL(fileURLWithPath: try #require(try desk.runFolders().last)).lastPathComponent
    for command in [
      ["resume", id], ["rollback", id], ["verify", id], ["run", "jobs/nightly.yaml", "--continue"],
    ] {
      let refused = try desk.call(command, exits: 11)
      #expect(
        refused.standardError.contains("\(id): is split, and its rows are with shards 0 ("),
        "\(refused.standardError)")
      #expect(refused.standardError.contains("'bulkpatch gather \(id)'"))
    }
    #expect(
      try desk.call(["split", id, "--into", "2"], exits: 64).standardError.contains(
        "is split into 3 shards already"))
    try desk.call(["split", id, "--into", "3"], exits: 0)
    for command in [["split", "\(id)/shards/0", "--into", "2"], ["rollback", "\(id)/shards/0"]] {
      #expect(try desk.call(command, exits: 64).standardError.contains("is shard 0 of run \(id)"))
    }
    #expect(
      try desk.call(["gather", id, "7"], exits: 64).standardError.contains("has no shard 7, only 0 to 2"))
    #expect(try desk.changes().isEmpty)
    #expect(try desk.call(["runs"], exits: 0).standardOutput.contains("split"))
  }

  @Test func aRecalledRunIsSentHere() throws {
    try split()
    try desk.call(["resume", shard(1), "--quiet"], exits: 0)
    #expect(
      try desk.call(["gather", "latest"], exits: 3).standardError.contains("shard 0: 21 staged, not done yet")
    )
    let recalled = try desk.call(["gather", "latest", "--recall"], exits: 3)
    #expect(recalled.standardOutput.contains("shards were recalled before every row was sent"))
    let refused = try desk.call(["resume", shard(0)], exits: 64)
    #expect(refused.standardError.contains("has been gathered: its rows are the run's again"))
    // The canary is the run's own.
    try desk.call(["resume", "latest", "--quiet", "--canary", "1000"], exits: 0)
    #expect(try seen() == Self.each)
    // It can be split once more only while something is left.
    #expect(
      try desk.call(["split", "latest", "--into", "2"], exits: 64).standardError.contains(
        "has nothing left to send"))
  }

  @Test func splitsWhatIsLeftAgain() throws {
    try split()
    try desk.call(["resume", shard(2), "--quiet"], exits: 0)
    try desk.call(["gather", "latest", "--recall", "--quiet"], exits: 3)
    try desk.call(["split", "latest", "--into", "2", "--quiet"], exits: 0)
    // The folders of the first split are still there, beside the new ones.
    let run = try #require(try desk.runFolders().last)
    let older = try #require(
      try FileManager.default.contentsOfDirectory(atPath: run).first { $0.hasPrefix("shards-") })
    let refused = try desk.call(["gather", "latest", "\(run)/\(older)/0"], exits: 64).standardError
    #expect(refused.contains("of another split or with another number, not shard 0 of run"), "\(refused)")
    for number in 0..<2 { try desk.call(["resume", shard(number), "--quiet"], exits: 0) }
    try desk.call(["gather", "latest", "--quiet"], exits: 0)
    #expect(try seen() == Self.each)
  }

  @Test func twoWorkersOnOneShardAreKeptApart() throws {
    try split("--lanes", "1")
    // The first one holds the shard, and sends nothing yet.
    let pause = try "\(shard(0))/pause"
    try Data().write(to: URL(fileURLWithPath: pause))
    let worker = try desk.bulkpatch.start(["resume", shard(0), "--quiet"])
    try desk.wait(for: worker) { worker.standardError.contains("note: paused") }
    // Whoever meets the shard learns which process has it, and where and since when.
    let holder = "is under way: process \(worker.identifier) on \(ProcessInfo.processInfo.hostName) since 2"
    for command in [["resume", try shard(0)], ["show", try shard(0)]] {
      let met = try desk.call(command, exits: 11).standardError
      #expect(met.contains(holder), "\(met)")
    }
    let waiting = try desk.bulkpatch.start(["resume", shard(0), "--lock-wait", "1m"])
    #expect(try desk.call(["gather", "latest", "0"], exits: 11).standardError.contains("is under way"))
    #expect(
      try desk.call(["gather", "latest"], exits: 3).standardError.contains("shard 0: under way (process"))
    let shown = try desk.call(["show", "latest"], exits: 0).standardOutput
    #expect(shown.contains("under way (process \(worker.identifier)"))
    let watcher = try desk.bulkpatch.start(["show", "latest", "--follow", "--json"])
    try desk.wait(for: watcher) {
      watcher.standardOutput.contains(#""standing":"split","held_by":"1 of 3 shards under way""#)
    }
    try FileManager.default.removeItem(atPath: pause)
    #expect(try watcher.result().exitCode == 0)
    #expect(try worker.result().exitCode == 0)
    let waited = try waiting.result()
    #expect(waited.exitCode == 0 && waited.standardError.contains("has ended already"), "\(waited)")
    try desk.call(["gather", "latest", "--recall", "--quiet"], exits: 3)
    try desk.call(["resume", "latest", "--quiet", "--canary", "1000"], exits: 0)
    #expect(try seen() == Self.each)
  }

  @Test func aStaleCopyIsRefusedAndALostShardWaitsForTheUser() throws {
    try split()
    let (place, copy) = (try shard(0), desk.folder.path("copy"))
    try desk.call(
      ["resume", place, "--quiet", "--max-records", "100", "--stop-after-failures", "1"], exits: 0)
    try FileManager.default.copyItem(atPath: try shard(1), toPath: copy)
    try desk.call(["resume", shard(1), "--quiet"], exits: 0)
    try desk.call(["gather", "latest", "1", "--quiet"], exits: 3)
    #expect(
      try desk.call(["gather", "latest", copy], exits: 64).standardError.contains(
        "shard 1 is not lent any more"))
    #expect(
      try desk.call(["gather", "latest", "--lost", "0"], exits: 64).standardError.contains("is not lost"))
    try FileManager.default.removeItem(atPath: place)
    #expect(try desk.call(["gather", "latest"], exits: 3).standardError.contains("shard 0: not here"))
    try desk.call(["gather", "latest", "0"], exits: 66)
    try desk.call(["gather", "latest", "--recall", "--lost", "0", "--quiet"], exits: 3)
    #expect(try desk.counts() == ["unknown": 21, "applied": 21, "staged": 18])
    let before = try desk.changes().count
    try desk.call(["resume", "latest", "--quiet", "--canary", "1000"], exits: 4)
    #expect(try desk.changes().count == before + 18)
    // The user has looked: all of them were applied.
    try desk.call(["resume", "latest", "--assume", "applied", "--quiet"], exits: 0)
    #expect(try seen() == Self.each)
  }

  @Test func aCopyOtherThanTheOneSeenBeforeIsRefused() throws {
    try split()
    let (place, copy) = (try shard(1), desk.folder.path("copy"))
    try FileManager.default.copyItem(atPath: place, toPath: copy)
    // A process takes the shard up, sends nothing, and is seen by the run.
    try Data().write(to: URL(fileURLWithPath: "\(place)/stop"))
    try desk.call(["resume", place, "--quiet"], exits: 3)
    try desk.call(["gather", "latest", "1", "--quiet"], exits: 3)
    let older = try desk.call(["gather", "latest", copy], exits: 74).standardError
    #expect(
      older.contains("is not the copy of shard 1 ") && older.contains("gathered before, but an older one"),
      "\(older)")
    try desk.call(["resume", copy, "--quiet"], exits: 0)
    let other = try desk.call(["gather", "latest", copy], exits: 74).standardError
    #expect(other.contains("but another one, on which other processes have worked"), "\(other)")
    #expect(try desk.counts() == ["staged": Self.rows])
  }

  @Test func aPlanIsApprovedByTheSplitAndHolds() throws {
    try desk.call(["run", "jobs/nightly.yaml", "--dry-run", "--quiet"], exits: 0)
    try desk.call(["split", "latest", "--into", "2", "--quiet"], exits: 0)
    // Another client changes a record meanwhile.
    try desk.folder.write("other.csv", "id,subject\n7,other\n")
    try desk.call(desk.run("other.csv", "--quiet"), exits: 0)
    for number in 0..<2 {
      _ = try desk.bulkpatch.run(["resume", "\(try split(of: "nightly"))/shards/\(number)", "--quiet"])
    }
    try desk.call(["gather", try split(of: "nightly"), "--quiet"], exits: 5)
    let states = try desk.read("\(try split(of: "nightly"))/run.sqlite") {
      try Row.fetchAll($0, sql: "SELECT number, state FROM row WHERE record_id = 7 ORDER BY number").map {
        $0["state"] as String
      }
    }
    #expect(states == ["conflict", "blocked", "blocked"], "\(states)")
  }

  private func split(of job: String) throws -> String {
    try #require(try desk.runFolders().first { $0.hasSuffix("-\(job)") })
  }
}
