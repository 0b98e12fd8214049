import Records
import Testing

@testable import Staging

@Suite struct ResultsTests {
  @Test func handsOverOnlyTheStatesThatWereAskedFor() throws {
    let run = try RunFixture([.update(1), .update(2), .rejected(nil), .update(4)])
    _ = try run.lease(2)
    try run.finish([(1, .applied), (2, .failed)])
    var numbers: [Int] = []
    try run.file.forEachResult(in: [.failed, .rejected]) { numbers.append($0.number) }
    #expect(numbers == [2, 3])
  }

  @Test func stopsWhenTheReceiverFails() throws {
    let run = try RunFixture([.update(1), .update(2)])
    var seen = 0
    let error = #expect(throws: StagingError.self) {
      try run.file.forEachResult(in: [.staged]) { _ in
        seen += 1
        throw StagingError(.io, place: "failed.csv", "the disk is full")
      }
    }
    #expect(error?.place == "failed.csv")
    #expect(seen == 1)
    // The file is usable afterwards.
    #expect(try run.file.counts()[.staged] == 2)
  }

  @Test func groupsWhatWentWrongTheLargestGroupFirst() throws {
    let run = try RunFixture([
      .update(1), .update(2), .update(3), .rejected(nil), .update(5), .rejected(nil), .rejected(nil),
    ])
    _ = try run.lease(10)
    var checkpoint = Checkpoint()
    checkpoint.outcomes = [
      RowOutcome(number: 1, state: .applied, attempts: 1),
      RowOutcome(number: 2, state: .failed, attempts: 1, errorCode: "B", error: "second"),
      RowOutcome(number: 3, state: .failed, attempts: 1, errorCode: "A", error: "no such 'x'"),
      RowOutcome(number: 5, state: .failed, attempts: 1, errorCode: "A", error: "no such 'y'"),
    ]
    _ = try run.file.commit(checkpoint)

    let groups = try run.file.errorGroups()
    #expect(groups.map(\.code) == ["too-long", "A", "B"])
    #expect(groups.map(\.rows) == [3, 2, 1])
    #expect(groups.map(\.firstRow) == [4, 3, 2])
    #expect(groups.map(\.firstLine) == [5, 4, 3])
    #expect(groups[1].message == "no such 'x'")
    #expect(groups[1].values.map(\.distinct) == [2])
    #expect(groups[1].examples.map(\.values) == [["x"], ["y"]])
    #expect(groups[0].state == .rejected)
    #expect(groups[0].column == "subject")
    #expect(groups[0].hint == "shorten it")
    #expect(groups[1].hint == nil)
  }
}
