import Foundation
import GRDB
import Patches
import Records
import TestSupport
import Testing

@testable import Staging

/// Runs whose records are named by texts.
@Suite struct NamedRecordTests {
  @Test func keepsEveryTextAsItIs() throws {
    let texts = ["0012", "12", " 12", "1e3", "SR/1", "a b", "é", "e\u{301}", "0x1F", "９"]
    let run = try RunFixture(texts.map { .named($0) })
    let leased = try run.lease(99).rows
    #expect(leased.map(\.recordID) == texts.map(RecordID.text))
    #expect(leased.allSatisfy { $0.recordRows == 1 })
    let kinds = try run.file.read {
      try String.fetchSet($0, sql: "SELECT typeof(record_id) FROM row")
    }
    #expect(kinds == ["text"])
    var shown: [RecordID?] = []
    try run.file.forEachResult(in: RowState.allCases) { shown.append($0.recordID) }
    #expect(shown == texts.map(RecordID.text))
  }

  /// Integers that look like the texts, and texts that look like each other, are records of their own.
  @Test(arguments: [UInt64.random(in: 0 ... .max), 1, 2])
  func keepsTheOrderOfEachRecord(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let ids = (0..<400).map { _ in
      Int.random(in: 0..<4, using: &random) == 0
        ? RecordID.integer(Int64.random(in: 0...2, using: &random)) : .text(random.keyText())
    }
    let run = try RunFixture(ids.map(SampleRow.init))
    try plansEveryRowOnce(of: ids, run.file, seed)
    var seen: [RecordID: Int] = [:]
    let counts = Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: +)
    for row in try run.lease(1_000, holding: false).rows {
      seen[row.recordID, default: 0] += 1
      #expect(row.recordID == ids[row.number - 1], "seed \(seed)")
      #expect(row.ordinal == seen[row.recordID] && row.recordRows == counts[row.recordID], "seed \(seed)")
    }
    #expect(seen == counts, "seed \(seed)")
    try splitsByRecords(ids, run.file, seed)
  }

  private func plansEveryRowOnce(of ids: [RecordID], _ file: RunFile, _ seed: UInt64) throws {
    var last: RecordID?
    var rows: [Int] = []
    while let records = try file.recordsToPlan(after: last, rows: 30) {
      #expect(last.map { $0 < records.lowerBound } ?? true, "seed \(seed)")
      var after: PlanCandidate?
      while true {
        let candidates = try file.planCandidates(of: records, after: after, limit: 7)
        guard let end = candidates.last else { break }
        rows += candidates.map(\.number)
        after = end
      }
      last = records.upperBound
    }
    let expected = ids.indices.sorted { (ids[$0], $0) < (ids[$1], $1) }.map { $0 + 1 }
    #expect(rows == expected, "seed \(seed)")
  }

  private func splitsByRecords(_ ids: [RecordID], _ file: RunFile, _ seed: UInt64) throws {
    let shards = try file.lend(into: 3)
    #expect(shards.map(\.rows).reduce(0, +) == ids.count, "seed \(seed)")
    var places: [RecordID: Set<Int>] = [:]
    for row in try file.read({ try Row.fetchAll($0, sql: "SELECT shard, row FROM lent") }) {
      places[ids[row["row"] as Int - 1], default: []].insert(row["shard"])
    }
    #expect(places.values.allSatisfy { $0.count == 1 }, "seed \(seed)")
    #expect(places.count == Set(ids).count, "seed \(seed)")
  }
}

extension SampleRow {
  fileprivate init(_ id: RecordID) {
    switch id {
    case .integer(let number): self = .update(number)
    case .text(let text): self = .named(text)
    }
  }
}
