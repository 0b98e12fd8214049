import Catalog
import JSON
import Patches
import Records
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// The predictions of a dry run, and the refusals of an approved plan.
@Suite struct PlanDecisionTests {
  private let decision = PlanDecision(
    decision: RowDecision(resource: .incidents, takesSnapshots: true), holdsRecords: true)

  private func row(_ number: Int = 1, _ patch: String, plan: PlannedRow? = nil) -> StagedRow {
    StagedRow(
      number: number, line: number + 1, recordID: 7, ordinal: number, recordRows: 2, patch: patch,
      element: nil,
      isIdempotent: true, attempts: 0, plan: plan)
  }

  private func plan(_ patches: String..., image: RecordImage?) -> [PlannedRow] {
    var record = PlanDecision.Record(id: 7)
    return patches.enumerated().map {
      plan(row($0.offset + 1, $0.element), image: image, of: &record)
    }
  }

  private func plan(
    _ row: StagedRow, image: RecordImage?, of record: inout PlanDecision.Record
  ) -> PlannedRow {
    decision.plan(RowChanges(row, in: .incidents), image: image, of: &record)
  }

  private let image = RecordImage(
    id: 7,
    values: ["assignedTo.account": ["id": 31, "lookupName": "Lee Wong"], "subject": "old", "severity": nil],
    lists: ["threads": [["id": 99, "text": "before", "entryType": ["id": 2]]]])

  @Test func tellsAbsentFromNullAndMarksWhatIsAsAsked() throws {
    let patch = #"{"assignedTo":{"account":{"id":31}},"severity":{"id":1},"asset":{"id":5}}"#
    let planned = try #require(plan(patch, image: image).first)
    #expect(planned.action == .change)
    #expect(planned.changes.map(\.isAsAsked) == [true, false, false])
    #expect(planned.changes[1].json.contains { $0.name == "now" && $0.value.isNull })
    #expect(!planned.changes[2].json.contains { $0.name == "now" })
  }

  @Test func seesTheSecondRowOfARecordAfterTheFirst() {
    let rows = plan(
      #"{"assignedTo":{"account":{"id":12}},"threads":[{"id":99,"text":"mine"}]}"#,
      #"{"assignedTo":{"account":{"id":12}}}"#, #"{"threads":[{"id":99,"text":"again"}]}"#, image: image)
    #expect(rows.map(\.action) == [.change, .unchanged, .change])
    #expect(rows[2].changes.first?.now == "mine")
  }

  /// The first row wrote a name; the rollback of the second one leads to its id, and a site shows both.
  @Test func seesTheSecondRowOfARollbackAfterTheFirst() {
    let (solved, waiting): (JSONValue, JSONValue) = (
      ["id": 2, "lookupName": "Solved"], ["id": 8, "lookupName": "Waiting"]
    )
    var record = PlanDecision.Record(id: 7)
    let planned = [
      ("queue", 2, solved, ["id": 8] as JSONValue), ("queue", 8, waiting, ["lookupName": "Solved"]),
    ]
    .enumerated().map { index, step in
      var row = row(index + 1, #"{"\#(step.0)":{"id":\#(step.1)}}"#)
      row.expected = ExpectedState(values: [step.0: step.3], named: [step.0: step.2])
      return plan(row, image: RecordImage(id: 7, values: ["queue": waiting]), of: &record)
    }
    #expect(planned.map(\.action) == [.change, .change])
    #expect(planned.map { $0.changes.first?.now } == [waiting, solved])
    #expect(planned.map { $0.changes.first?.then } == [solved, waiting])
  }

  @Test func saysWhatCannotBeUndone() {
    let rows = plan(
      #"{"threads":{"entryType":{"id":1},"text":"note"}}"#, #"{"threads":[{"id":99,"entryType":{"id":1}}]}"#,
      #"{"threads":[{"id":99,"entryType":{"id":1}}]}"#, #"{"subject":"new"}"#, image: image)
    #expect(rows.map { $0.changes.first?.irreversible != nil } == [true, true, false, false])
    #expect(rows[2].action == .unchanged)
  }

  @Test func keepsTheSizeOfAFileAndNotTheFile() {
    let rows = plan(#"{"fileAttachments":[{"fileName":"a","data":"QUJDREU="}]}"#, image: image)
    #expect(rows[0].changes.first?.added == ["fileName": "a", "data": ["bytes": 5]])
  }

  @Test func whatIsNotThereFailsAndHoldsTheRestOfItsRecord() {
    let missing = #"{"threads":[{"id":98,"text":"mine"}]}"#
    #expect(plan(missing, #"{"subject":"new"}"#, image: image).map(\.action) == [.missing, .blocked])
    #expect(plan(#"{"subject":"new"}"#, missing, image: nil).map(\.action) == [.missing, .missing])
  }

  // MARK: Apply

  private func objection(_ patch: String, ordinal: Int = 1, to now: RecordImage) throws -> String? {
    let planned = try #require(plan(patch, image: image).first)
    var row = row(1, patch, plan: planned)
    row.ordinal = ordinal
    let changes = RowChanges(row, in: .incidents).changes
    return PlanAgreement(row: row, changes: changes).objection(to: now)
  }

  @Test(arguments: [
    ("assignedTo.account", #"{"id":31}"#, nil),
    ("assignedTo.account", #"{"id":12}"#, nil),
    (
      "assignedTo.account", #"{"id":13,"lookupName":"Ana"}"#,
      "assignedTo.account was Lee Wong (31) in the plan and is Ana (13) now"
    ),
    ("assignedTo.account", "null", "assignedTo.account was Lee Wong (31) in the plan and is (empty) now"),
    ("subject", #""theirs""#, #"subject was "old" in the plan and is "theirs" now"#),
    ("severity", "null", nil),
    // Attributes that the row leaves alone may change.
    ("queue", #"{"id":3}"#, nil),
  ])
  func refusesARecordThatIsNotAsPlanned(attribute: String, now: String, objection expected: String?) throws {
    var changed = image
    changed.values[attribute] = try JSONValue(parsing: now)
    let patch = #"{"assignedTo":{"account":{"id":12}},"subject":"new","severity":{"id":1}}"#
    #expect(try objection(patch, to: changed) == expected)
  }

  @Test func refusesAValueThatIsNoLongerAsAsked() throws {
    var changed = image
    changed.values["subject"] = "theirs"
    #expect(try objection(#"{"subject":"old"}"#, to: changed) != nil)
  }

  @Test func takesATextAsTheSiteKeepsItWhenAnEarlierRowWroteIt() throws {
    var changed = image
    changed.values["subject"] = " old \r\n"
    #expect(try objection(#"{"subject":"new"}"#, ordinal: 2, to: changed) == nil)
    #expect(try objection(#"{"subject":"new"}"#, ordinal: 1, to: changed) != nil)
  }

  @Test func refusesWhatThePlanDidNotFindOrDidNotSee() {
    let patch = #"{"subject":"new"}"#
    let changes = RowChanges(row(1, patch), in: .incidents).changes
    let missing = PlannedRow(number: 1, recordID: 7, action: .missing, changes: [])
    for plan in [missing, nil] {
      let agreement = PlanAgreement(row: row(1, patch, plan: plan), changes: changes)
      #expect(agreement.objection(to: image) != nil)
    }
  }

  /// Whatever the rows ask for, a plan never objects to a record state that its own earlier rows have made.
  @Test func neverRefusesWhatNoOtherClientTouched() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let values: [JSONValue] = [nil, ["id": 1], ["id": 2], ["lookupName": "Low"]]
    for _ in 0..<300 {
      var record = PlanDecision.Record(id: 7)
      var rows: [StagedRow] = []
      for number in 1...5 {
        var body = JSONObject()
        for path in ["severity", "queue", "asset"] where Bool.random(using: &random) {
          body[path] = values.randomElement(using: &random)
        }
        if Bool.random(using: &random) { body["threads"] = [["id": 99, "text": .string("\(number)")]] }
        guard !body.isEmpty else { continue }
        var row = row(number, body.text())
        row.plan = plan(row, image: image, of: &record)
        rows.append(row)
      }
      var lived = Projection()
      for row in rows {
        let changes = RowChanges(row, in: .incidents).changes
        let now = lived.applied(to: image)
        let agreement = PlanAgreement(row: row, changes: changes)
        #expect(agreement.objection(to: now) == nil, "seed \(seed), row \(row.patch)")
        #expect(
          (row.plan?.action == .unchanged) == changes.areMet(by: now, in: .incidents),
          "seed \(seed), row \(row.patch)")
        lived.add(changes)
      }
    }
  }
}
