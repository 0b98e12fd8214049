import Catalog
import Execution
import JSON
import Patches
import Records
import Sheets
import Staging
import Testing

/// The rollback of a row, and the parts of it that cannot be rolled back.
@Suite struct RollbackBuilderTests {
  /// An applied row of incidents, and its record right before.
  private func build(
    _ patch: String, before: JSONObject = [:], lists: JSONObject = [:], element: ElementAddress? = nil,
    state: RowState = .applied, hasSnapshot: Bool = true, resource: ResourceType = .incidents,
    retractText: String? = nil, appended: [AppendedElement] = [], isReadBack: Bool = true
  ) -> RollbackRow? {
    let snapshot = Snapshot(row: 3, recordID: 7, token: "a", values: before, lists: lists)
    let source = CarriedOutRow(
      number: 3, line: 4, state: state, recordID: 7, patch: patch, element: element,
      snapshot: hasSnapshot ? snapshot : nil)
    return RollbackBuilder(resource: resource, retractText: retractText)
      .build(
        source, resource.changes(inText: patch, element: element), number: 1, appended: appended,
        isReadBack: isReadBack)
  }

  /// Of a resource that only the site describes.
  @Test func restoresOnlyWhatWasReadBackWhereNobodyKnowsWhatItDoes() throws {
    var overlay = ResourceOverlay(.fusionCX)
    overlay.key = "Number"
    overlay.attributes = [
      "Number": SiteAttribute(type: DeclaredType(.integer)), "Name": SiteAttribute(type: DeclaredType(.text)),
    ]
    let things = try #require(ResourceType("things", describedBy: overlay))
    let (patch, before): (String, JSONObject) = (#"{"Name":"new"}"#, ["Name": "old"])
    let kept = try #require(build(patch, before: before, resource: things, isReadBack: false))
    #expect(kept.findings.map(\.rule) == ["not-read-back"] && kept.patch == nil)
    let back = try #require(build(patch, before: before, resource: things, isReadBack: true))
    #expect(back.findings.isEmpty && back.patch?.body == ["Name": "old"])
    // Of the catalogue's resources everything that was sent is restored.
    #expect(
      build(#"{"subject":"B"}"#, before: ["subject": "A"], isReadBack: false)?.patch?.body == ["subject": "A"]
    )
  }

  private static let writes: [(String, JSONObject, String)] = [
    (#"{"subject":"B"}"#, ["subject": "A"], #"{"subject":"A"}"#),
    // Names may be ambiguous; ids never are.
    (
      #"{"severity":{"lookupName":"3 - Minor"}}"#, ["severity": ["id": 4, "lookupName": "1 - Critical"]],
      #"{"severity":{"id":4}}"#
    ),
    (
      #"{"assignedTo":{"account":{"id":9}}}"#, ["assignedTo.account": ["id": 31]],
      #"{"assignedTo":{"account":{"id":31}}}"#
    ),
    // Null where it was null.
    (#"{"queue":{"id":7}}"#, ["queue": nil], #"{"queue":null}"#),
    (#"{"queue":null}"#, ["queue": ["id": 7, "lookupName": "Web intake"]], #"{"queue":{"id":7}}"#),
    // An attribute that was not there is cleared: there is no other way to remove it.
    (
      #"{"customFields":{"c":{"visits":3}}}"#, [:], #"{"customFields":{"c":{"visits":null}}}"#
    ),
    (
      #"{"customFields":{"c":{"region":{"id":12}}}}"#,
      ["customFields.c.region": ["id": 13, "lookupName": "South"]],
      #"{"customFields":{"c":{"region":{"id":13}}}}"#
    ),
    // The row has not changed a value that already was as asked.
    (#"{"subject":"B","queue":{"id":7}}"#, ["subject": "A", "queue": ["id": 7]], #"{"subject":"A"}"#),
  ]

  @Test(arguments: writes)
  func writesWhatWasThereBefore(patch: String, before: JSONObject, body: String) throws {
    let row = try #require(build(patch, before: before))
    #expect(row.patch?.body.text() == body)
    #expect(row.patch?.isIdempotent == true)
    #expect(row.patch?.key == .id(7))
    #expect(row.findings.isEmpty)
    #expect(row.expected.changes == 1)
  }

  @Test func makesNothingOfARowThatHasChangedNothing() {
    #expect(build(#"{"subject":"A"}"#, before: ["subject": "A"]) == nil)
  }

  @Test func keepsWhatWasWritten() throws {
    let row = try #require(
      build(
        #"{"subject":"B","threads":[{"id":99,"text":"new"}]}"#, before: ["subject": "A"],
        lists: ["threads": ["high_water_mark": 99, "elements": [["id": 99, "text": "old"]]]]))
    #expect(row.expected.values == ["subject": "B"])
    #expect(row.expected.lists == ["threads": [["id": 99, "text": "new"]]])
    #expect(row.patch?.body == ["subject": "A", "threads": [["id": 99, "text": "old"]]])
    #expect(row.expected.changes == 2)
    #expect(ExpectedState(text: row.expected.text) == row.expected)
  }

  @Test func rewritesThroughTheAddressThatTheRowWentTo() throws {
    let row = try #require(
      build(
        #"{"text":"new"}"#,
        lists: ["threads": ["high_water_mark": 99, "elements": [["id": 99, "text": "old"]]]],
        element: ElementAddress(list: "threads", id: 99)))
    #expect(row.patch?.body == ["text": "old"])
    #expect(row.patch?.element == ElementAddress(list: "threads", id: 99))
    #expect(row.expected.lists == ["threads": [["id": 99, "text": "new"]]])
  }

  @Test func restoresAChildAtItsOwnAddress() throws {
    let address = ElementAddress(list: "interactionReferences", id: 5)
    let row = try #require(
      build(
        #"{"ObjectId":8}"#,
        lists: [
          "interactionReferences": ["high_water_mark": 5, "elements": [["ReferenceId": 5, "ObjectId": 6]]]
        ], element: address, resource: .interactions))
    #expect(row.patch?.body == ["ObjectId": 6])
    #expect(row.patch?.element == address)
  }

  // MARK: What stays

  @Test(arguments: [
    (#"{"threads":{"entryType":{"id":1},"text":"x"}}"#, "threads.append"),
    (#"{"fileAttachments":[{"fileName":"a","data":"eA=="}]}"#, "fileAttachments.add"),
    (#"{"otherContacts":[{"id":3}]}"#, "otherContacts.add"),
  ])
  func cannotTakeAwayWhatWasAdded(patch: String, place: String) throws {
    let row = try #require(build(patch))
    #expect(row.patch == nil)
    #expect(row.findings.map(\.column) == [place])
    #expect(row.findings.map(\.rule) == ["irreversible"])
    #expect(row.findings.allSatisfy { $0.severity == .error })
  }

  @Test func saysWhatStaysOfARowThatGoesBackInPart() throws {
    let row = try #require(
      build(#"{"subject":"B","threads":{"entryType":{"id":1},"text":"x"}}"#, before: ["subject": "A"]))
    #expect(row.patch?.body == ["subject": "A"])
    #expect(row.findings.map(\.severity) == [.warning])
    #expect(row.findings.map(\.column) == ["threads.append"])
  }

  @Test func cannotTurnANoteIntoAResponse() throws {
    let lists: JSONObject = [
      "threads": [
        "high_water_mark": 4,
        "elements": [["id": 4, "entryType": ["id": 2, "lookupName": "Staff Account"]]],
      ]
    ]
    let row = try #require(build(#"{"threads":[{"id":4,"entryType":{"id":1}}]}"#, lists: lists))
    #expect(row.patch == nil)
    #expect(row.findings.map(\.column) == ["threads[4].entryType"])
    // One that was a note before has not become one.
    let note: JSONObject = [
      "threads": ["high_water_mark": 4, "elements": [["id": 4, "entryType": ["id": 1]]]]
    ]
    #expect(build(#"{"threads":[{"id":4,"entryType":{"id":1}}]}"#, lists: note) == nil)
  }

  @Test(arguments: [
    (#"{"EndInteractionFlag":true}"#, "EndInteractionFlag"), (#"{"Payload":"eA=="}"#, "Payload"),
    // It was empty, and may not be.
    (#"{"ChannelId":3}"#, "ChannelId"),
  ])
  func cannotUndoCommandsBytesAndWhatMayNotBeEmpty(patch: String, place: String) throws {
    let row = try #require(build(patch, before: ["ChannelId": nil], resource: .interactions))
    #expect(row.patch == nil)
    #expect(row.findings.map(\.column) == [place])
    #expect(row.findings.map(\.rule) == ["irreversible"])
  }

  @Test func cannotRollBackWithoutASnapshot() throws {
    let row = try #require(
      build(#"{"subject":"B","threads":[{"id":4,"text":"x"}]}"#, hasSnapshot: false))
    #expect(row.patch == nil)
    #expect(row.findings.map(\.column) == ["subject", "threads[4].text"])
    #expect(row.findings.allSatisfy { $0.rule == "no-snapshot" })
  }

  @Test func leavesAListBelowAnElementAlone() throws {
    let row = try #require(
      build(
        #"{"URLBindingName":"id"}"#,
        element: ElementAddress(list: "smartActions/5/UserActionURLBinding", id: 3),
        resource: .interactions))
    #expect(row.patch == nil)
    #expect(row.findings.map(\.column) == ["smartActions/5/UserActionURLBinding[3].URLBindingName"])
  }

  // MARK: Companions

  @Test func remembersWhatTheServiceChangesAlong() throws {
    let solved = try #require(
      build(
        #"{"statusWithType":{"status":{"id":1}}}"#,
        before: ["statusWithType.status": ["id": 2], "closedTime": "2026-01-01T00:00:00Z"]))
    #expect(solved.expected.companions == ["closedTime": "2026-01-01T00:00:00Z"])
    #expect(solved.expected.changes == 1)
  }

  // MARK: Retraction

  private func retract(_ found: AppendedElement, state: RowState = .applied) -> RollbackRow? {
    build(
      #"{"threads":{"entryType":{"id":2},"text":"oops"}}"#,
      lists: ["threads": ["high_water_mark": 9, "elements": []]], state: state, retractText: "gone",
      appended: [found])
  }

  @Test func makesANoteOfAResponseThatWasAppended() throws {
    let row = try #require(retract(.found(key: 10, audience: 2, selector: "id")))
    #expect(row.patch?.body == ["threads": [["id": 10, "text": "gone", "entryType": ["id": 1]]]])
    #expect(row.expected.lists == ["threads": [["id": 10, "text": "oops", "entryType": ["id": 2]]]])
    #expect(row.findings.map(\.rule) == ["retracted"])
    #expect(row.expected.retractions == 1)
    #expect(row.expected.changes == 0)
  }

  @Test func rewritesANoteThatWasAppended() throws {
    let row = try #require(retract(.found(key: 10, audience: 1, selector: "id")))
    #expect(row.patch?.body == ["threads": [["id": 10, "text": "gone"]]])
  }

  @Test func neverPutsItsWordsIntoACustomersMouth() throws {
    let row = try #require(retract(.found(key: 10, audience: 3, selector: "id")))
    #expect(row.patch == nil)
    #expect(row.findings.map(\.rule) == ["irreversible"])
  }

  @Test(arguments: [
    (AppendedElement.retractedBefore, RowState.applied, nil as String?), (.changed, .applied, "kept"),
    (.missing, .applied, "kept"), (.missing, .unknown, nil), (.notLookedFor, .unknown, "irreversible"),
  ])
  func saysWhatHappenedToAThread(found: AppendedElement, state: RowState, rule: String?) {
    #expect(retract(found, state: state)?.findings.first?.rule == rule)
  }

  /// Without a snapshot the thread cannot be identified, whatever is asked for.
  @Test(arguments: [
    (nil, false, "irreversible"), ("gone", false, "no-snapshot"), (nil, true, "irreversible"),
  ])
  func saysWhyAThreadIsNotRetracted(text: String?, hasSnapshot: Bool, rule: String) throws {
    let snapshot = Snapshot(
      row: 1, recordID: 7, token: nil, values: [:],
      lists: ["threads": ["high_water_mark": 9, "elements": []]])
    let row = CarriedOutRow(
      number: 1, line: 2, state: .applied, recordID: 7,
      patch: #"{"threads":{"text":"ours","entryType":{"id":1}}}"#, snapshot: hasSnapshot ? snapshot : nil)
    let built = RollbackBuilder(resource: .incidents, retractText: text).build(
      row, ResourceType.incidents.changes(inText: row.patch, element: nil), number: 1)
    let finding = try #require(built?.findings.first)
    #expect(finding.rule == rule)
    // Only where it would help.
    #expect((finding.hint?.contains("--retract-appends") == true) == (text == nil && hasSnapshot))
  }
}
