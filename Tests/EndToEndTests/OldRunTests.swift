import Foundation
import GRDB
import TestSupport
import Testing

/// Resumes runs of an older version, which kept its command line.
///
/// `OldRuns` has two run files as that version wrote them, with its folder and its site to be filled in: one
/// that stopped for a review after three of six rows, and the plan to roll back the first two of these.
@Suite(.blocking) struct OldRunTests {
  private static let update = "20261129T084907901Z-nightly"
  private static let rollback = "20261129T085000825Z-nightly-rollback"

  private func desk() throws -> Desk {
    let desk = try Desk(incidents: 10)
    try desk.folder.write(
      "jobs/nightly.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nattachments: {folder: files}\n")
    try desk.folder.write("jobs/files/.keep", "")
    try desk.folder.write("jobs/sheet.csv", "id,subject\n" + (1...6).map { "\($0),moved \($0)\n" }.joined())
    // The site as the old version has left it.
    try desk.folder.write("done.csv", "id,subject\n" + (1...3).map { "\($0),moved \($0)\n" }.joined())
    try desk.call(
      desk.run("done.csv", "--constant", "severity=1 - Critical", "--yes", "--state-dir", "other", "--quiet"),
      exits: 0)
    for (file, id) in [("update", Self.update), ("rollback", Self.rollback)] {
      try takeOver("OldRuns/\(file).sql", as: id, desk)
    }
    return desk
  }

  private func takeOver(_ file: String, as id: String, _ desk: Desk) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(file)
    let sql = try String(contentsOf: path, encoding: .utf8)
      .replacing("{FOLDER}", with: desk.folder.url.path).replacing("{SITE}", with: desk.url)
      .replacing("{HOST}", with: desk.url.replacing("http://", with: ""))
    let folder = "\(desk.stateFolder)/\(id)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let database = try DatabaseQueue(path: "\(folder)/run.sqlite")
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
    for path in [desk.stateFolder, folder, "\(folder)/run.sqlite"] {
      let mode = path.hasSuffix(".sqlite") ? 0o600 : 0o700
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
  }

  private func subjects(_ desk: Desk) throws -> [String] {
    try desk.read(desk.database) { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT json_extract(document, '$.subject') FROM b2c_row WHERE entity = 'incidents' AND id <= 6 ORDER BY id
          """)
    }
  }

  @Test func resumeFromAnyFolder() throws {
    let desk = try desk()
    try desk.folder.write("elsewhere/.keep", "")
    let before = try desk.changes().count
    let shown = try desk.bulkpatch.shell("cd elsewhere && bulkpatch show \(Self.update)")
    #expect(shown.standardOutput.contains("bulkpatch resume \(Self.update)"), "\(shown)")
    let result = try desk.bulkpatch.shell("cd elsewhere && bulkpatch resume --yes \(Self.update) --quiet")
    #expect(result.exitCode == 0, "\(result)")
    let changes = try desk.changes().dropFirst(before)
    #expect(changes.map(\.path).sorted() == ["incidents/4", "incidents/5", "incidents/6"])
    // The name is looked up before it is sent.
    #expect(changes.allSatisfy { $0.body.contains(#""severity":{"id":4}"#) })
    #expect(try subjects(desk) == (1...6).map { "moved \($0)" })
  }

  @Test func areSplitAndGathered() throws {
    let desk = try desk()
    let before = try desk.changes().count
    try desk.call(["split", Self.update, "--into", "2", "--yes", "--quiet"], exits: 0)
    for shard in 0..<2 {
      try desk.call(["resume", "\(desk.stateFolder)/\(Self.update)/shards/\(shard)", "--quiet"], exits: 0)
    }
    try desk.call(["gather", Self.update, "--quiet"], exits: 0)
    let changes = try desk.changes().dropFirst(before)
    #expect(changes.map(\.path).sorted() == ["incidents/4", "incidents/5", "incidents/6"])
    #expect(try subjects(desk) == (1...6).map { "moved \($0)" })
    let refused = try desk.call(["split", Self.rollback, "--into", "2"], exits: 64).standardError
    #expect(refused.contains("is a rollback, and a rollback cannot be split"), "\(refused)")
  }

  @Test func areRefusedWhenTheJobMapsItsSheetOtherwiseNow() throws {
    let desk = try desk()
    let job = try desk.folder.read("jobs/nightly.yaml")
    try desk.folder.write("jobs/nightly.yaml", job + "ignore: [other]\n")
    let result = try desk.call(["resume", Self.update], exits: 78)
    #expect(result.standardError.contains("maps its sheet differently"))
  }

  @Test func rollBackAsPlanned() throws {
    let desk = try desk()
    try desk.call(["apply", Self.rollback, "--yes", "--quiet"], exits: 0)
    let subjects = try subjects(desk)
    #expect(subjects[0...1].allSatisfy { !$0.hasPrefix("moved") } && subjects[2] == "moved 3", "\(subjects)")
    // A rolled-back run is resumed only when the user says so.
    try desk.call(["resume", Self.update], exits: 64, confirms: false)
    try desk.call(["resume", Self.update, "--yes", "--quiet"], exits: 0)
  }

  @Test func areOfTheSameJobAsThoseOfTheNewVersion() throws {
    let desk = try desk()
    // A run that waits for a review waits for the user; the new run is one of the same job.
    try desk.call(["run", "jobs/nightly.yaml", "--continue", "--quiet"], exits: 0)
    let page = try desk.call(["report", Self.update, "-o", "-"], exits: 0).standardOutput
    #expect(page.contains("bulkpatch run jobs/nightly.yaml --lanes 2 --canary 3 --constant"), "\(page.count)")
  }
}
