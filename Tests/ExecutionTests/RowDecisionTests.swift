import Catalog
import JSON
import Patches
import Records
import Sites
import Staging
import Testing

@testable import Execution

/// The outcome of a row of interactions whose answer was lost, by the record's current values.
@Suite struct RowDecisionTests {
  @Test(arguments: [
    // Nothing has happened: a command may be repeated.
    (now: "ORA_SVC_OPEN", verdict: "sent"),
    // The values sent with the command are there, so the command was applied.
    (now: "ORA_SVC_CLOSED", verdict: "applied"),
    (now: "ACME_ON_HOLD", verdict: "changed-meanwhile"),
  ])
  func judgesACommandByWhatCameWithIt(now: String, verdict: String) {
    let row = lost(
      #"{"StatusCd":"ORA_SVC_CLOSED","EndInteractionFlag":true}"#, values: ["StatusCd": "ORA_SVC_OPEN"])
    #expect(look(row, image(values: ["StatusCd": .string(now)])) == verdict)
  }

  private static let ended = "2026-01-02T10:00:00Z"

  /// The service sets the time of the end with the command, and it is in every snapshot.
  @Test(arguments: [
    (patch: #"{"EndInteractionFlag":true}"#, was: nil as String?, now: ended as String?, verdict: "applied"),
    (#"{"EndInteractionFlag":true}"#, ended, "2026-01-02T10:00:03Z", "applied"),
    (#"{"EndInteractionFlag":true}"#, ended, "2026-01-02T12:00:00+02:00", "sent"),
    (#"{"EndInteractionFlag":true}"#, nil, nil, "sent"),
    // The status was as asked before.
    (#"{"StatusCd":"ORA_SVC_CLOSED","EndInteractionFlag":true}"#, nil, ended, "applied"),
    (#"{"StatusCd":"ORA_SVC_CLOSED","EndInteractionFlag":true}"#, nil, nil, "sent"),
    (#"{"StatusCd":"ORA_SVC_OPEN","EndInteractionFlag":true}"#, nil, ended, "sent"),
  ])
  func judgesACommandByWhatTheServiceSetsWithIt(patch: String, was: String?, now: String?, verdict: String) {
    func values(_ time: String?) -> [String: JSONValue] {
      ["StatusCd": "ORA_SVC_CLOSED", "EndTime": time.map(JSONValue.string) ?? .null]
    }
    let before = JSONObject(values(was).sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    #expect(look(lost(patch, values: before), image(values: values(now))) == verdict)
  }

  @Test func repeatsACommandThatLeavesNothingToRead() {
    let row = lost(#"{"EndInteractionFlag":true}"#)
    #expect(look(row, image()) == "sent")
  }

  @Test(arguments: [(number: 9, verdict: "applied"), (number: 5, verdict: "looked at again")])
  func findsAnElementWhoseOwnListsAreNotRead(number: Int64, verdict: String) {
    let row = lost(
      #"{"smartActions":[{"ActiveFlag":true,"UserActionURLBinding":[{"URLBindingName":"id"}]}]}"#,
      lists: ["smartActions": ["high_water_mark": 5, "elements": []]], isIdempotent: false)
    let now = image(lists: ["smartActions": [["UserActionId": .integer(number), "ActiveFlag": true]]])
    #expect(look(row, now) == verdict)
  }

  @Test(arguments: [
    // Its list is not read.
    #"{"UserActionURLBinding":[{"URLBindingName":"id"}]}"#,
    // None of it can be read, so it could be any client's.
    #"{"smartActions":[{"UserActionURLBinding":[{"URLBindingName":"id"}]}]}"#,
  ])
  func neverRepeatsWhatItCannotFind(patch: String) {
    let isBelow = !patch.contains("smartActions")
    let row = lost(
      patch, lists: isBelow ? [:] : ["smartActions": ["high_water_mark": 5, "elements": []]],
      element: isBelow ? ElementAddress(list: "smartActions", id: 5) : nil, isIdempotent: false)
    let now = image(lists: ["smartActions": [["UserActionId": 5], ["UserActionId": 6]]])
    #expect(look(row, now) == "untraceable")
  }

  @Test(arguments: [
    (now: "two lines\nand blanks", verdict: "applied"),
    (now: "old", verdict: "sent"),
    (now: "something else", verdict: "changed-meanwhile"),
  ])
  func recognisesATextThatTheSiteHasTidiedUp(now: String, verdict: String) {
    let row = lost(#"{"Description":"two lines \r\nand blanks  "}"#, values: ["Description": "old"])
    #expect(look(row, image(values: ["Description": .string(now)])) == verdict)
  }

  @Test func looksTwiceForWhateverTimedOut() {
    let row = lost(#"{"Description":"new"}"#, values: ["Description": "old"])
    let now = image(values: ["Description": "old"])
    #expect(look(row, now, isLate: true) == "looked at again")
    #expect(look(row, now, looks: 1, isLate: true) == "sent")
  }

  @Test(arguments: [(now: "new", verdict: "applied"), (now: "old", verdict: "timeout")])
  func looksForARowEvenAfterItsLastAttempt(now: String, verdict: String) {
    let row = lost(#"{"Description":"new"}"#, values: ["Description": "old"])
    #expect(look(row, image(values: ["Description": .string(now)]), last: .lost) == verdict)
  }

  // MARK: Requests that may still take effect

  private static let addition =
    #"{"smartActions":[{"ActiveFlag":true}],"Description":"new"}"#

  @Test func sendsNothingAgainThatWouldBeThereTwice() {
    let before: JSONObject = ["smartActions": ["high_water_mark": 5, "elements": []]]
    let row = lost(
      Self.addition, values: ["Description": "old"], lists: before, isIdempotent: false)
    let now = image(values: ["Description": "old"], lists: ["smartActions": []])
    for looks in 0...9 { #expect(look(row, now, looks: looks, mayStillCome: true) == "looked at again") }
    #expect(look(row, now, looks: 9) == "sent")
  }

  /// Sent again, the last row of a record repeats its change; any other would be undone by its own late
  /// arrival.
  @Test(arguments: [(ordinal: 1, verdict: "looked at again"), (ordinal: 2, verdict: "sent")])
  func sendsNothingAgainThatWouldUndoALaterRow(ordinal: Int, verdict: String) {
    var row = lost(#"{"Description":"new"}"#, values: ["Description": "old"])
    (row.ordinal, row.recordRows) = (ordinal, 2)
    #expect(look(row, image(values: ["Description": "old"]), mayStillCome: true) == verdict)
  }

  @Test func callsNothingAConflictThatMayStillCome() {
    let row = lost(#"{"Description":"new"}"#, values: ["Description": "old"])
    let now = image(values: ["Description": "somebody else's"])
    #expect(look(row, now, mayStillCome: true) == "looked at again")
    #expect(look(row, now) == "changed-meanwhile")
  }

  @Test(arguments: [
    // Our own write has changed the record, and its answer was lost.
    (now: "new", wasLost: true, verdict: "applied"), ("old", true, "OSC-CREST-00006"),
    // Something between us and the site sent it again.
    ("new", false, "applied"), ("old", false, "OSC-CREST-00006"), ("another", false, "OSC-CREST-00006"),
  ])
  func comparesARefusalWithWhatIsThere(now: String, wasLost: Bool, verdict: String) {
    let row = lost(#"{"Description":"new"}"#, values: ["Description": "old"])
    let image = image(values: ["Description": .string(now)])
    for state in [RowState.conflict, .failed] {
      #expect(look(row, image, wasLost: wasLost, last: .no, state) == verdict)
    }
    #expect(look(row, image, mayStillCome: true, last: .no) == (now == "new" ? "applied" : "looked at again"))
  }

  // MARK: A resource that only the site describes

  private static func unlisted(_ dialect: Dialect) -> ResourceType {
    var overlay = ResourceOverlay(dialect)
    overlay.key = "Number"
    overlay.attributes = [
      "Number": SiteAttribute(type: DeclaredType(.integer)),
      "Description": SiteAttribute(type: DeclaredType(.text)),
    ]
    return ResourceType("things", describedBy: overlay) ?? .interactions
  }

  /// An untouched record is told by its token in Fusion CX; in B2C Service the token is a time in whole seconds.
  @Test(arguments: [
    (dialect: Dialect.fusionCX, now: "old", token: "a", verdict: "sent"),
    (.fusionCX, "old", "b", "not-repeated"), (.fusionCX, "new", "b", "applied"),
    (.fusionCX, "another", "b", "changed-meanwhile"), (.b2cService, "old", "a", "not-repeated"),
    (.b2cService, "old", "b", "not-repeated"), (.b2cService, "new", "b", "applied"),
  ])
  func repeatsNothingOfWhichNobodyKnowsWhatItDoes(
    dialect: Dialect, now: String, token: String, verdict: String
  ) {
    let row = lost(
      #"{"Description":"new"}"#, values: ["Description": "old"], isIdempotent: false)
    let image = RecordImage(id: 7, token: token, values: ["Description": .string(now)], lists: [:])
    #expect(look(row, image, of: Self.unlisted(dialect)) == verdict)
    // Until then it may still come.
    let waits = now == "old"
    #expect(
      look(row, image, mayStillCome: true, of: Self.unlisted(dialect))
        == (waits || now == "another" ? "looked at again" : verdict))
  }

  // MARK: Rows

  private func lost(
    _ patch: String, values: JSONObject = [:], lists: JSONObject = [:], element: ElementAddress? = nil,
    isIdempotent: Bool = true
  ) -> StagedRow {
    StagedRow(
      number: 1, line: 2, recordID: 7, ordinal: 1, recordRows: 1, patch: patch, element: element,
      isIdempotent: isIdempotent, attempts: 1, isInDoubt: true,
      snapshot: Snapshot(row: 1, recordID: 7, token: "a", values: values, lists: lists))
  }

  private func image(
    values: [String: JSONValue] = [:], lists: [String: [JSONObject]] = [:]
  ) -> RecordImage {
    RecordImage(id: 7, token: "b", values: values, lists: lists)
  }

  private func look(
    _ row: StagedRow, _ image: RecordImage, looks: Int = 0, isLate: Bool = false, wasLost: Bool = true,
    mayStillCome: Bool = false, last: Refusal? = nil, _ state: RowState = .unknown,
    of resource: ResourceType = .interactions
  ) -> String {
    let decision = RowDecision(resource: resource, takesSnapshots: true)
    let order = RunState.LookOrder(
      row: row, looks: looks, isLate: isLate, wasLost: wasLost, mayStillCome: mayStillCome,
      lastWord: last.map { LastWord(state: state, refusal: $0) })
    return switch decision.decide(order, RowChanges(row, in: resource).changes, image: image).look {
    case .send: "sent"
    case .settle(let state, let code, _): code ?? state.rawValue
    case .lookAgain: "looked at again"
    }
  }
}
