import Foundation
import TestSupport
import Testing

/// The site loses the n-th write of a run, for n = 1, 2, 3, … until a run passes untouched: every patch is applied
/// exactly once and in order, as the site's own records prove.
@Suite(.blocking) struct FaultSweepTests {
  @Test(arguments: MixedSheet.Way.allCases, ["before-commit", "after-commit", "mid-answer"])
  func aLostWriteIsDoneOnce(way: MixedSheet.Way, point: String) throws {
    try sweep(way, atLeast: way == .batches ? 3 : MixedSheet.rowCount) { n in
      // Connections end in two ways, and a client may take them differently.
      "PATCH,POST * after=\(n) times=1 reset=\(point) tcp=\(n.isMultiple(of: 2) ? "fin" : "rst")"
    }
  }

  @Test(arguments: MixedSheet.Way.allCases) func aLostReadChangesNothing(way: MixedSheet.Way) throws {
    try sweep(way, atLeast: 3, endsUnreached: true) { n in
      "GET * after=\(n) times=1 reset=\(n.isMultiple(of: 2) ? "before-commit" : "mid-answer")"
    }
  }

  /// The gateway's reaction to the n-th write.
  enum Gateway: String, CaseIterable {
    case page = "its own page in place of the answer"
    case redirection = "a redirection in place of the answer"
    case tooLarge = "a refusal of its own in place of the answer"
    case late = "its own page, before the write is carried out"

    var way: ScriptedGateway.Way {
      switch self {
      case .page: .answerInPlace(.answer(.gatewayPage))
      case .redirection: .answerInPlace(.answer(.answer("302 Found", ["Location: https://login.example/"])))
      case .tooLarge: .answerInPlace(.answer(.answer("413 Content Too Large")))
      case .late: .giveUp(.answer(.gatewayPage), handingOnAfter: 0.1)
      }
    }
  }

  @Test(arguments: MixedSheet.Way.allCases, Gateway.allCases)
  func whatAGatewaySaysOfAWriteDecidesNothing(way: MixedSheet.Way, gateway: Gateway) throws {
    let sheet = MixedSheet(kind: way.kind, number: 0)
    var n = 0
    var isStruck = true
    while isStruck {
      n += 1
      let desk = try Desk(records: sheet.records)
      let between = try ScriptedGateway(to: desk.url) { [n] _, number in number == n ? gateway.way : .pass }
      let run = try sheet.run(on: desk, through: between.url, way.options)
      // A redirect points to another place, and stops the run until the user has looked.
      var result = try desk.bulkpatch.run(run)
      if result.exitCode == 78, gateway == .redirection {
        result = try desk.bulkpatch.run(["resume", "latest"] + way.options)
      }
      #expect(result.exitCode == 0, "write \(n), \(gateway): \(result.standardError)")
      let found = try sheet.found(on: desk)
      // A field may be set to the same value twice.
      let isExact =
        gateway == .late
        ? zip(found, sheet.ends).allSatisfy { $0.suffix($1.count) == $1[...] } : found == sheet.expected
      #expect(isExact, "write \(n), \(gateway): \(found)")
      isStruck = between.writes.count >= n
    }
    #expect(n > (way == .batches ? 3 : MixedSheet.rowCount))
  }

  /// - Parameters:
  ///   - requests: the minimum number of requests that can be struck.
  ///   - endsUnreached: whether a run may end because the site does not answer, to be resumed.
  private func sweep(
    _ way: MixedSheet.Way, atLeast requests: Int, endsUnreached: Bool = false, _ fault: (Int) -> String
  ) throws {
    let sheet = MixedSheet(kind: way.kind, number: 0)
    var n = 0
    var isStruck = true
    while isStruck {
      n += 1
      let desk = try Desk(records: sheet.records, "--fault", fault(n))
      let result = try desk.bulkpatch.run(sheet.run(on: desk, way.options))
      if result.exitCode == 69, endsUnreached {
        try desk.call(["resume", "latest"] + way.options, exits: 0)
      } else {
        #expect(result.exitCode == 0, "\(fault(n)): \(result.standardError)")
      }
      let found = try sheet.found(on: desk)
      #expect(found == sheet.expected, "\(fault(n)): \(found)")
      isStruck = try desk.faults() > 0
    }
    #expect(n > requests)
  }
}
