import Catalog
import JSON
import Records
import Testing

/// The walk over what a patch sets, and what a record has there.
@Suite struct HeldChangeTests {
  private let interactions = ResourceType.interactions

  @Test func goesFromTheRecordToItsElements() {
    let changes = ResourceType.incidents.changes(in: [
      "threads": [["id": 3, "text": "a"], ["text": "new"]], "subject": "b", "queue": ["id": 1],
    ])
    #expect(changes.placed.map(\.place.description) == ["subject", "queue", "threads[3].text"])
    var copy = PatchChanges()
    for placed in changes.placed { copy.add(placed) }
    copy.creations = changes.creations
    #expect(copy == changes)
  }

  private static let sights: [(JSONObject, RecordImage, Sight)] = [
    (["Description": "x"], RecordImage(id: 7, values: ["Description": "y"]), .value("y")),
    (["Description": "x"], RecordImage(id: 7), .value(nil)),
    (["EndInteractionFlag": true], RecordImage(id: 7), .unreadable(.command)),
    (["Payload": "AP8="], RecordImage(id: 7), .unreadable(.bytes)),
    (
      ["childInteractions": [["InteractionId": 9, "Description": "x"]]],
      RecordImage(id: 7, lists: ["childInteractions": [["InteractionId": 9, "Description": "y"]]]),
      .value("y")
    ),
    (
      ["childInteractions": [["InteractionId": 9, "Description": "x"]]],
      RecordImage(id: 7, lists: ["childInteractions": [["InteractionId": 8]]]), .noElement
    ),
    // The rule for a record's command holds for an element's too.
    (
      ["childInteractions": [["InteractionId": 9, "EndInteractionFlag": true]]],
      RecordImage(id: 7, lists: ["childInteractions": [["InteractionId": 9]]]), .unreadable(.command)
    ),
    (
      ["childInteractions": [["InteractionId": 9, "EndInteractionFlag": true]]], RecordImage(id: 7),
      .noElement
    ),
    (
      ["smartActions": [["UserActionId": 5, "UserActionURLBinding": [["URLBindingId": 6, "Value": "x"]]]]],
      RecordImage(id: 7, lists: ["smartActions": [["UserActionId": 5]]]), .unreadable(.belowAnElement)
    ),
  ]

  @Test(arguments: sights)
  private func saysWhatTheRecordHas(_ patch: JSONObject, _ image: RecordImage, _ sight: Sight) {
    #expect(interactions.changes(in: patch).held(against: image).map(\.sight) == [sight])
  }

  @Test func neverAssumesThatACommandWasApplied() {
    let child: JSONObject = ["InteractionId": 9, "EndInteractionFlag": true]
    let changes = interactions.changes(in: ["childInteractions": [.object(child)]])
    let image = RecordImage(id: 7, lists: ["childInteractions": [child]])
    #expect(!changes.areMet(by: image, in: interactions))
  }

  /// A snapshot has of a record what the patch touches, and is held against it as the record is.
  @Test func aSnapshotIsAnImage() {
    let changes = ResourceType.incidents.changes(in: [
      "subject": "b", "banner": ["text": nil], "threads": [["id": 3, "text": "a"]],
    ])
    let image = RecordImage(
      id: 7, token: "t", values: ["subject": "old", "queue": ["id": 1]],
      lists: ["threads": [["id": 3, "text": "old", "entryType": ["id": 1]], ["id": 4]]])
    let before = changes.snapshot(of: image, row: 1, in: .incidents)
    #expect(before.highWaterMark(of: "threads") == 4)
    #expect(before.elements(of: "threads") == [["id": 3, "text": "old"]])
    #expect(
      changes.held(against: before.image).map(\.sight) == changes.held(against: image).map(\.sight))
  }

  // MARK: A site's own attributes

  @Test func knowsTheTypesOfASitesOwnAttributes() {
    var interactions = interactions
    interactions.customKinds = ["Score_c": .integer(), "interactionReferences.Rank_c": .boolean]
    let changes = interactions.changes(in: [
      "Score_c": 1, "Rank_c": true,
      "interactionReferences": [["ReferenceId": 5, "Rank_c": true, "Score_c": 1]],
    ])
    #expect(changes.placed.map(\.change.kind) == [.integer(), nil, .boolean, nil])
    let element = interactions.changes(
      in: ["Rank_c": true], element: ElementAddress(list: "interactionReferences", id: 5))
    #expect(element.placed.map(\.change.kind) == [.boolean])
  }

  /// The answer is the same for every caller.
  @Test func comparesASitesOwnAttributeInOneWay() throws {
    var interactions = interactions
    interactions.customKinds = ["Score_c": .integer()]
    let changes = interactions.changes(in: ["Score_c": 5])
    let image = RecordImage(id: 7, values: ["Score_c": "5"])
    #expect(changes.areMet(by: image, in: interactions))
    #expect(changes.planned(on: image, of: interactions).map(\.isAsAsked) == [true])
    #expect(changes.shown(in: image, before: nil).map(\.agreement) == [.same])
    var verification = RecordVerification(of: 7, resource: interactions)
    let row = RecordVerification.Done(number: 1, changes: changes, snapshot: nil, isInDoubt: false)
    #expect(verification.judge(row, image)?.verdict == .asAsked)
    let reversal = Reversal(
      changes, expected: ExpectedState(values: ["Score_c": 6]), earlier: [], image: image,
      resource: interactions, isForced: false)
    #expect(reversal.done == ["Score_c"])
  }
}
