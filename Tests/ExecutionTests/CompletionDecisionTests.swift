import Catalog
import JSON
import Patches
import Records
import Sites
import Staging
import Testing

@testable import Execution

/// Rows whose changes come from their records: in a plan, at the look, and after a lost answer.
@Suite struct CompletionDecisionTests {
  private let number = "4111 1111 1111 1111"

  private func decision(followsPlan: Bool = false) throws -> RowDecision {
    var decision = RowDecision(resource: .incidents, takesSnapshots: true, followsPlan: followsPlan)
    decision.completion.rewriting = try TextRewriting(
      of: .incidents, kinds: [.cardNumbers], pattern: nil, replacement: "**** {last4}")
    return decision
  }

  private func row(_ patch: String = "{}", plan: PlannedRow? = nil) -> StagedRow {
    StagedRow(
      number: 1, line: 2, recordID: 7, ordinal: 1, recordRows: 1, patch: patch, element: nil,
      isIdempotent: true, attempts: 0, plan: plan)
  }

  private func image(_ texts: String...) -> RecordImage {
    RecordImage(
      id: 7,
      lists: [
        "threads": texts.enumerated().map {
          ["id": .integer(Int64($0.offset + 1)), "text": .string($0.element)]
        }
      ])
  }

  private func decide(
    _ row: StagedRow, _ image: RecordImage?, followsPlan: Bool = false, wasLost: Bool = false
  ) throws -> RowDecision.Decision {
    try decision(followsPlan: followsPlan).decide(
      RunState.LookOrder(row: row, looks: 0, wasLost: wasLost),
      ResourceType.incidents.changes(inText: row.patch, element: nil), image: image)
  }

  private func sent(_ decision: RowDecision.Decision) throws -> StagedRow {
    guard case .send(let delivery) = decision.look else {
      Issue.record("\(decision.look)")
      throw CancellationError()
    }
    var row = delivery.row
    row.snapshot = decision.snapshot
    return row
  }

  private func plan(_ image: RecordImage) throws -> PlannedRow {
    var record = PlanDecision.Record(id: 7)
    return try PlanDecision(decision: decision(), holdsRecords: true).plan(
      RowChanges(row(), in: .incidents), image: image, of: &record)
  }

  @Test func sendsWhatItsThreadsAskForAndKeepsItWithTheIntent() throws {
    let made = try decide(row(), image("none", "card \(number)"))
    let patch = #"{"threads":[{"id":2,"text":"card **** 1111"}]}"#
    #expect(try sent(made).patch == patch && made.narrowing?.patch == patch)
    #expect(made.snapshot?.elements(of: "threads") == [["id": 2, "text": .string("card \(number)")]])
    #expect(try decide(row(), image("none")).look == .settle(.unchanged, code: nil, error: nil))
    guard case .settle(.failed, "not-found", _) = try decide(row(), nil).look else {
      Issue.record("a missing record")
      return
    }
    guard case .settle(.failed, "rewrite-unread", _) = try decide(row(), RecordImage(id: 7)).look else {
      Issue.record("threads that are not shown")
      return
    }
  }

  @Test func readsTheTexts() throws {
    let request = try decision().request(for: [RowChanges(row(), in: .incidents)], .keys, without: [])
    #expect(request.lists == ["threads": ["text"]])
  }

  /// What an earlier look has found is no part of the next one: the record may have changed since.
  @Test func isMadeAgainAtEachLook() throws {
    let first = try sent(try decide(row(), image("card \(number)")))
    let next = try sent(try decide(first, image("card \(number), or 5555555555554444")))
    #expect(next.patch == #"{"threads":[{"id":1,"text":"card **** 1111, or **** 4444"}]}"#)
    // Others have masked it, or removed the thread.
    #expect(try decide(first, image("masked")).look == .settle(.unchanged, code: nil, error: nil))
    #expect(try decide(first, image()).look == .settle(.unchanged, code: nil, error: nil))
  }

  @Test func judgesALostAnswerByWhatWasSent() throws {
    var doubtful = try sent(try decide(row(), image("card \(number)")))
    doubtful.isInDoubt = true
    #expect(try decide(doubtful, image("card **** 1111")).look == .settle(.applied, code: nil, error: nil))
    // Not carried out: sent again, with what is there now.
    let again = try sent(try decide(doubtful, image("card \(number)", "5555555555554444")))
    #expect(again.patch == #"{"threads":[{"id":1,"text":"card **** 1111"},{"id":2,"text":"**** 4444"}]}"#)
    #expect(!again.isInDoubt)
    guard case .settle(.conflict, "changed-meanwhile", _) = try decide(doubtful, image("by others")).look
    else {
      Issue.record("changed by others")
      return
    }
    // Found at last, after another request of it was refused.
    doubtful.isInDoubt = false
    #expect(
      try decide(doubtful, image("card **** 1111"), wasLost: true).look
        == .settle(.applied, code: nil, error: nil))
  }

  @Test func plansAndCarriesOutOnlyWhatThePlanHad() throws {
    let planned = try plan(image("card \(number)", "none"))
    #expect(planned.action == .change && planned.changes.map(\.place) == ["threads[1].text"])
    #expect(planned.changes.first?.then == "card **** 1111")
    #expect(try plan(image("none")).action == .unchanged)
    #expect(try plan(RecordImage(id: 7)).action == .missing)

    let row = row(plan: planned)
    _ = try sent(try decide(row, image("card \(number)", "none"), followsPlan: true))
    let both = try plan(image("card \(number)", "5555555555554444"))
    _ = try sent(
      try decide(self.row(plan: both), image("card **** 1111", "5555555555554444"), followsPlan: true))
    for other in [image("card \(number)", number), image("card \(number)!", "none")] {
      guard case .settle(.conflict, "changed-since-plan", _) = try decide(row, other, followsPlan: true).look
      else {
        Issue.record("\(other)")
        return
      }
    }
  }

  // MARK: Templates

  private func live(_ image: RecordImage, plan: PlannedRow? = nil) throws -> RowDecision.Decision {
    var decision = RowDecision(resource: .incidents, takesSnapshots: true, followsPlan: plan != nil)
    var options = PatchOptions()
    options.templates = ["threads.append.text": "Was {live.subject}"]
    decision.completion = RowCompletion(resource: .incidents, options: options)
    var row = row(#"{"threads":{"text":"Was {live.subject}","entryType":{"id":1}}}"#, plan: plan)
    row.isIdempotent = false
    row.live = #"{"threads":{"text":{"live":["Was ",{"attribute":"subject"}]},"entryType":{"id":1}}}"#
    let changes = ResourceType.incidents.changes(inText: row.patch, element: nil)
    return decision.decide(RunState.LookOrder(row: row, looks: 0), changes, image: image)
  }

  @Test func takesWhatTheRecordHoldsWhenItIsLookedAt() throws {
    func image(_ subject: JSONValue) -> RecordImage {
      RecordImage(id: 7, values: ["subject": subject], lists: ["threads": []])
    }
    #expect(
      try sent(live(image("{live.subject}"))).patch
        == #"{"threads":{"text":"Was {live.subject}","entryType":{"id":1}}}"#)
    let made = try live(image("old"))
    #expect(made.narrowing?.patch == #"{"threads":{"text":"Was old","entryType":{"id":1}}}"#)
    guard case .settle(.failed, "live-unread", _) = try live(RecordImage(id: 7)).look else {
      Issue.record("an attribute that is not shown")
      return
    }
    let added: JSONObject = ["text": "Was old", "entryType": ["id": 1]]
    let plan = PlannedRow(
      number: 1, recordID: 7, action: .change, changes: [PlannedChange(list: "threads", added: added)])
    _ = try sent(live(image("old"), plan: plan))
    guard case .settle(.conflict, "changed-since-plan", let error) = try live(image("new"), plan: plan).look
    else {
      Issue.record("changed since the plan")
      return
    }
    #expect(error == #"the text to add to threads was "Was old" in the plan and is "Was new" now"#)
  }
}
