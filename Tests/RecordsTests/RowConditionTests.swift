import Catalog
import JSON
import Testing

@testable import Records

/// The part of a row that a job's conditions allow.
@Suite struct RowConditionTests {
  private let changes = ResourceType.incidents.changes(in: [
    "assignedTo": ["account": ["id": 12]], "subject": "new", "severity": ["id": 1],
  ])

  private func conditions(_ change: (inout RowConditions) -> Void) -> RowConditions {
    var conditions = RowConditions()
    change(&conditions)
    return conditions
  }

  private func waiting(_ values: JSONValue...) -> RowConditions {
    conditions {
      $0.requirements = [.init(path: "statusWithType.status", kind: .menu(), wanted: values)]
    }
  }

  @Test(
    arguments: [
      (["id": 8, "lookupName": "Waiting"], "met"), (["id": 2, "lookupName": "Solved"], "only-if"),
      (nil, "only-if"), (.null, "only-if"), (["id": 8], "undecided"),
    ] as [(JSONValue?, String)])
  func wantsAValueOfTheRecord(_ now: JSONValue?, _ verdict: String) {
    let image = RecordImage(id: 7, values: now.map { ["statusWithType.status": $0] } ?? [:])
    #expect(self.verdict(waiting(["lookupName": "Waiting"]), image) == verdict)
    // Of several values, one is enough; nothing is one, too.
    let either = waiting(["lookupName": "Solved"], ["lookupName": "Waiting"], ["id": 8], .null)
    #expect(self.verdict(either, image) == "met")
  }

  private func verdict(_ conditions: RowConditions, _ image: RecordImage) -> String {
    switch conditions.judge(changes, on: image) {
    case .met: "met"
    case .unmet(let code, _): code
    case .undecided: "undecided"
    }
  }

  /// A column's own condition leaves out that column; the row goes out as long as something is left.
  @Test func leavesOutAColumnByItsOwnCondition() {
    var conditions = conditions {
      $0.columns = [
        "subject": [.init(path: "statusWithType.status", kind: .menu(), wanted: [["lookupName": "Waiting"]])]
      ]
    }
    let solved = RecordImage(id: 7, values: ["statusWithType.status": ["id": 2, "lookupName": "Solved"]])
    guard case .met(let left, let dropped) = conditions.judge(changes, on: solved) else {
      Issue.record("it does not go out")
      return
    }
    #expect(dropped == ["subject"] && left.attributes.map(\.path) == ["assignedTo.account", "severity"])
    let waiting = RecordImage(id: 7, values: ["statusWithType.status": ["id": 3, "lookupName": "Waiting"]])
    #expect(conditions.judge(changes, on: waiting) == .met(changes, dropped: []))
    #expect(
      verdict(conditions, RecordImage(id: 7, values: ["statusWithType.status": ["id": 3]])) == "undecided")
    conditions.constants = ["assignedTo.account", "severity"]
    #expect(
      conditions.judge(changes, on: solved)
        == .unmet(
          code: "only-if",
          reason: "subject is left alone: statusWithType.status is Solved (2) and not Waiting (only_if)"))
  }

  @Test func saysWhatTheRecordHasAndWhatWasWanted() {
    let image = RecordImage(id: 7, values: ["statusWithType.status": ["id": 2, "lookupName": "Solved"]])
    #expect(
      waiting(["lookupName": "Waiting"]).judge(changes, on: image)
        == .unmet(
          code: "only-if", reason: "statusWithType.status is Solved (2) and not Waiting (only_if)"))
  }

  @Test(
    arguments: [
      (UpdateRule.ifBlank, nil, true), (.ifBlank, .null, true), (.ifBlank, " ", true),
      (.ifBlank, "old", false),
      (.ifFilled, "old", true), (.ifFilled, "", false), (.always, "old", true),
    ] as [(UpdateRule, JSONValue?, Bool)])
  func writesAColumnByWhatIsThere(_ rule: UpdateRule, _ now: JSONValue?, _ isWritten: Bool) {
    let image = RecordImage(id: 7, values: now.map { ["subject": $0] } ?? [:])
    let verdict = conditions { $0.updates = ["subject": rule] }.judge(changes, on: image)
    guard case .met(let left, let dropped) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(dropped == (isWritten ? [] : ["subject"]))
    #expect(left.attributes.count == (isWritten ? 3 : 2))
  }

  @Test(
    arguments: [
      (["id": 31, "lookupName": "Lee"], false), ([:], true), (["id": nil], true),
      (["links": [["rel": "self", "href": "https://d/accounts/3"]]], false),
    ] as [(JSONValue, Bool)])
  func knowsAReferenceThatIsNotSet(_ now: JSONValue, _ isBlank: Bool) {
    let image = RecordImage(id: 7, values: ["assignedTo.account": now])
    let verdict = conditions { $0.updates = ["assignedTo.account": .ifBlank] }.judge(changes, on: image)
    #expect((verdict == .met(changes, dropped: [])) == isBlank)
  }

  /// A constant never does anything alone.
  @Test func leavesARowOutOfWhichOnlyConstantsAreLeft() {
    let rules = conditions {
      $0.updates = ["subject": .ifBlank, "assignedTo.account": .ifFilled]
      $0.constants = ["severity"]
    }
    let image = RecordImage(id: 7, values: ["subject": "old"])
    guard case .unmet("update", let reason) = rules.judge(changes, on: image) else {
      Issue.record("it goes out")
      return
    }
    #expect(reason.contains("subject is \"old\" (update: if_blank)"))
  }
}
