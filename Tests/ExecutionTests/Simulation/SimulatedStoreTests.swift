import Foundation
import JSON
import Records
import Staging
import TestSupport
import Testing

/// The store of the simulation is the run file in memory: the same operations leave the same rows behind.
@Suite struct SimulatedStoreTests {
  @Test func keepsTheRulesOfTheRunFile() throws {
    for seed in rounds(200).map(UInt64.init) {
      var comparison = try Comparison(seed: seed)
      for step in 1...12 {
        try comparison.takeStep()
        try #require(comparison.difference() == nil, "seed \(seed), step \(step): \(comparison.log)")
      }
    }
  }
}

/// A run file and its model, on which the same operations are done.
private struct Comparison {
  private var dice: Dice
  private let file: StagedRun
  private var model: SimulatedStore
  private(set) var log: [String] = []
  /// Microseconds on both clocks; quarters of a second, which both can tell exactly.
  private var now = 0
  private var date: Date { Date(timeIntervalSince1970: Double(now) / 1_000_000) }
  private var leases: (file: Lease, model: Lease)?

  init(seed: UInt64) throws {
    dice = Dice(seed: seed)
    var rows: [(record: Int64, isAppend: Bool)?] = []
    for _ in 0..<dice.from(1, to: 10) {
      rows.append(dice.happens(10) ? nil : (Int64(dice.from(1, to: 3)), dice.happens(50)))
    }
    file = try StagedRun(rows)
    model = SimulatedStore(Comparison.staged(rows))
  }

  /// The row that `StagedRun` makes of each; a rejected one is for record 1.
  private static func staged(
    _ rows: [(record: Int64, isAppend: Bool)?]
  ) -> [(staged: StagedRow, isRejected: Bool)] {
    let records = rows.map { $0?.record ?? 1 }
    return rows.enumerated().map { index, row in
      let text = JSONValue.string("row \(index + 1)")
      let isAppend = row?.isAppend ?? true
      let body: JSONObject =
        isAppend ? ["threads": ["entryType": ["id": 1], "text": text]] : ["subject": text]
      let staged = StagedRow(
        number: index + 1, line: index + 2, recordID: .integer(records[index]),
        ordinal: records[...index].count { $0 == records[index] },
        recordRows: records.count { $0 == records[index] }, patch: body.text(), element: nil,
        isIdempotent: !isAppend, attempts: 0)
      return (staged, row == nil)
    }
  }

  mutating func takeStep() throws {
    leases = nil
    now += dice.below(16) * 250_000
    guard !dice.happens(15) else {
      let retries = dice.happens(50)
      log.append("recover, retrying: \(retries)")
      try file.run.recover(retryingFailed: retries, now: date)
      return model.recover(retryingFailed: retries, now: now)
    }
    let checkpoint = drawCheckpoint()
    log.append(checkpoint.words)
    leases = (try file.run.commit(checkpoint, now: date), model.commit(checkpoint, now: now))
  }

  private mutating func drawCheckpoint() -> Checkpoint {
    var checkpoint = Checkpoint()
    for row in model.rows {
      let number = row.staged.number
      switch row.state {
      case .sending where dice.happens(40):
        let state = dice.one(of: [RowState.applied, .unchanged, .failed, .conflict, .unknown, .unknown])
        checkpoint.outcomes.append(
          RowOutcome(
            number: number, state: state, attempts: dice.below(4), httpStatus: dice.one(of: [nil, 200, 400]),
            errorCode: dice.one(of: [nil, "timeout"]), error: dice.one(of: [nil, "no answer"])))
      case .sending where dice.happens(10): checkpoint.released.append(number)
      case .staged where dice.happens(40):
        checkpoint.announced.append(number)
        if dice.happens(50) {
          checkpoint.snapshots.append(
            Snapshot(
              row: number, recordID: row.staged.recordID, token: dice.one(of: [nil, "7"]),
              values: ["subject": dice.one(of: [nil, "old"])],
              lists: ["threads": ["high_water_mark": .integer(Int64(dice.below(9))), "elements": []]]))
        }
      default: break
      }
    }
    if dice.happens(70) {
      checkpoint.leaseLimit = dice.from(1, to: 6)
      checkpoint.leaseAfter = dice.below(model.rows.count)
    }
    checkpoint.holdsRecords = dice.happens(60)
    return checkpoint
  }

  /// The first difference between the two.
  func difference() throws -> String? {
    if let leases {
      guard leases.file.rows == leases.model.rows else { return "the leases" }
      guard leases.file.blocked == leases.model.blocked, leases.file.last == leases.model.last,
        leases.file.isExhausted == leases.model.isExhausted
      else { return "what the leases say" }
    }
    var place = 0
    var difference: String?
    try file.run.forEachResult(in: RowState.allCases) { row in
      let other = model.rows[place]
      place += 1
      // Why a row was rejected is staged with it.
      let areErrorsAlike =
        row.state == .rejected || (row.errorCode == other.errorCode && row.error == other.error)
      if row.state != other.state || row.attempts != other.attempts || !areErrorsAlike {
        difference = difference ?? "row \(row.number): \(row), and \(other)"
      }
    }
    return try difference ?? (file.run.counts() == model.counts ? nil : "the counts")
  }
}
