import Catalog
import JSON
import Patches
import Records
import Sheets
import Testing

/// Lists whose elements are identified by values of their own, such as the e-mail addresses of a contact by type.
@Suite struct KeyedListTests {
  private static let emails = (1...3).map { "a\($0)@example.com" }

  @Test(
    arguments: [
      (
        ["emails.set.addressType": "0", "emails.set.address": emails[0]],
        #"{"addressType":{"id":0},"address":"a1@example.com"}"#
      ),
      (
        ["emails.set.addressType": "Alternate Email 1", "emails.set.address": emails[0]],
        #"{"addressType":{"lookupName":"Alternate Email 1"},"address":"a1@example.com"}"#
      ),
      (["emails.0.address": emails[0]], #"{"addressType":{"id":0},"address":"a1@example.com"}"#),
      (["emails.1.address": "<null>"], #"{"addressType":{"id":1},"address":null}"#),
      (
        ["emails.1.address": emails[0], "emails.1.invalid": "no", "emails.2.address": ""],
        #"{"addressType":{"id":1},"address":"a1@example.com","invalid":false}"#
      ),
      (
        ["emails.0.address": emails[0], "emails.2.address": emails[1]],
        #"{"addressType":{"id":0},"address":"a1@example.com"},{"addressType":{"id":2},"address":"a2@example.com"}"#
      ),
    ] as [(KeyValuePairs<String, String>, String)])
  func namesAnElementByItsKey(_ columns: KeyValuePairs<String, String>, _ elements: String) throws {
    let patch = try #require(try built(columns, for: .contacts).patch)
    #expect(patch.body.text() == #"{"emails":[\#(elements)]}"#)
    // The address is known only when names have become ids.
    #expect(patch.element == nil && patch.isIdempotent && patch.irreversible.isEmpty)
  }

  @Test func setsARecordAndSeveralElementsInOneRow() throws {
    let patch = try #require(
      try built(
        ["name.first": "Ana", "emails.0.address": Self.emails[0], "phones.1.number": "555"], for: .contacts
      ).patch)
    #expect(Set(patch.body.map(\.name)) == ["name", "emails", "phones"] && patch.isIdempotent)
    let parts = ResourceType.contacts.parts(of: patch.body)
    #expect(parts.map { $0.element?.list } == [nil, "emails", "phones"])
    #expect(parts.map { $0.element?.id } == [nil, 0, 1])
    #expect(
      parts.map { $0.body.text() } == [
        #"{"name":{"first":"Ana"}}"#, #"{"address":"a1@example.com"}"#, #"{"number":"555"}"#,
      ])
  }

  @Test(
    arguments: [
      (["emails.set.address": emails[0]], "missing-required"),
      (["emails.set.addressType": "0"], "nothing-to-update"),
      (["emails.0.address": "<null>", "emails.0.invalid": "yes"], "removes-element"),
      (["emails.0.invalid": "<null>"], "not-null"),
      (
        ["emails.0.address": emails[0], "emails.set.addressType": "0", "emails.set.address": emails[1]],
        "set-twice"
      ),
      // Which of the site's types has a name, only the site tells.
      (
        [
          "emails.0.address": emails[0], "emails.set.addressType": "Alternate Email 1",
          "emails.set.address": emails[1],
        ], "set-twice"
      ),
    ] as [(KeyValuePairs<String, String>, String)])
  func refuses(_ columns: KeyValuePairs<String, String>, _ rule: String) throws {
    let row = try built(columns, for: .contacts)
    #expect(row.patch == nil && row.findings.map(\.rule).contains(rule), "\(row.findings)")
  }

  @Test(arguments: [
    "emails.x.address", "emails.-1.address", "emails.00.address", "emails.0.addressType", "emails.0",
    "emails.99999999999999999999.address", "threads.0.text",
  ])
  func knowsNoOtherHeader(_ header: String) {
    let made = PatchBuilder.make(resource: .contacts, options: PatchOptions(), header: ["id", header])
    #expect(made.builder == nil && made.findings.contains { $0.rule == "unknown-column" })
  }

  @Test func readsAnArrayOfTwo() throws {
    let members =
      #""emails": [{"addressType": {"id": 0}, "address": "a@x"}, {"addressType": {"id": 1}, "address": null}]"#
    let patch = try #require(try built(json: members, for: .contacts).patch)
    #expect(patch.body.text() == "{\(members.replacing(": ", with: ":").replacing(", ", with: ","))}")
    for (member, rule) in [
      (#"[{"address": "a@x"}]"#, "missing-required"),
      (#"{"addressType": {"id": 0}, "address": "a"}"#, "wrong-kind"),
      (
        #"[{"addressType": {"id": 0}, "address": "a"}, {"addressType": {"id": 0}, "address": "b"}]"#,
        "set-twice"
      ),
      (
        #"[{"addressType": {"id": 0}, "address": "a"}, {"addressType": {"lookupName": "Work"}, "address": "b"}]"#,
        "set-twice"
      ),
      (#"[{"id": 0, "address": "a"}]"#, "unknown-attribute"), (#"null"#, "not-null"),
    ] {
      let row = try built(json: #""emails": \#(member)"#, for: .contacts)
      #expect(row.patch == nil && row.findings.map(\.rule).contains(rule), "\(member) \(row.findings)")
    }
  }

  @Test func keepsPasswordsOutOfSheets() {
    for resource in [ResourceType.contacts, .organizations] {
      let made = PatchBuilder.make(
        resource: resource, options: PatchOptions(), header: ["id", "newPassword"])
      #expect(made.findings.map(\.rule) == ["not-in-sheets"])
    }
  }
}
