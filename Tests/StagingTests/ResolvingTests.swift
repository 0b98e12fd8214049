import Patches
import Records
import Testing

@testable import Staging

@Suite struct ResolvingTests {
  private func key(_ value: String) -> UnresolvedKey {
    UnresolvedKey(attribute: "referenceNumber", value: value)
  }

  @Test func asksForEachKeyOnceAndNoMoreThanTheLimit() throws {
    let run = try RunFixture([.keyed("a"), .update(1), .keyed("b"), .keyed("a"), .keyed("c")])
    #expect(try run.file.unresolvedKeys(limit: 10).map(\.value).sorted() == ["a", "b", "c"])
    #expect(try run.file.unresolvedKeys(limit: 2).count == 2)
    #expect(try run.file.unresolvedKeys(limit: 10).allSatisfy { $0.attribute == "referenceNumber" })
  }

  @Test func givesRowsTheirRecordAndFailsThoseWithoutExactlyOne() throws {
    let run = try RunFixture([.keyed("one"), .keyed("none"), .keyed("two"), .keyed("one")])
    let keys = try run.file.unresolvedKeys(limit: 10)
    try run.file.resolve(keys, found: ["one": [71], "two": [72, 73]])
    try run.file.finishResolving()

    let rows = try run.rows()
    #expect(rows.map(\.state) == [.staged, .failed, .failed, .staged])
    #expect(rows.map(\.recordID) == [71, nil, nil, 71])
    #expect(rows.map(\.errorCode) == [nil, "not-found", "ambiguous", nil])
    #expect(rows[1].error == "no record has referenceNumber 'none'")
    #expect(rows[2].error == "2 records have referenceNumber 'two': 72, 73")
    #expect(try run.file.unresolvedKeys(limit: 10).isEmpty)
    #expect(try run.lease(10).rows.map(\.recordID) == [71, 71])
  }

  @Test func ordersTheRowsOfARecordThatCameWithDifferentKeys() throws {
    let run = try RunFixture([.keyed("a"), .update(71), .keyed("b"), .update(72)])
    try run.file.resolve([key("a"), key("b")], found: ["a": [71], "b": [71]])
    try run.file.finishResolving()
    let leased = try run.lease(10).rows
    #expect(leased.map(\.recordID) == [71, 71, 71, 72])
    #expect(leased.map(\.ordinal) == [1, 2, 3, 1])
    #expect(leased.map(\.recordRows) == [3, 3, 3, 1])
  }

  @Test func holdsTheRowsOfARecordBehindARejectedOneWithTheSameKey() throws {
    let run = try RunFixture([
      .rejected(.alternate(attribute: "referenceNumber", value: "a")), .keyed("a"),
    ])
    try run.file.resolve([key("a")], found: ["a": [71]])
    try run.file.finishResolving()
    #expect(try run.rows().map(\.recordID) == [71, 71])
    #expect(try run.lease(10).blocked == 1)
  }

  @Test func looksForARecordAgainWhenFailedRowsAreRetried() throws {
    let run = try RunFixture([.keyed("late")])
    try run.file.resolve([key("late")], found: [:])
    #expect(try run.states() == [.failed])
    try run.file.recover(retryingFailed: true)
    #expect(try run.file.unresolvedKeys(limit: 10) == [key("late")])
    try run.file.resolve([key("late")], found: ["late": [5]])
    #expect(try run.lease(10).rows.map(\.recordID) == [5])
  }
}
