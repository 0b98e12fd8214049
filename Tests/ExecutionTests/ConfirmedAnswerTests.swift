import Catalog
import JSON
import Patches
import Records
import Sites
import Staging
import Testing

@testable import Execution

/// The record in an answer, compared with what was asked.
@Suite struct ConfirmedAnswerTests {
  private func outcome(
    _ patch: String, before: JSONObject?, now: [String: JSONValue], isIdempotent: Bool = true
  ) -> Outcome {
    let row = StagedRow(
      number: 1, line: 2, recordID: 7, ordinal: 1, recordRows: 1, patch: patch, element: nil,
      isIdempotent: isIdempotent, attempts: 0,
      snapshot: before.map { Snapshot(row: 1, recordID: 7, token: "t", values: $0, lists: JSONObject()) })
    let answer = Exchange(outcome: .applied, status: 200, image: RecordImage(id: 7, values: now))
    let changes = RowChanges(row, in: .interactions).changes
    let decision = RowDecision(resource: .interactions, takesSnapshots: true)
    return decision.confirmed(answer, of: Delivery(row, changes)).outcome
  }

  @Test(arguments: [
    (#"{"Description":"new"}"#, "new"), (#"{"Description":"new "}"#, "new"),
    (#"{"Description":"a\nb"}"#, "a\r\nb"),
    (#"{"StartTime":"2026-01-02T10:00:00Z"}"#, "2026-01-02T02:00:00-08:00"),
    (#"{"QueueId":12}"#, "12"), (#"{"EndInteractionFlag":true}"#, "false"),
    (#"{"Own_c":"x"}"#, "X, as the site has it"),
  ])
  func whatASiteMakesOfAValueIsWhatWasAsked(patch: String, now: String) throws {
    let name = try #require(try JSONValue(parsing: patch).object?.first?.name)
    #expect(outcome(patch, before: [name: "old"], now: [name: .string(now)]) == .applied)
  }

  /// The record is read again where that is possible; otherwise the answer is believed.
  @Test func whatIsNotShownIsLookedAt() {
    let (patch, before): (String, JSONObject) = (#"{"Description":"new"}"#, ["Description": "old"])
    guard case .unknown(_, let refusal) = outcome(patch, before: before, now: [:]) else {
      Issue.record("not looked at")
      return
    }
    #expect(refusal.code == "not-shown")
    #expect(refusal.message.contains("Description"))
    #expect(outcome(patch, before: nil, now: [:]) == .applied)
    #expect(outcome(#"{"Description":null}"#, before: before, now: [:]) == .applied)
    #expect(outcome(#"{"EndInteractionFlag":true}"#, before: before, now: [:]) == .applied)
  }

  @Test func oneOfTwoThatIsNotShownIsLookedAt() {
    let patch = #"{"Description":"new","StatusCd":"ORA_SVC_CLOSED"}"#
    let half = outcome(
      patch, before: ["Description": "old", "StatusCd": "ORA_SVC_OPEN"], now: ["Description": "new"])
    guard case .unknown(_, let refusal) = half else {
      Issue.record("\(half)")
      return
    }
    #expect(refusal.message.contains("StatusCd"))
  }

  @Test(arguments: [#"{"Description":"new"}"#, #"{"Own_c":"new"}"#])
  func theOldValueIsAFailure(patch: String) throws {
    let name = try #require(try JSONValue(parsing: patch).object?.first?.name)
    let outcome = outcome(patch, before: [name: "old"], now: [name: "old"])
    guard case .refused(let refusal) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(refusal.code == "not-as-asked")
    #expect(refusal.message == #"the site confirmed the change, but \#(name) is "old", not "new""#)
  }

  @Test func anotherValueIsAConflict() {
    let outcome = outcome(
      #"{"Description":"new"}"#, before: ["Description": "old"], now: ["Description": "a third"])
    #expect(
      outcome
        == .conflict(
          Refusal(
            status: 200, code: "not-as-asked",
            message: #"the site confirmed the change, but Description is "a third", not "new""#)))
  }

  /// A rollback has to know about it.
  @Test func halfOfWhatWasAskedIsAConflict() {
    let patch = #"{"Description":"new","StatusCd":"ORA_SVC_CLOSED"}"#
    let before: JSONObject = ["Description": "old", "StatusCd": "ORA_SVC_OPEN"]
    let half = outcome(patch, before: before, now: ["Description": "new", "StatusCd": "ORA_SVC_OPEN"])
    guard case .conflict = half else {
      Issue.record("\(half)")
      return
    }
    let was = outcome(
      patch, before: ["Description": "new", "StatusCd": "ORA_SVC_OPEN"],
      now: ["Description": "new", "StatusCd": "ORA_SVC_OPEN"])
    guard case .refused = was else {
      Issue.record("\(was)")
      return
    }
  }

  /// The children may have been made.
  @Test func aRowThatCreatesSomethingIsNeverAPlainFailure() {
    let outcome = outcome(
      #"{"Description":"new","interactionReferences":[{"ObjectId":1,"ObjectTypeCd":"SVC_WORK_ORDERS"}]}"#,
      before: ["Description": "old"], now: ["Description": "old"], isIdempotent: false)
    guard case .conflict = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }
}
