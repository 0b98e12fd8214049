import JSON
import Patches
import Records
import Sheets
import Staging
import TestSupport
import Testing

/// The rows that a rollback reads from the run it rolls back, and what its own run file remembers.
@Suite struct RollbackStagingTests {
  /// A run whose rows have ended in every possible way.
  private func source() throws -> RunFixture {
    let run = try RunFixture((1...9).map { SampleRow.update(Int64($0)) } + [.rejected(.id(1)), .append(1)])
    _ = try run.lease(20)
    var checkpoint = Checkpoint()
    checkpoint.snapshots = [2, 4, 5, 6, 11].map {
      Snapshot(row: $0, recordID: .integer(Int64($0)), token: "t", values: ["subject": "old"])
    }
    func end(_ number: Int, _ state: RowState, http: Int? = nil, code: String? = nil) {
      checkpoint.outcomes.append(
        RowOutcome(number: number, state: state, attempts: 1, httpStatus: http, errorCode: code))
    }
    end(1, .unchanged)
    end(2, .applied, http: 200)
    end(3, .failed, http: 400, code: "OSC-CREST-00006")
    end(4, .unknown, code: "timeout")
    // The site refused it: nothing was written.
    end(5, .conflict, http: 412, code: "changed-meanwhile")
    end(6, .conflict, code: "changed-meanwhile")
    end(7, .conflict, code: "kept")
    end(8, .blocked, code: "held")
    end(11, .applied, http: 200)
    _ = try run.file.commit(checkpoint)
    return run
  }

  @Test func readsWhatMayHaveChangedSomethingFromTheLastRowOn() throws {
    let run = try source()
    let rows = try run.file.carriedOutRows(before: .max, limit: 20)
    // Row 9 was announced and never ended; it may have been sent, without a look.
    #expect(rows.map(\.number) == [11, 9, 6, 4, 2])
    #expect(rows.map { $0.snapshot != nil } == [true, false, true, true, true])
    #expect(try run.file.carriedOutRows(before: 9, limit: 2).map(\.number) == [6, 4])
  }

  /// A rollback of two rows; nothing of the second can be rolled back.
  private func rollback() throws -> RunFixture {
    let run = try RunFixture()
    let source = CarriedOutRow(
      number: 8, line: 9, state: .applied, recordID: 7, patch: "{}", snapshot: nil, input: "7,new")
    let patch = Patch(key: .id(7), body: ["subject": "old", "queue": ["id": 5]], isIdempotent: true)
    var rows = [
      RollbackRow(
        source: source, patch: patch,
        expected: ExpectedState(values: ["subject": "new", "queue": ["id": 8]]), findings: []),
      RollbackRow(
        source: source, patch: nil, expected: ExpectedState(),
        findings: [Finding(row: 2, line: 9, column: "threads.append", rule: "irreversible", message: "stays")]
      ),
    ][...]
    try run.file.stageRollback(next: { rows.popFirst() }, progress: { _ in })
    try run.file.indexRecords()
    return run
  }

  @Test func handsOutWhatWasWrittenWithEachRow() throws {
    let run = try rollback()
    #expect(try run.states() == [.staged, .rejected])
    let row = try #require(try run.lease(10).rows.first)
    #expect(row.expected == ExpectedState(values: ["subject": "new", "queue": ["id": 8]]))
    #expect(row.kept.isEmpty)
    #expect(row.recordID == 7)
    #expect(try run.rows().map(\.input) == ["7,new", "7,new"])
  }

  @Test func remembersWhatIsLeftOfARow() throws {
    let run = try rollback()
    let kept = [KeptChange(attribute: "subject", reason: .changed, wrote: "new", now: "theirs", was: "old")]
    var checkpoint = Checkpoint()
    checkpoint.narrowings = [RowNarrowing(number: 1, patch: #"{"queue":{"id":5}}"#, kept: kept)]
    checkpoint.announced = [1]
    _ = try run.file.commit(checkpoint)
    let row = try #require(try run.lease(10).rows.first)
    #expect(row.patch == #"{"queue":{"id":5}}"#)
    #expect(row.kept == kept)
    #expect(row.isInDoubt)

    // Nothing is left to send: the patch stays as it was.
    checkpoint = Checkpoint()
    checkpoint.narrowings = [RowNarrowing(number: 1, patch: nil, kept: [])]
    _ = try run.file.commit(checkpoint)
    let again = try #require(try run.lease(10).rows.first)
    #expect(again.patch == #"{"queue":{"id":5}}"#)
    #expect(again.kept.isEmpty)
  }
}
