import Catalog
import JSON
import Records
import Sites
import Staging
import Testing

@testable import Execution

/// The job's conditions on a row, in a plan and at its record.
@Suite struct ConditionDecisionTests {
  private func decision(followsPlan: Bool = false) -> RowDecision {
    var decision = RowDecision(resource: .incidents, takesSnapshots: true, followsPlan: followsPlan)
    decision.conditions.requirements = [
      .init(path: "statusWithType.status", kind: .menu(), wanted: [["lookupName": "Waiting"]])
    ]
    decision.conditions.updates = ["subject": .ifBlank]
    decision.conditions.constants = ["severity"]
    return decision
  }

  private let patch = #"{"subject":"new","queue":{"id":3},"severity":{"id":1}}"#

  private func row(_ plan: PlannedRow? = nil, before: JSONObject? = nil) -> StagedRow {
    StagedRow(
      number: 1, line: 2, recordID: 7, ordinal: 1, recordRows: 1, patch: patch, element: nil,
      isIdempotent: true, attempts: 0, isInDoubt: before != nil,
      snapshot: before.map { Snapshot(row: 1, recordID: 7, token: nil, values: $0, lists: [:]) }, plan: plan)
  }

  private func image(_ status: String, subject: JSONValue?) -> RecordImage {
    var image = RecordImage(
      id: 7, values: ["statusWithType.status": ["id": 9, "lookupName": .string(status)]])
    image.values["subject"] = subject
    image.values["queue"] = ["id": 1]
    return image
  }

  private func plan(_ image: RecordImage) -> PlannedRow {
    var record = PlanDecision.Record(id: 7)
    return PlanDecision(decision: decision(), holdsRecords: true).plan(
      RowChanges(row(), in: .incidents), image: image, of: &record)
  }

  private func decide(_ row: StagedRow, _ image: RecordImage, followsPlan: Bool = false)
    -> RowDecision.Decision
  {
    decision(followsPlan: followsPlan).decide(
      RunState.LookOrder(row: row, looks: 0), ResourceType.incidents.changes(inText: patch, element: nil),
      image: image)
  }

  @Test func plansWhatTheConditionsLeave() {
    let solved = plan(image("Solved", subject: nil))
    #expect(solved.action == .skipped && solved.errorCode == "only-if" && solved.changes.isEmpty)
    let filled = plan(image("Waiting", subject: "old"))
    #expect(filled.action == .change && filled.changes.map(\.place) == ["queue", "severity"])
    #expect(plan(image("Waiting", subject: nil)).changes.count == 3)
  }

  @Test func sendsWhatIsLeftAndKeepsItWithTheIntent() {
    let (look, snapshot, narrowing) = decide(row(), image("Waiting", subject: "old"))
    guard case .send(let delivery) = look else {
      Issue.record("\(look)")
      return
    }
    let left = #"{"queue":{"id":3},"severity":{"id":1}}"#
    #expect(delivery.row.patch == left && narrowing?.patch == left)
    #expect(delivery.changes?.attributes.map(\.path) == ["queue", "severity"])
    #expect(snapshot?.values["subject"] == nil)
    #expect(decide(row(), image("Waiting", subject: "")).narrowing == nil)
    #expect(
      decide(row(), image("Solved", subject: nil)).look
        == .settle(
          .skipped, code: "only-if",
          error: "statusWithType.status is Solved (9) and not Waiting (only_if)"))
  }

  /// A row that was applied is not judged by its conditions again.
  @Test func settlesALostAnswerBeforeTheConditions() {
    var now = image("Solved", subject: "new")
    now.values["queue"] = ["id": 3]
    now.values["severity"] = ["id": 1]
    let before: JSONObject = ["subject": .null, "queue": ["id": 1], "severity": .null]
    #expect(decide(row(before: before), now).look == .settle(.applied, code: nil, error: nil))
  }

  @Test func carriesOutOnlyWhatThePlanHad() {
    let filled = plan(image("Waiting", subject: "old"))
    // The same, then more than was agreed to, then a record that no longer counts.
    guard case .send = decide(row(filled), image("Waiting", subject: "old"), followsPlan: true).look else {
      Issue.record("it does not go out")
      return
    }
    let more = decide(row(filled), image("Waiting", subject: nil), followsPlan: true).look
    guard case .settle(.conflict, "changed-since-plan", let error) = more else {
      Issue.record("\(more)")
      return
    }
    #expect(error == "subject was to be left alone in the plan, and is (absent) now")
    guard
      case .settle(.skipped, _, _) = decide(row(filled), image("Solved", subject: "old"), followsPlan: true)
        .look
    else {
      Issue.record("it is not left out")
      return
    }
    let blank = plan(image("Waiting", subject: nil))
    guard
      case .settle(.conflict, _, _) = decide(row(blank), image("Waiting", subject: "mine"), followsPlan: true)
        .look
    else {
      Issue.record("it is not a conflict")
      return
    }
  }
}
