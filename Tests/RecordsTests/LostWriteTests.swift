import Catalog
import JSON
import Records
import Testing

/// The fate of an incident's row whose answer was lost, by the record's values before and now.
@Suite struct LostWriteTests {
  private func fate(
    _ patch: JSONObject, before: JSONObject = [:], values was: JSONObject = [:],
    now lists: [String: [JSONObject]], values: [String: JSONValue] = [:]
  ) -> LostWrite {
    ResourceType.incidents.changes(in: patch).fate(
      before: Snapshot(row: 1, recordID: 7, token: "a", values: was, lists: before),
      now: RecordImage(id: 7, token: "b", values: values, lists: lists), in: .incidents)
  }

  @Test(arguments: [
    ("<b>called</b> the customer, twice", LostWrite.untraceable), ("called the customer, twi", .untraceable),
    ("called  the\tcustomer, twice", .untraceable), ("called the customer, twice", .carriedOut),
    ("somebody else's note", .notFound),
  ])
  func neverSendsANoteAgainThatMayBeThere(stored: String, fate expected: LostWrite) {
    let note: JSONObject = ["id": 12, "entryType": ["id": 1], "text": .string(stored)]
    let patch: JSONObject = ["threads": [["entryType": ["id": 1], "text": "called the customer, twice"]]]
    let mark: JSONObject = ["threads": ["high_water_mark": 11, "elements": []]]
    #expect(fate(patch, before: mark, now: ["threads": [note]]) == expected)
    // It is another kind of thread, such as a customer's, or was there before.
    var other = note
    other["entryType"] = ["id": 3]
    #expect(fate(patch, before: mark, now: ["threads": [other]]) == .notFound)
    other = note
    other["id"] = 11
    #expect(fate(patch, before: mark, now: ["threads": [other]]) == .notFound)
  }

  @Test(arguments: [
    (was: [], now: [7], fate: LostWrite.carriedOut), (was: [], now: [8], fate: .notFound),
    // It was there before, and still is: nothing is left to do either way.
    (was: [7], now: [7, 8], fate: .carriedOut), (was: [7], now: [], fate: .changedByOthers),
  ])
  func takesAReferenceForAState(was: [Int64], now: [Int64], fate expected: LostWrite) {
    func elements(_ ids: [Int64]) -> [JSONObject] { ids.map { ["id": .integer($0)] } }
    let before: JSONObject = [
      "otherContacts": ["high_water_mark": 9, "elements": .array(elements(was).map(JSONValue.object))]
    ]
    let patch: JSONObject = ["otherContacts": [["id": 7]]]
    #expect(fate(patch, before: before, now: ["otherContacts": elements(now)]) == expected)
  }

  @Test func believesAContactLessThanANote() {
    let patch: JSONObject = [
      "otherContacts": [["id": 7]], "threads": [["entryType": ["id": 1], "text": "contact added"]],
    ]
    let before: JSONObject = [
      "otherContacts": ["high_water_mark": 0, "elements": []],
      "threads": ["high_water_mark": 3, "elements": []],
    ]
    // Another client has added the same contact.
    #expect(fate(patch, before: before, now: ["otherContacts": [["id": 7]], "threads": []]) == .notFound)
  }
}
