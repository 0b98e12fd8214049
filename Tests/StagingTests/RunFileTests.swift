import Foundation
import GRDB
import Records
import Sheets
import TestSupport
import Testing

@testable import Staging

@Suite struct RunFileTests {
  @Test func keepsWhatTheRunIsAcrossAReopening() throws {
    let run = try RunFixture()
    #expect(try run.file.record() == RunFixture.record)

    try run.stage([.update(1)])
    try run.file.finish(exitCode: 3, stoppedBecause: "50 rows failed")
    let record = try RunFile(opening: run.directory).record()
    #expect(record.sheetHeader == ["id", "subject"])
    #expect(record.request == RunFixture.record.request)
    #expect(record.sheetDigest == SheetDigest(size: 42, sha256: "ab"))
    #expect(record.rowsRead == 1)
    #expect(record.exitCode == 3)
    #expect(record.stoppedBecause == "50 rows failed")
    #expect(record.staged.flatMap(Timestamp.date) != nil)
    #expect(record.finished.flatMap(Timestamp.date) != nil)
  }

  @Test func readsARunThatAnotherConnectionIsWriting() throws {
    let run = try RunFixture([.update(1), .update(2)])
    let reader = try RunFile(reading: run.directory)
    _ = try run.lease(1)
    #expect(try reader.counts()[.sending] == 1)
    try run.finish([(1, .applied)])
    #expect(try reader.counts()[.applied] == 1)
    #expect(try reader.record().job == "nightly")
  }

  @Test func startsInTheModeThatSurvivesAKill() throws {
    let run = try RunFixture([.update(1)])
    let journal = try run.file.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
    let synchronous = try run.file.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    #expect(journal == "wal")
    // 2 is FULL, also after staging, which runs with less.
    #expect(synchronous == 2)
  }

  @Test func isReadableByItsOwnerOnly() throws {
    let run = try RunFixture([.update(1)])
    // The files beside it are only there while a connection is open; this one is.
    for name in ["run.sqlite", "run.sqlite-wal", "run.sqlite-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: run.directory.file(name))
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
    }
  }

  @Test(arguments: [true, false]) func refusesAFileOfANewerVersion(_ isForReading: Bool) throws {
    let run = try RunFixture([.update(1)])
    try run.file.write { database in
      try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: what nobody knows yet')")
    }
    let error = #expect(throws: StagingError.self) {
      _ = try isForReading ? RunFile(reading: run.directory) : RunFile(opening: run.directory)
    }
    #expect(error?.kind == .newer)
    #expect(error?.message == "was written by a newer version of bulkpatch")
    #expect(error?.hint != nil)
  }

  @Test func refusesAFileThatIsNoRunFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("run.sqlite", String(repeating: "not a database\n", count: 200))
    let error = #expect(throws: StagingError.self) {
      _ = try RunFile(opening: RunDirectory(path: folder.url.path))
    }
    #expect(error?.kind == .io)
    #expect(error?.message.hasPrefix("is not a usable run file") == true)
  }

  /// An empty file where a run is just being made would make SQLite remove the log of the run.
  @Test(arguments: [true, false]) func makesNoFileByLookingForIt(_ isForReading: Bool) throws {
    let folder = try TemporaryFolder()
    let directory = RunDirectory(path: folder.url.path)
    let error = #expect(throws: StagingError.self) {
      _ = try isForReading ? RunFile(reading: directory) : RunFile(opening: directory)
    }
    #expect(error?.kind == .notFound)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func saysThatARunInterruptedAtItsStartIsEmpty() throws {
    let folder = try TemporaryFolder()
    try folder.write("run.sqlite", "")
    let file = try RunFile(opening: RunDirectory(path: folder.url.path))
    let error = #expect(throws: StagingError.self) { try file.record() }
    #expect(error?.kind == .notFound)
    #expect(error?.message == "holds no run: it was cut short at its start")
  }

  @Test func refusesAStateThatItDoesNotKnow() throws {
    let run = try RunFixture([.update(1)])
    try run.file.write { try $0.execute(sql: "UPDATE row SET state = 'lost'") }
    let error = #expect(throws: StagingError.self) { try run.file.counts() }
    #expect(error?.kind == .inconsistent)
    #expect(error?.message == "has a row in the unknown state 'lost'")
  }

  @Test func cannotBeMadeInAFolderThatDoesNotExist() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: StagingError.self) {
      _ = try RunFile(creating: RunFixture.record, in: RunDirectory(path: folder.path("missing")))
    }
    #expect(error?.kind == .io)
    #expect(error?.message == "cannot be opened for writing")
    #expect(error?.hint == "check who owns the folder, or choose another with --state-dir")
  }

  @Test func countsThatAreEqualCompareAsEqual() {
    var counts = StateCounts()
    counts[.staged] = 2
    counts.move(from: .staged, to: .sending)
    counts.move(from: .sending, to: .applied)
    var same = StateCounts()
    same[.applied] = 1
    same[.staged] = 1
    #expect(counts == same)
    #expect(counts.total == 2)
    #expect(counts.finished == 1)
  }
}
