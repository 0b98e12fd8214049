import Foundation
import GRDB
import Records
import TestSupport
import Testing

@testable import Staging

/// A real SQLITE_FULL: the file may not grow further.
@Suite struct FullDiskTests {
  private func fill(_ file: RunFile, spare: Int = 0) throws {
    try file.database.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      // Free pages would still be used.
      let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
      try #require(free == 0)
      _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + spare)")
    }
  }

  private func attempts(_ count: Int) -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.attempts = (0..<count).map {
      AttemptRecord(
        row: 1, attempt: $0, outcome: "unknown", httpStatus: nil, errorCode: "timeout",
        error: String(repeating: "x", count: 500), milliseconds: 1)
    }
    return checkpoint
  }

  @Test func saysSoWhileExecutingAndLosesNothing() throws {
    let run = try RunFixture([.update(1), .update(2)])
    _ = try run.lease(1)
    try fill(run.file)
    var checkpoint = attempts(200)
    checkpoint.outcomes = [RowOutcome(number: 1, state: .applied, attempts: 1)]
    checkpoint.leaseLimit = 1
    let error = #expect(throws: StagingError.self) { _ = try run.file.commit(checkpoint) }
    #expect(error?.kind == .io)
    #expect(error?.description == "\(run.directory.runFile): the disk is full")
    #expect(error?.hint == "free some space; no progress is lost")

    // All of the checkpoint or none of it.
    #expect(try run.states() == [.sending, .staged])
    try run.file.database.writeWithoutTransaction { database in
      _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = 1000000")
    }
    _ = try run.file.commit(checkpoint)
    #expect(try run.states() == [.applied, .staged])
  }

  @Test func stagesAgainAfterTheFileCouldNotBeMade() throws {
    let run = try RunFixture()
    let draft = run.folder.url.appendingPathComponent(".run.sqlite.new/in-the-way")
    try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
    let many = (1...2_000).map { SampleRow.update(Int64($0)) }
    let error = #expect(throws: StagingError.self) { try run.stage(many) }
    #expect(error?.kind == .io)
    #expect(try run.file.record().staged == nil)

    try FileManager.default.removeItem(at: draft.deletingLastPathComponent())
    let reopened = try RunFile(opening: run.directory)
    var number = 0
    try reopened.stage(
      next: {
        number += 1
        return number > 2_000 ? nil : RunFixture.built(.update(Int64(number)), number: number)
      }, progress: { _ in })
    #expect(try reopened.counts()[.staged] == 2_000)
  }
}

@Suite struct StagingErrorTests {
  @Test(arguments: [
    (ResultCode.SQLITE_FULL, StagingError.Kind.io, "the disk is full"),
    (.SQLITE_READONLY, .io, "cannot be opened for writing"),
    (.SQLITE_CANTOPEN, .io, "cannot be opened for writing"),
    (.SQLITE_IOERR, .io, "input/output error (10)"),
    (.SQLITE_IOERR_WRITE, .io, "input/output error (778)"),
    (.SQLITE_CORRUPT, .io, "is not a usable run file: message"),
    (.SQLITE_NOTADB, .io, "is not a usable run file: message"),
    (.SQLITE_BUSY, .locked, "is held by another process"),
    (.SQLITE_CONSTRAINT, .io, "message"),
  ])
  func putsWhatSQLiteReportsIntoWords(_ code: ResultCode, _ kind: StagingError.Kind, _ message: String) {
    let error = StagingError(
      DatabaseError(resultCode: code, message: "message", sql: "SELECT secret"), place: "run.sqlite")
    #expect(error.kind == kind)
    #expect(error.message == message)
    #expect(!error.description.contains("secret"))
  }

  @Test func passesItsOwnErrorsThrough() {
    let own = StagingError(.notFound, place: "a", "b", hint: "c")
    #expect(StagingError(own, place: "elsewhere") == own)
  }
}
