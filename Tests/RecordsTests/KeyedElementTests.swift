import Catalog
import JSON
import Testing

@testable import Records

/// Elements that are identified by values of their own: what a row did to them, and what is left of it.
@Suite struct KeyedElementTests {
  private static func email(_ type: Int64, _ address: String) -> JSONObject {
    [
      "addressType": ["id": .integer(type), "lookupName": .string("Type \(type)")],
      "address": .string(address),
      "invalid": false,
    ]
  }

  private static func contact(_ emails: [Int64: String], first: String = "Ana") -> RecordImage {
    RecordImage(
      id: 7, token: "a", values: ["name.first": .string(first)],
      lists: ["emails": emails.sorted { $0.key < $1.key }.map { email($0.key, $0.value) }])
  }

  private static func changes(_ emails: [Int64: String?], first: String? = nil) -> PatchChanges {
    var body: JSONObject = [
      "emails": .array(
        emails.sorted { $0.key < $1.key }.map { type, address in
          ["addressType": ["id": .integer(type)], "address": address.map(JSONValue.string) ?? .null]
        })
    ]
    if let first { body["name"] = ["first": .string(first)] }
    return ResourceType.contacts.changes(in: body)
  }

  @Test(
    arguments: [
      // One request: done or not.
      ([0: "new"], [0: "old"], [0: "new"], LostWrite.carriedOut),
      ([0: "new"], [0: "old"], [0: "old"], .notFound),
      ([0: "new"], [0: "old"], [0: "other"], .changedByOthers),
      ([0: "new"], [0: "old"], [:], .changedByOthers),
      // One that was not there.
      ([1: "new"], [0: "a"], [0: "a", 1: "new"], .carriedOut), ([1: "new"], [0: "a"], [0: "a"], .notFound),
      ([1: "new"], [0: "a"], [0: "a", 1: "b"], .changedByOthers),
      // One that is removed.
      ([1: nil], [1: "a"], [:], .carriedOut), ([1: nil], [1: "a"], [1: "a"], .notFound),
      ([1: nil], [1: "a"], [1: "b"], .changedByOthers),
      // Several requests.
      ([0: "x", 1: "y"], [0: "a"], [0: "x", 1: "y"], .carriedOut),
      ([0: "x", 1: "y"], [0: "a"], [0: "x"], .inPart),
      ([0: "x", 1: "y"], [0: "a"], [0: "a", 1: "y"], .inPart),
      ([0: "x", 1: "y"], [0: "a"], [0: "a"], .notFound),
      ([0: "x", 1: "y"], [0: "a"], [0: "x", 1: "b"], .changedByOthers),
    ] as [([Int64: String?], [Int64: String], [Int64: String], LostWrite)])
  func theRecordTellsWhatBecameOfARow(
    _ asked: [Int64: String?], _ before: [Int64: String], _ now: [Int64: String], _ fate: LostWrite
  ) {
    let changes = Self.changes(asked)
    let snapshot = changes.snapshot(of: Self.contact(before), row: 1, in: .contacts)
    #expect(changes.fate(before: snapshot, now: Self.contact(now), in: .contacts) == fate)
  }

  @Test func onlyTheRestIsLeft() {
    let changes = Self.changes([0: "x", 1: "y"], first: "Eva")
    let before = changes.snapshot(of: Self.contact([0: "a"]), row: 1, in: .contacts)
    func left(_ now: RecordImage) -> String {
      changes.left(by: now, since: before, in: .contacts).body(for: nil).text()
    }
    #expect(
      left(Self.contact([0: "x"], first: "Eva")) == #"{"emails":[{"addressType":{"id":1},"address":"y"}]}"#)
    #expect(
      left(Self.contact([0: "a", 1: "y"], first: "Eva"))
        == #"{"emails":[{"addressType":{"id":0},"address":"x"}]}"#)
    #expect(left(Self.contact([0: "b"], first: "Eva")) == "{}")
    #expect(changes.isSentInParts && !Self.changes([0: "x"]).isSentInParts)
    #expect(Self.changes([0: "x"], first: "Eva").isSentInParts)
    #expect(!ResourceType.contacts.changes(in: ["name": ["first": "Eva"]]).isSentInParts)
  }

  @Test func aSnapshotHasAllOfWhatIsRemoved() {
    let changes = Self.changes([1: nil])
    #expect(
      changes.readableLists(ofCreations: .keys, in: .contacts) == [
        "emails": ["address", "address", "invalid"]
      ])
    let snapshot = changes.snapshot(of: Self.contact([0: "a", 1: "b"]), row: 1, in: .contacts)
    #expect(
      snapshot.elements(of: "emails").map { $0.text() } == [
        #"{"addressType":{"id":1},"address":"b","invalid":false}"#
      ])
  }

  @Test func aPlanShowsPlacesByTheirKeys() {
    let changes = Self.changes([0: "x", 1: "y", 2: nil])
    let planned = changes.planned(on: Self.contact([0: "a", 2: "c"]), of: .contacts)
    #expect(planned.map(\.place) == ["emails[0].address", "emails[1].address", "emails[2].address"])
    #expect(planned.map(\.now) == ["a", nil, "c"])
    #expect(planned.map(\.then) == ["x", "y", .null])
    #expect(planned.allSatisfy { $0.isRead && $0.irreversible == nil && !$0.isAsAsked })
    var projection = Projection()
    projection.add(changes)
    let then = projection.applied(to: Self.contact([0: "a", 2: "c"]))
    #expect(then.lists["emails"]?.map { $0["address"] } == ["x", "y"])
    #expect(changes.areMet(by: then, in: .contacts))
  }

  @Test func severalKeysTogetherNameOneElement() {
    #expect(
      AttributePlace.word(of: ["account": ["id": 3], "day": "2026-11-30"]) == #"account=3,day="2026-11-30""#)
    #expect(AttributePlace.word(of: ["lookupName": "Email - Primary"]) == #""Email - Primary""#)
    #expect(AttributePlace("text", list: "threads", element: 99).description == "threads[99].text")
  }
}
