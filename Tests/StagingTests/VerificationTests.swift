import GRDB
import JSON
import Patches
import Records
import Testing

@testable import Staging

/// A verification, as the run file supports and stores it.
@Suite struct VerificationTests {
  @Test(arguments: [1, 2, 100])
  func servesTheRowsThatAreDoneOrInDoubtBackwardsByRecord(limit: Int) throws {
    let run = try RunFixture([
      .update(2), .update(1), .append(2), .update(3), .update(1), .update(4), .rejected(.id(1)), .update(2),
    ])
    _ = try run.lease(10)
    try run.finish([
      (1, .applied), (2, .unchanged), (3, .unknown), (4, .failed), (5, .applied), (6, .conflict),
      (8, .applied),
    ])
    var seen: [(RecordID, Int, Bool)] = []
    while true {
      let rows = try run.file.rowsToVerify(before: seen.last.map { ($0.0, $0.1) }, limit: limit)
      #expect(rows.count <= limit)
      if rows.isEmpty { break }
      seen += rows.map { ($0.recordID, $0.number, $0.isInDoubt) }
    }
    #expect(seen.map(\.0) == [2, 2, 2, 1, 1])
    #expect(seen.map(\.1) == [8, 3, 1, 5, 2])
    #expect(seen.map(\.2) == [false, true, false, false, false])
  }

  @Test func keepsTheVerificationBeforeUntilTheNextIsComplete() throws {
    let run = try RunFixture((1...3).map { .update($0) })
    #expect(try run.file.verification() == nil)
    let difference = VerifiedRow.Difference(
      AttributePlace("subject"), asked: "a", actual: nil, doubt: "who knows")
    let first = [
      VerifiedRow(number: 3, verdict: .undecided, differences: [difference]),
      VerifiedRow(number: 1, verdict: .asAsked),
      VerifiedRow(
        number: 2, verdict: .different,
        differences: [VerifiedRow.Difference(AttributePlace("queue"), asked: ["id": 1], actual: ["id": 2])]),
    ]
    try run.file.beginVerification()
    try run.file.verified(first)
    #expect(try run.file.verification() == nil)
    try run.file.endVerification()
    #expect(try run.file.verification()?.rows == [.asAsked: 1, .different: 1, .undecided: 1])
    #expect(try listed(run, Verdict.allCases).map(\.row) == [first[1], first[2], first[0]])
    #expect(try listed(run, [.different, .undecided], limit: 1).map(\.row) == [first[2]])
    #expect(try listed(run, [.different]).map(\.line) == [3])

    // One that is interrupted.
    try run.file.beginVerification()
    try run.file.verified([VerifiedRow(number: 1, verdict: .missing)])
    #expect(try run.file.verification()?[.missing] == 0)
    // And one that is complete.
    try run.file.beginVerification()
    try run.file.verified([VerifiedRow(number: 1, verdict: .missing)])
    try run.file.endVerification()
    #expect(try run.file.verification()?.rows == [.missing: 1])
  }

  private func listed(_ run: RunFixture, _ verdicts: [Verdict], limit: Int? = nil) throws
    -> [VerificationResult]
  {
    var results: [VerificationResult] = []
    try run.file.forEachVerified(verdicts, limit: limit) { results.append($0) }
    return results
  }
}
