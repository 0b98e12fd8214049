import Foundation
import JSON
import Reports
import Staging
import TestSupport
import Testing

@Suite struct RunListTests {
  /// A state folder with runs that ended in different ways.
  private func stateFolder() throws -> (TemporaryFolder, [RunDirectory]) {
    let folder = try TemporaryFolder()
    var directories: [RunDirectory] = []
    for (index, job) in ["done", "stopped", "damaged", "live"].enumerated() {
      let made = Date(timeIntervalSince1970: 1_735_732_800 + Double(index))
      let directory = try RunDirectory.make(in: folder.url.path, job: job, now: made)
      directories.append(directory)
      guard job != "damaged" else {
        try Data("no run file, but long enough".utf8).write(to: URL(fileURLWithPath: directory.runFile))
        continue
      }
      var record = ReportFixture.record()
      record.id = directory.id
      record.job = job
      let file = try RunFile(creating: record, in: directory)
      try file.stage(next: { nil }, progress: { _ in })
      if job == "done" { try file.finish(exitCode: 0, stoppedBecause: nil) }
      if job == "stopped" { try file.finish(exitCode: 3, stoppedBecause: "50 rows failed") }
    }
    return (folder, directories)
  }

  @Test func listsEveryRunTheNewestLast() throws {
    let (folder, directories) = try stateFolder()
    let lock = try FileLock(path: directories[3].lockFile, holder: "process 4711")
    #expect(
      RunList(in: folder.url.path).text()
        == """
        RUN                          JOB      CREATED (UTC)     ROWS  EXIT  STANDING    NEEDS YOU   STATES
        20250101T120000000Z-done     done     2025-01-01 12:00     0     0  finished
        20250101T120001000Z-stopped  stopped  2025-01-01 12:00     0     3  stopped     resume
        20250101T120002000Z-damaged                                         unreadable  look at it  is not a usable run file: file is not a database
        20250101T120003000Z-live     live     2025-01-01 12:00     0        under-way

        2 runs need you; the newest: bulkpatch show 20250101T120002000Z-damaged

        """)
    withExtendedLifetime(lock) {}
  }

  @Test(arguments: [72, 40, 200]) func fitsTheTerminal(width: Int) throws {
    let (folder, directories) = try stateFolder()
    let text = RunList(in: folder.url.path).text(width: width)
    let table = text.split(separator: "\n").dropLast()
    #expect(table.allSatisfy { $0.count <= width }, "\(text)")
    // What is to be typed is never cut as long as there is room for it.
    #expect(directories.allSatisfy { text.contains($0.id) })
  }

  @Test func listsOneJobOrWhatIsUnfinished() throws {
    let (folder, directories) = try stateFolder()
    let lock = try FileLock(path: directories[3].lockFile, holder: "process 4711")
    func names(_ list: RunList) -> [RunDirectory] { list.entries.map(\.directory) }
    #expect(names(RunList(in: folder.url.path, job: "stopped")) == [directories[1]])
    #expect(names(RunList(in: folder.url.path, isUnfinished: true)) == Array(directories[1...]))
    #expect(
      RunList(in: folder.url.path, job: "none").text() == "no such run is kept in \(folder.url.path)\n")
    withExtendedLifetime(lock) {}
  }

  @Test func listsTheSameForPrograms() throws {
    let (folder, directories) = try stateFolder()
    let lock = try FileLock(path: directories[3].lockFile, holder: "process 4711")
    let runs = RunList(in: folder.url.path).json.array ?? []
    #expect(runs.map { $0["run"]?.string } == directories.map(\.id))
    #expect(runs.map { $0["standing"] } == ["finished", "stopped", "unreadable", "under-way"])
    #expect(runs.map { $0["resumable"] } == [false, true, false, false])
    #expect(runs[0]["exit_code"] == 0)
    #expect(runs[0]["states"]?.object?.count == 10)
    #expect(runs[2]["error"]?.string?.contains("is not a usable run file") == true)
    #expect(runs[3]["held_by"] == "process 4711")
    #expect(runs[3]["finished"] == .null)
    withExtendedLifetime(lock) {}
  }

  @Test func takesTheStatesFromTheSummaryOnlyWhileItIsOfTheLastExit() throws {
    let run = try ReportFixture([ReportRow(input: "1,a", state: .failed, id: 1)])
    try run.finish(1)
    try RunSummary(reading: run.file, workingFolder: "/in").write()
    // So that it shows which one was read.
    let path = run.directory.file("summary.json")
    let altered = try run.read("summary.json").replacing("\"failed\": 1", with: "\"failed\": 7")
    try Data(altered.utf8).write(to: URL(fileURLWithPath: path))
    #expect(RunList(in: run.folder.url.path).text().contains("7 failed"))

    try run.file.takeUp()
    try run.file.recover(retryingFailed: true)
    #expect(RunList(in: run.folder.url.path).text().contains("1 staged"))
  }

  @Test func isEmptyWhereThereIsNothing() throws {
    let folder = try TemporaryFolder()
    let list = RunList(in: folder.path("never-used"))
    #expect(list.entries.isEmpty)
    #expect(list.json == [])
  }
}
