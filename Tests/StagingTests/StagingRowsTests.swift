import JSON
import Patches
import Records
import Sheets
import TestSupport
import Testing

@testable import Staging

@Suite struct StagingRowsTests {
  @Test func stagesEveryRowValidOrNot() throws {
    let run = try RunFixture([.update(7), .rejected(.id(8)), .rejected(nil), .keyed("25-1")])
    let counts = try run.file.counts()
    #expect(counts[.staged] == 2)
    #expect(counts[.rejected] == 2)
    #expect(try run.file.record().rowsRead == counts.total)

    let rows = try run.rows()
    #expect(rows.map(\.number) == [1, 2, 3, 4])
    #expect(rows.map(\.line) == [2, 3, 4, 5])
    #expect(rows.map(\.recordID) == [7, 8, nil, nil])
    #expect(rows.map(\.recordKey) == ["7", "8", nil, "25-1"])
    #expect(rows.map(\.input) == ["1,text", "2,text", "3,text", "4,text"])
    #expect(rows[1].errorCode == "too-long")
    #expect(rows[1].error == "is longer than 240 characters")
    let findings = rows[1].findings.map(FindingList.objects) ?? []
    #expect(findings.map { $0["rule"] } == ["unlisted", "too-long"])
  }

  @Test func startsOverAfterAnInterruptedStaging() throws {
    struct Interruption: Error {}
    let run = try RunFixture()
    var given = 0
    #expect(throws: Interruption.self) {
      try run.file.stage(
        next: {
          guard given < 6_000 else { throw Interruption() }
          given += 1
          return RunFixture.built(.update(Int64(given)), number: given)
        }, progress: { _ in }, digest: { nil })
    }
    #expect(try run.file.record().staged == nil)
    // Nothing of it is left.
    #expect(try run.file.counts().total == 0)

    let reopened = try RunFile(opening: run.directory)
    var isAtEnd = false
    try reopened.stage(
      next: {
        guard !isAtEnd else { return nil }
        isAtEnd = true
        return RunFixture.built(.update(1), number: 1)
      }, progress: { _ in }, digest: { nil })
    #expect(try reopened.counts().total == 1)
    #expect(try reopened.record().rowsRead == 1)
  }

  @Test func neverStagesAgainWhatMayHaveBeenSent() throws {
    let run = try RunFixture([.update(1), .update(2)])
    let error = #expect(throws: StagingError.self) { try run.stage([.update(3)]) }
    #expect(error?.kind == .inconsistent)
    #expect(try run.file.counts()[.staged] == 2)
  }

  @Test func tellsTheProgressAndTheWholeAtTheEnd() throws {
    let run = try RunFixture()
    var told: [Int] = []
    var given = 0
    try run.file.stage(
      next: {
        given += 1
        return given > 11_000 ? nil : RunFixture.built(.update(Int64(given)), number: given)
      }, progress: { told.append($0) }, digest: { nil })
    #expect(told == [4_096, 8_192, 11_000])
    #expect(try run.file.record().rowsRead == 11_000)
  }

  @Test func stagesASheetWithoutRows() throws {
    let run = try RunFixture()
    try run.stage([])
    #expect(try run.file.counts().total == 0)
    #expect(try run.file.record().rowsRead == 0)
    #expect(try run.lease(5).isExhausted)
  }

  @Test func numbersTheRowsOfOneRecordInSheetOrder() throws {
    let run = try RunFixture([.update(1), .append(2), .update(1), .rejected(.id(1)), .update(1)])
    let leased = try run.lease(10, holding: false).rows
    #expect(leased.map(\.number) == [1, 2, 3, 5])
    #expect(leased.map(\.ordinal) == [1, 1, 2, 4])
    #expect(leased.map(\.recordRows) == [4, 1, 4, 4])
  }

  @Test func keepsTheWholeOfARowThatHoldsANUL() throws {
    let run = try RunFixture()
    var isAtEnd = false
    try run.file.stage(
      next: {
        guard !isAtEnd else { return nil }
        isAtEnd = true
        let row = SheetRow(number: 1, line: 2, content: .unreadable, findings: [], input: "7,\"a\0b\"")
        return WholeRow(row, BuiltRow(patch: nil, key: nil, findings: []))
      }, progress: { _ in }, digest: { nil })
    #expect(try run.rows().map(\.input) == ["7,\"a\u{FFFD}b\""])
  }

  @Test func keepsAPatchAndItsElementAsTheyAre() throws {
    let run = try RunFixture([.rewrite(9, thread: 3), .append(10)])
    let leased = try run.lease(10).rows
    #expect(leased[0].element == ElementAddress(list: "threads", id: 3))
    #expect(leased[0].patch == #"{"text":"hello"}"#)
    #expect(leased[0].isIdempotent)
    #expect(leased[1].element == nil)
    #expect(leased[1].recordID == 10)
    #expect(!leased[1].isIdempotent)
  }
}
