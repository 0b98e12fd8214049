import Foundation
import Reports
import Staging
import Testing

@testable import Runs
@testable import bulkpatch

/// The finished runs of a job that are removed when another one ends.
@Suite struct KeepRuleTests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// - Parameter ages: in days, the oldest run first.
  private func outdated(_ rule: KeepRule, _ ages: [Double]) -> [Int] {
    rule.outdated(ages.map { now.addingTimeInterval(-$0 * 86_400) }, now: now)
  }

  @Test func keepsTheNewestOnes() {
    #expect(outdated(KeepRule(runs: 2), [9, 8, 7, 0]) == [0, 1])
    #expect(outdated(KeepRule(runs: 2), [9, 8]).isEmpty)
    #expect(outdated(KeepRule(runs: 1_000_000), [9]).isEmpty)
  }

  @Test func keepsTheYoungOnes() {
    #expect(outdated(KeepRule(days: .at(8)), [9, 8.5, 7.5, 0]) == [0, 1])
  }

  @Test func keepsWhatEitherKeeps() {
    #expect(outdated(KeepRule(runs: 2, days: .at(30)), [40, 35, 20, 10, 0]) == [0, 1])
    #expect(outdated(KeepRule(runs: 4, days: .at(30)), [90, 80, 70, 60, 0]) == [0])
  }

  @Test(arguments: [
    (RowState.applied, RunStanding.finished, true), (.rejected, .finished, true), (.failed, .finished, true),
    (.conflict, .finished, true), (.unknown, .finished, false), (.blocked, .finished, false),
    (.staged, .stopped("a signal"), false), (.staged, .onlyStaged, false), (.applied, .planned, false),
  ])
  func removesOnlyWhatIsOver(state: RowState, standing: RunStanding, isOver: Bool) {
    var counts = StateCounts()
    (counts[.applied], counts[state]) = (2, 1)
    let record = RunRecord(
      id: "1-a", job: "a", resource: "incidents", site: "", siteURL: "", sheetPath: "", sheetFormat: "csv",
      sheetHeader: [], mappingSHA256: "", request: RunRequest(source: "", folder: ""), toolVersion: "",
      created: "")
    let entry = JobRuns.Entry(
      directory: RunDirectory(path: "/runs/1-a"), record: record, counts: counts, standing: standing,
      awaitsReview: false)
    #expect(entry.isOver == isOver)
  }

  @Test func keepsNinetyDaysByDefault() {
    #expect(outdated(KeepRule(), [4_000, 91, 89, 0]) == [0, 1])
    #expect(KeepRule().isUsual)
    // A number of runs is all that counts then.
    #expect(outdated(KeepRule(runs: 3), [4_000, 91, 89, 0]) == [0])
  }

  @Test func keepsEverythingForever() {
    #expect(outdated(KeepRule(days: .never), [4_000]).isEmpty)
    #expect(outdated(KeepRule(runs: 1, days: .never), [4_000, 0]).isEmpty)
    #expect(Form.keptDays.read("never") == .never)
    #expect(Form.keptDays.read("0") == nil)
  }

  /// Reading every run of a state folder each night is spared as long as none is old enough.
  @Test(arguments: [
    (KeepRule(), 89.0, true), (KeepRule(), 91, false), (KeepRule(runs: 5), 0, false),
    (KeepRule(days: .at(7)), 6, true), (KeepRule(days: .at(7)), 8, false),
    (KeepRule(days: .never), 4_000, true),
  ])
  func knowsYoungRunsByTheirNames(rule: KeepRule, age: Double, isKept: Bool) {
    #expect(rule.keepsAll(since: now.addingTimeInterval(-age * 86_400), now: now) == isKept)
  }
}
