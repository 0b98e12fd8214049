import Foundation
import TestSupport
import Testing

/// A site that loses requests and answers, and a tool that is killed again and again: every patch is still
/// applied exactly once and in order, as the site's own records prove.
@Suite(.blocking) struct RandomTroubleTests {
  /// The seeds of the runs: as many as `BULKPATCH_TEST_SEEDS` says, starting with `BULKPATCH_TEST_SEED` or
  /// anywhere; in groups that share a desk, because a desk takes as long to start as a run.
  static let groups: [Group] = {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["BULKPATCH_TEST_SEEDS"].flatMap { UInt64($0) } ?? 200
    let first = environment["BULKPATCH_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
    return stride(from: 0, to: count, by: 25).map { start in
      Group(first: first &+ start, count: min(25, count - start))
    }
  }()

  struct Group: CustomTestStringConvertible {
    var first: UInt64
    var count: UInt64
    var seeds: [UInt64] { (0..<count).map { first &+ $0 } }
    var testDescription: String { "\(count) seeds from \(first)" }
  }

  @Test(arguments: groups) func killsAndLossesTogether(group: Group) throws {
    let seeds = group.seeds
    let kinds: [MixedSheet.Kind] = [.incidents, .interactions]
    let sheets = seeds.indices.map { number in kinds.map { MixedSheet(kind: $0, number: number) } }
    let faults = [
      "before-commit", "before-commit tcp=fin", "after-commit", "after-commit tcp=fin", "mid-answer",
    ]
    .map { "* * rate=0.03 reset=\($0)" }
    let desk = try Desk(
      records: sheets.flatMap { $0.flatMap(\.records) },
      options: ["--seed", "\(group.first)", "--fault", "* * rate=0.08 status=503 body=none"]
        + faults.flatMap { ["--fault", $0] })
    for (number, seed) in seeds.enumerated() { try endure(seed, number, on: desk) }
  }

  /// One run from its first start to its end, with records of its own.
  private func endure(_ seed: UInt64, _ number: Int, on desk: Desk) throws {
    var random = SeededGenerator(seed: seed)
    let way = try #require(MixedSheet.Way.allCases.randomElement(using: &random))
    let sheet = MixedSheet(kind: way.kind, number: number)
    let state = desk.folder.path("state-\(number)")
    let options =
      way.options + ["--lanes", "\(Int.random(in: 1...4, using: &random))", "--retries-attempts", "30"]
      + ["--state-dir", state]

    var arguments = try sheet.run(on: desk, options)
    var story: [String] = []
    var code: Int32 = -1
    // A site that cannot be reached at the start ends a run; the next one finds it again, as when a user or
    // cron reruns it.
    while code != 0, story.count < 40 {
      var run = desk.bulkpatch
      let at = Int.random(in: 1...16, using: &random)
      if story.count < 2 { run.environment["BULKPATCH_TEST_KILL_AT"] = "\(at)" }
      let result = try run.run(arguments)
      code = result.exitCode
      story.append("\(arguments[0]) kill at \(at): \(code)")
      guard [0, 69, 75, 137].contains(code) else {
        Issue.record("seed \(seed), \(story): \(result.standardError)")
        return
      }
      let runs = (try? FileManager.default.contentsOfDirectory(atPath: state)) ?? []
      if runs.contains(where: { FileManager.default.fileExists(atPath: "\(state)/\($0)/run.sqlite") }) {
        arguments = ["resume", "latest"] + options
      }
    }
    #expect(code == 0, "seed \(seed), \(story)")
    let found = try sheet.found(on: desk)
    #expect(found == sheet.expected, "seed \(seed), \(story): \(found)")
  }

  @Test func everyAppendIsThereOnceWhenAThirdOfTheAnswersIsLost() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    let desk = try Desk(
      incidents: 60, "--seed", "\(seed)", "--fault", "PATCH incidents rate=0.15 reset=after-commit",
      "--fault",
      "PATCH incidents rate=0.15 reset=mid-answer")
    let rows = (1...300).map {
      #"{"id":\#($0 % 60 + 1),"threads":{"entryType":{"id":1},"text":"note \#($0 / 120)"}}"#
    }
    try desk.folder.write("sheet.jsonl", rows.map { $0 + "\n" }.joined())
    try desk.call(
      desk.run("sheet.jsonl", "--lanes", "8", "--settle", "1ms", "--retries-base", "1ms"), exits: 0)
    #expect(try desk.faults() > 50, "seed \(seed)")
    #expect(try desk.counts() == ["applied": 300], "seed \(seed)")
    let texts = try desk.threads { $0.hasPrefix("note ") }
    #expect(texts.values.map(\.count).reduce(0, +) == 300, "seed \(seed)")
    for incident in 1...60 {
      let expected = (1...300).filter { $0 % 60 + 1 == incident }.map { "note \($0 / 120)" }
      #expect(texts[Int64(incident)] == expected, "seed \(seed), incident \(incident)")
    }
  }
}
