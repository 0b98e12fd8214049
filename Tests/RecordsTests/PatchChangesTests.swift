import Catalog
import JSON
import Records
import Testing

/// The changes that a body makes, as snapshots, dry runs and rollbacks see them.
@Suite struct PatchChangesTests {
  private let incidents = ResourceType.incidents

  @Test func flattensTheRecordsOwnAttributes() throws {
    let changes = incidents.changes(in: [
      "subject": "x", "assignedTo": ["account": ["id": 7], "staffGroup": nil],
      "customFields": ["c": ["region": ["id": 12]]],
    ])
    #expect(
      changes.attributes.map(\.path) == [
        "subject", "assignedTo.account", "assignedTo.staffGroup", "customFields.c.region",
      ])
    #expect(changes.attributes.map(\.value) == ["x", ["id": 7], nil, ["id": 12]])
    #expect(changes.attributes[1].kind == .reference(to: "accounts"))
    #expect(changes.attributes[3].kind == nil)
    #expect(changes.attributes.allSatisfy { $0.isReversible && !$0.isTrigger && !$0.isEnclosure })
    #expect(changes.updates.isEmpty)
    #expect(changes.creations.isEmpty)
  }

  /// Any name may be a custom object's own attribute, but those of the catalogue are not.
  @Test func takesAnAttributeOfTheCatalogueForNoneOfTheSite() throws {
    let resource = try #require(ResourceName("CO.Services")?.meanings().first)
    let changes = resource.changes(in: ["lookupName": "x", "Name": "y", "Status": ["id": 3]])
    #expect(changes.attributes.map(\.path) == ["lookupName", "Name", "Status"])
    #expect(changes.attributes.map { $0.kind == nil } == [false, true, true])
    #expect(changes.attributes.map { resource.isCustom($0.path) } == [false, true, true])
  }

  @Test func tellsChangedElementsFromNewOnes() throws {
    let changes = incidents.changes(in: [
      "threads": [
        ["id": 3, "entryType": ["id": 1], "text": "New"], ["text": "Note", "entryType": ["id": 1]],
      ],
      "otherContacts": [["id": 9]],
    ])
    #expect(changes.attributes.isEmpty)
    #expect(changes.updates.map(\.list) == ["threads"])
    #expect(changes.updates.map(\.selector) == ["id"])
    #expect(changes.updates.map(\.key) == [3])
    #expect(changes.updates.first?.attributes.map(\.path) == ["entryType", "text"])
    #expect(changes.updates.first?.attributes.map(\.isReversible) == [false, true])
    #expect(changes.creations.map(\.list) == ["threads", "otherContacts"])
    #expect(changes.creations.map(\.attributes) == [["text": "Note", "entryType": ["id": 1]], ["id": 9]])
  }

  @Test func takesABareObjectForAnElement() {
    let changes = incidents.changes(in: ["threads": ["text": "Note", "entryType": ["id": 1]]])
    #expect(changes.creations.map(\.list) == ["threads"])
  }

  @Test func readsABodyThatGoesToAnElement() {
    let changes = incidents.changes(
      in: ["text": "Updated thread", "entryType": ["id": 1]], element: ElementAddress(list: "threads", id: 3))
    #expect(changes.attributes.isEmpty)
    #expect(changes.updates.map(\.key) == [3])
    #expect(changes.updates.first?.attributes.map(\.path) == ["text", "entryType"])
  }

  @Test func seesNothingInAListThatIsNotThere() {
    #expect(
      incidents.changes(in: ["text": "x"], element: ElementAddress(list: "treads", id: 3)) == PatchChanges())
  }
}
