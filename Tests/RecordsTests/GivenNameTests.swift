import Catalog
import JSON
import Records
import Testing

/// The names in a patch.
@Suite struct GivenNameTests {
  @Test func namesAreFoundWhereverTheyStand() throws {
    let body: JSONObject = [
      "assignedTo": ["account": ["lookupName": "Ana"], "staffGroup": ["id": 3]],
      "threads": [["entryType": ["lookupName": "Note"], "channel": ["lookupName": "Email"], "text": "x"]],
      "otherContacts": [["lookupName": "Bo"]], "customFields": ["c": ["region": ["lookupName": "North"]]],
      "subject": "lookupName",
    ]
    #expect(
      ResourceType.incidents.names(in: body) == [
        GivenName(place: "assignedTo.account", name: "Ana"),
        GivenName(place: "threads.channel", name: "Email"),
        GivenName(place: "otherContacts", name: "Bo"),
        GivenName(place: "customFields.c.region", name: "North"),
      ])
    let changed = try #require(ResourceType.incidents.body(body) { $0.name == "Bo" ? 7 : nil })
    #expect(ResourceType.incidents.body(body) { _ in nil } == nil)
    #expect(changed["otherContacts"] == [["id": 7]])
    #expect(changed["threads"] == body["threads"])
    let element = ElementAddress(list: "threads", id: 4)
    #expect(
      ResourceType.incidents.names(in: ["channel": ["lookupName": "Fax"]], element: element)
        == [GivenName(place: "threads.channel", name: "Fax")])
  }

  @Test func aSourceFollowsFromTheType() {
    let incidents = ResourceType.incidents
    #expect(incidents.nameSource(at: "assignedTo.account") == .collection("accounts"))
    #expect(incidents.nameSource(at: "otherContacts") == .collection("contacts"))
    #expect(
      incidents.nameSource(at: "threads.channel")
        == .menu(resource: "incidents", path: "threads.channel", isHierarchical: false))
    #expect(incidents.nameSource(at: "subject") == nil)
    #expect(
      ResourceType.interactions.nameSource(at: "StatusCd")
        == .lookup(resource: "interactions", attribute: "StatusCd"))
  }

  @Test func onlyCodesThatASiteAddsAreAskedAbout() {
    let body: JSONObject = ["StatusCd": "ACME_ON_HOLD", "DirectionCd": "ORA_SVC_INBOUND", "Description": "x"]
    #expect(
      ResourceType.interactions.names(in: body) == [GivenName(place: "StatusCd", name: "ACME_ON_HOLD")])
  }
}
