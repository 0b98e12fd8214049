import Foundation
import TestSupport
import Testing

/// Kills the tool (`kill -9`) right after its n-th commit, for n = 1, 2, 3, … until a run passes untouched,
/// and resumes it: every patch is applied exactly once and in order, as the site's own records prove.
@Suite(.blocking) struct KillSweepTests {
  /// More sheets than a run makes commits.
  private static let most = 80

  private func desk(of sheets: [MixedSheet], _ options: String...) throws -> Desk {
    try Desk(records: sheets.flatMap(\.records), options: options)
  }

  /// - Parameter isLate: whether the requests in flight at the kill are only applied after the run is
  ///   resumed.
  @Test(arguments: MixedSheet.Way.allCases, [false, true])
  func killedAfterAnyCommit(way: MixedSheet.Way, isLate: Bool) throws {
    let sheets = (0..<Self.most).map { MixedSheet(kind: way.kind, number: $0) }
    // Every n has records of its own on the same desk.
    let desk = try desk(of: sheets)
    let gateway = try isLate ? ScriptedGateway(to: desk.url) { _, _ in .dawdle(0.2) } : nil
    var n = 0
    var isKilled = true
    while isKilled {
      n += 1
      let sheet = try #require(sheets.dropFirst(n - 1).first, "a run makes more commits than expected")
      var run = desk.bulkpatch
      run.environment["BULKPATCH_TEST_KILL_AT"] = "\(n)"
      let folder = ["--state-dir", desk.folder.path("state-\(n)")]
      let arguments = try sheet.run(on: desk, through: gateway?.url, way.options + folder)
      let code = try run.run(arguments).exitCode
      isKilled = code == 137
      if isKilled { try finish(desk, arguments, ["resume", "latest"] + way.options + folder, "commit \(n)") }
      #expect(isKilled || code == 0, "commit \(n)")
      let found = try sheet.found(on: desk)
      #expect(found == sheet.expected, "commit \(n): \(found)")
    }
    // Staging, leases, intents and outcomes: there cannot be fewer.
    #expect(n > 6)
  }

  /// Resumes a killed run; starts over when it was killed before there was one.
  private func finish(
    _ desk: Desk, _ run: [String], _ resume: [String], _ comment: String
  ) throws {
    var result = try desk.bulkpatch.run(resume)
    if result.exitCode == 66 { result = try desk.bulkpatch.run(run) }
    #expect(result.exitCode == 0, "\(comment): \(result.standardError)")
  }
}
