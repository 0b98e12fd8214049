import Catalog
import JSON
import Records
import Sites
import Staging
import Testing

@testable import Execution

/// The parts of a rollback's row that are restored, by the record's current values.
@Suite struct ReversalTests {
  private func reverse(
    _ patch: JSONObject, wrote expected: ExpectedState, now: [String: JSONValue] = [:],
    lists: [String: [JSONObject]] = [:], earlier: [KeptChange] = [], resource: ResourceType = .incidents,
    steps: StepsToCome = .none, isForced: Bool = false
  ) -> Reversal {
    Reversal(
      resource.changes(in: patch), expected: expected, earlier: earlier,
      image: RecordImage(id: 7, token: "t", values: now, lists: lists), resource: resource, steps: steps,
      isForced: isForced)
  }

  /// A text before, as written, and now; the outcome, with and without force.
  private static let texts: [(String, String, JSONValue, Fate, Fate)] = [
    // As before, as written, and changed by another client.
    ("A", "B", "A", .done, .done), ("A", "B", "B", .goesBack, .goesBack),
    ("A", "B", "C", .kept, .goesBack), ("A", "B", .null, .kept, .goesBack),
    // The site's version of our text, and of a text that an earlier rollback restored.
    ("A", "B", "B  \r\n", .goesBack, .goesBack), ("A", "B", "A  \r\n", .done, .goesBack),
    ("a\r\nb ", "B", "a\nb", .done, .goesBack),
    // The run has only tidied, as a site may do on its own.
    ("Q&amp;A", "Q&A", "Q&A", .goesBack, .goesBack), ("Q&amp;A", "Q&A", "Q&amp;A", .done, .done),
    ("trail  ", "trail", "trail", .goesBack, .goesBack), ("trail  ", "trail", "trail  ", .done, .done),
    ("a\r\nb", "a\nb", "a\nb", .goesBack, .goesBack), ("a\u{A0}b", "a b", "a b", .goesBack, .goesBack),
    // The run has only tidied, and the site has made a third text of it; or has changed nothing.
    ("a \r\nb ", "a \nb", "a\nb", .goesBack, .goesBack), ("trail", "trail  ", "trail", .done, .done),
    ("trail", "trail  ", "else", .kept, .goesBack),
  ]

  private enum Fate { case goesBack, done, kept }

  @Test(arguments: texts)
  private func comparesATextWithWhatItWasAndWhatWasWritten(
    was: String, wrote: String, now: JSONValue, fate: Fate, forced: Fate
  ) {
    for (isForced, fate) in [(false, fate), (true, forced)] {
      let reversal = reverse(
        ["subject": .string(was)], wrote: ExpectedState(values: ["subject": .string(wrote)]),
        now: ["subject": now], isForced: isForced)
      let sent: JSONObject = fate == .goesBack ? ["subject": .string(was)] : [:]
      #expect(reversal.changes.body(for: nil) == sent)
      #expect(reversal.done == (fate == .done ? ["subject"] : []))
      let kept = KeptChange(
        attribute: "subject", reason: .changed, wrote: .string(wrote), now: now, was: .string(was))
      #expect(reversal.kept == (fate == .kept ? [kept] : []))
    }
  }

  private static let references: [(JSONValue, JSONValue, String)] = [
    // Written by id, by name, and neither can be told from an id alone.
    (["id": 9], ["id": 9, "lookupName": "Ana"], "goes back"),
    (["lookupName": "Ana"], ["id": 9, "lookupName": "Ana"], "goes back"),
    (["lookupName": "Ana"], ["id": 9], "undecided"),
    (["lookupName": "Ana"], ["id": 31], "done"), (["id": 9], ["id": 8], "changed"),
    (["id": 9], .null, "changed"),
    (.null, .null, "goes back"),
  ]

  @Test(arguments: references)
  func comparesReferencesByIdAndByName(wrote: JSONValue, now: JSONValue, verdict: String) {
    let reversal = reverse(
      ["assignedTo": ["account": ["id": 31]]], wrote: ExpectedState(values: ["assignedTo.account": wrote]),
      now: ["assignedTo.account": now])
    let isBack = !reversal.changes.isEmpty
    #expect(isBack == (verdict == "goes back"))
    #expect(reversal.kept.first?.reason.rawValue == (isBack || verdict == "done" ? nil : verdict))
  }

  @Test func keepsOnlyWhatAnotherClientChanged() {
    let reversal = reverse(
      ["subject": "A", "queue": ["id": 5], "banner": ["text": nil]],
      wrote: ExpectedState(values: ["subject": "B", "queue": ["id": 8], "banner.text": "new"]),
      now: ["subject": "theirs", "queue": ["id": 8], "banner.text": "new"])
    #expect(reversal.changes.body(for: nil) == ["queue": ["id": 5], "banner": ["text": nil]])
    #expect(reversal.kept.text == #"subject: we wrote "B", is now "theirs", was "A""#)
  }

  @Test func restoresEverythingByForce() {
    let reversal = reverse(
      ["subject": "A"], wrote: ExpectedState(values: ["subject": "B"]), now: ["subject": "theirs"],
      isForced: true)
    #expect(reversal.changes.body(for: nil) == ["subject": "A"])
    #expect(reversal.kept.isEmpty)
  }

  @Test func remembersWhatAnEarlierLookHasKept() {
    let earlier = [KeptChange(attribute: "subject", reason: .changed, wrote: "B", now: "C", was: "A")]
    let reversal = reverse(
      ["queue": ["id": 5]], wrote: ExpectedState(values: ["subject": "B", "queue": ["id": 8]]),
      now: ["queue": ["id": 8]], earlier: earlier)
    #expect(reversal.kept == earlier)
    #expect(reversal.changes.body(for: nil) == ["queue": ["id": 5]])
  }

  // MARK: Several rows of one record

  private static let steps: [(JSONValue, Bool, Fate)] = [
    // The row wrote D; the two before it wrote B over A, and C over B.
    ("D", false, .goesBack), ("C", false, .done),
    // Further back already, as after a rollback of only the last rows; also as the site stores it.
    ("B", false, .done), ("B", true, .done), ("A", false, .done), ("A \n", true, .done),
    ("else", false, .kept), ("else", true, .goesBack),
  ]

  @Test(arguments: steps)
  private func needsNoStepWhenTheRecordIsFurtherBack(now: JSONValue, isForced: Bool, fate: Fate) {
    let steps = [
      RollbackStep(number: 2, patch: ["subject": "B"], expected: ExpectedState(values: ["subject": "C"])),
      RollbackStep(number: 3, patch: ["subject": "A"], expected: ExpectedState(values: ["subject": "B"])),
    ]
    let reversal = reverse(
      ["subject": "C"], wrote: ExpectedState(values: ["subject": "D"]), now: ["subject": now],
      steps: StepsToCome(steps), isForced: isForced)
    #expect(reversal.changes.isEmpty == (fate != .goesBack))
    #expect(reversal.done.isEmpty == (fate != .done))
    #expect(reversal.kept.isEmpty == (fate != .kept))
  }

  @Test func takesEachStepEvenWhenTheLastRowLedBackByItself() {
    let step = RollbackStep(
      number: 2, patch: ["subject": "A"], expected: ExpectedState(values: ["subject": "B"]))
    let circle = reverse(
      ["subject": "B"], wrote: ExpectedState(values: ["subject": "A"]), now: ["subject": "A"],
      steps: StepsToCome([step]))
    #expect(!circle.changes.isEmpty)
  }

  @Test func leavesWhatChangesAlongToTheLastStep() {
    let expected = ExpectedState(
      values: ["assignedTo.account": ["id": 9]], companions: ["assignedTo.staffGroup": ["id": 100_003]])
    let step = RollbackStep(number: 2, patch: ["assignedTo": ["account": nil]], expected: expected)
    let now: [String: JSONValue] = [
      "assignedTo.account": ["id": 9], "assignedTo.staffGroup": ["id": 100_004],
    ]
    for (steps, kept) in [(StepsToCome([step]), 0), (.none, 1)] {
      let reversal = reverse(["assignedTo": ["account": nil]], wrote: expected, now: now, steps: steps)
      #expect(reversal.kept.count == kept)
    }
  }

  // MARK: What goes together

  @Test func keepsATeamWithItsMember() {
    let reversal = reverse(
      ["assignedTo": ["account": nil, "staffGroup": ["id": 100_003]]],
      wrote: ExpectedState(
        values: ["assignedTo.account": ["id": 9], "assignedTo.staffGroup": ["id": 100_004]]),
      now: ["assignedTo.account": ["id": 9], "assignedTo.staffGroup": ["id": 100_006]])
    #expect(reversal.changes.isEmpty)
    #expect(reversal.kept.map(\.reason) == [.goesWith, .changed])
    #expect(reversal.kept.first?.partner == "assignedTo.staffGroup")
  }

  @Test(arguments: [(false, 1), (true, 0)])
  func reportsATeamThatChangedAlong(isForced: Bool, kept: Int) {
    let reversal = reverse(
      ["assignedTo": ["account": nil]],
      wrote: ExpectedState(
        values: ["assignedTo.account": ["id": 9]],
        companions: ["assignedTo.staffGroup": ["id": 100_003, "lookupName": "Tier 1"]]),
      now: ["assignedTo.account": ["id": 9], "assignedTo.staffGroup": ["id": 100_004]], isForced: isForced)
    #expect(reversal.kept.count == kept)
    #expect(reversal.kept.allSatisfy { $0.reason == .changedAlong })
    let group: JSONValue? = reversal.changes.body(for: nil)["assignedTo"]?["staffGroup"]
    #expect(group == (isForced ? ["id": 100_003] : nil))
  }

  private static let closings: [(JSONValue, JSONValue, Int)] = [
    ("2026-01-01T00:00:00Z", .null, 1),
    // It was open: restoring the status restores that too.
    (.null, "2026-01-01T00:00:00Z", 0),
    // Closed before, and closed throughout.
    ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 0),
  ]

  @Test(arguments: closings)
  func saysWhenAClosingTimeIsLost(was: JSONValue, now: JSONValue, lost: Int) {
    let reversal = reverse(
      ["statusWithType": ["status": ["id": 2]]],
      wrote: ExpectedState(values: ["statusWithType.status": ["id": 1]], companions: ["closedTime": was]),
      now: ["statusWithType.status": ["id": 1], "closedTime": now])
    #expect(reversal.kept.count == lost)
    #expect(!reversal.kept.holdSomething)
    #expect(reversal.changes.body(for: nil) == ["statusWithType": ["status": ["id": 2]]])
  }

  @Test func writesWhatTheServiceWouldSetAgain() {
    let reversal = reverse(
      ["ChannelId": 6],
      wrote: ExpectedState(values: ["ChannelId": 3], companions: ["ChannelTypeCd": "ORA_SVC_CHAT"]),
      now: ["ChannelId": 3, "ChannelTypeCd": "ORA_SVC_PHONE"], resource: .interactions)
    #expect(reversal.changes.body(for: nil) == ["ChannelId": 6, "ChannelTypeCd": "ORA_SVC_CHAT"])
    let kept = reverse(
      ["ChannelId": 6],
      wrote: ExpectedState(values: ["ChannelId": 3], companions: ["ChannelTypeCd": "ORA_SVC_CHAT"]),
      now: ["ChannelId": 4, "ChannelTypeCd": "ORA_SVC_PHONE"], resource: .interactions)
    #expect(kept.changes.isEmpty)
    #expect(kept.kept.map(\.attribute) == ["ChannelId"])
  }

  // MARK: Elements

  private static let threads: [(String?, String)] = [
    ("ours", "goes back"), ("theirs", "kept"), ("old", "done"), (nil, "kept"),
  ]

  @Test(arguments: threads)
  func comparesThreadsByTheirText(now: String?, verdict: String) {
    let threads = now.map { [["id": 99, "text": .string($0)] as JSONObject] } ?? []
    let reversal = reverse(
      ["threads": [["id": 99, "text": "old"]]],
      wrote: ExpectedState(lists: ["threads": [["id": 99, "text": "ours"]]]), lists: ["threads": threads])
    #expect(reversal.changes.isEmpty == (verdict != "goes back"))
    #expect(reversal.kept.map(\.place) == (verdict == "kept" ? ["threads[99].text"] : []))
  }

  @Test func retractsAThreadWholeOrNotAtAll() {
    let expected = ExpectedState(
      lists: ["threads": [["id": 99, "text": "oops", "entryType": ["id": 2]]]], retracted: ["threads": [99]])
    let patch: JSONObject = ["threads": [["id": 99, "text": "gone", "entryType": ["id": 1]]]]
    let untouched = reverse(
      patch, wrote: expected, lists: ["threads": [["id": 99, "text": "oops", "entryType": ["id": 2]]]])
    #expect(untouched.changes.body(for: nil) == patch)
    let edited = reverse(
      patch, wrote: expected, lists: ["threads": [["id": 99, "text": "edited", "entryType": ["id": 2]]]])
    #expect(edited.changes.isEmpty)
    #expect(edited.kept.map(\.reason) == [.changed, .goesWith])
    #expect([KeptChange](json: edited.kept.json) == edited.kept)
  }
}

extension StepsToCome {
  /// These steps of an incident, without a run file.
  init(_ steps: [RollbackStep]) {
    self.init(
      know: { place, now, kind in steps.contains { $0.knows(now, at: place, kind, in: .incidents) } },
      setRight: { companion in steps.contains { $0.expected.companions[companion] != nil } })
  }
}
