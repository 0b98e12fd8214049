import JSON
import Sandbox
import TestSupport
import Testing

/// Contacts and organizations, and what is told apart by its type: addresses and telephone numbers.
@Suite struct ContactTests {
  static let records = """
    {"resource": "contacts", "id": 9, "lookupName": "Ana Kaya", "emails": [{"addressType": {"id": 0}, "address": "a@example.com"}]}
    {"resource": "organizations", "id": 3, "name": "Pond", "addresses": [{"addressType": {"lookupName": "Billing"}, "city": "Oslo"}]}
    """

  @Test func anAddressIsChangedAddedAndRemovedByItsType() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let changed = try await desk.patch("contacts/9/emails/0", #"{"address": "b@example.com"}"#)
      #expect(changed.status == 200 && changed.body.isEmpty)
      #expect(try await desk.get("contacts/9/emails/0").value("address") == "b@example.com")
      #expect(try await desk.get("contacts/9/emails/1").status == 404)
      #expect(try await desk.patch("contacts/9/emails/1", #"{"address": "c@example.com"}"#).status == 404)

      let body = #"{"address": "c@example.com", "addressType": {"lookupName": "Alternate Email 1"}}"#
      let added = try await desk.send("POST", "contacts/9/emails", body)
      #expect(added.status == 201 && added.value("addressType.id") == 1)
      #expect(added.headers["location"]?.hasSuffix("/contacts/9/emails/1") == true)
      // There is one of each type.
      #expect(try await desk.send("POST", "contacts/9/emails", body).status == 400)
      #expect(
        try await desk.rows(
          "select emails.addressType.id, emails.addressType.lookupName, emails.address from contacts where id = 9"
        ) == [["0", "Email - Primary", "b@example.com"], ["1", "Alternate Email 1", "c@example.com"]])

      #expect(try await desk.send("DELETE", "contacts/9/emails/0").status == 200)
      #expect(try await desk.get("contacts/9?expand=emails").value("emails.items")?.array?.count == 1)
      #expect(try await desk.send("DELETE", "contacts/9/emails/0").status == 404)
    }
  }

  @Test(arguments: [
    ("PATCH", "emails/0", #"{"address": null}"#, 400), ("PATCH", "emails/0", #"{"adress": "x"}"#, 400),
    ("PATCH", "emails/0", #"{"addressType": {"id": 1}, "address": "x"}"#, 400),
    ("PATCH", "emails/0", #"{"id": 0}"#, 400), ("PATCH", "emails/x", "{}", 404),
    ("POST", "emails", #"{"address": "x"}"#, 400), ("POST", "emails", #"{"addressType": {"id": 1}}"#, 400),
    ("POST", "emails", #"{"addressType": {"id": 77}, "address": "x"}"#, 400),
    ("PUT", "emails/0", "{}", 400), ("POST", "emails/0", #"{"address": "x"}"#, 400),
  ])
  func refuses(_ method: String, _ path: String, _ body: String, _ status: Int) async throws {
    try await Desk.open(Self.records) { desk async throws in
      let reply = try await desk.send(method, "contacts/9/\(path)", body)
      #expect(reply.status == status, "\(reply.text)")
      #expect(reply.code?.hasPrefix("OSC-CREST-") == true)
      #expect(try await desk.get("contacts/9/emails/0").value("address") == "a@example.com")
    }
  }

  @Test func contactsAndOrganizationsAreWritten() async throws {
    try await Desk.open(Self.records) { desk async throws in
      let names = #"{"name": {"first": "Eva"}, "organization": {"id": 3}, "disabled": true}"#
      #expect(try await desk.patch("contacts/9", names).status == 200)
      #expect(try await desk.get("contacts/9").value("lookupName") == "Eva Kaya")
      // Not in the model of the stand-in: nothing shows a password.
      #expect(try await desk.patch("contacts/9", #"{"newPassword": "x"}"#).status == 400)
      let contact =
        #"{"name": {"first": "Jo", "last": "Doe"}, "login": "jo", "emails": [{"address": "j@x", "addressType": {"id": 0}}]}"#
      let new = try await desk.send("POST", "contacts", contact)
      #expect(new.status == 201, "\(new.text)")
      let id = try #require(new.value("id")?.integer)
      #expect(try await desk.get("contacts/\(id)/emails/0").value("address") == "j@x")

      let street = #"{"street": "Pond Road 7"}"#
      let type = try await desk.get("organizations/3?expand=addresses").value("addresses.items")?.array?.first
      let key = try #require(type?["addressType"]?["id"]?.integer)
      #expect(try await desk.patch("organizations/3/addresses/\(key)", street).status == 200)
      #expect(try await desk.get("organizations/3/addresses/\(key)").value("city") == "Oslo")
      #expect(try await desk.patch("organizations/3", #"{"name": null}"#).status == 400)
    }
  }

  @Test func thereAreAsManyContactsAsAreAskedFor() async throws {
    var settings = SandboxSettings()
    settings.incidents = 0
    settings.interactions = 0
    settings.records["b2c-service/contacts"] = 310
    let folder = try TemporaryFolder()
    settings.database = folder.path("desk.sqlite")
    try await Desk.open(settings, in: folder) { desk async throws in
      #expect(try desk.stored("SELECT count(*) FROM b2c_row WHERE entity = 'contacts'") == [310])
      #expect(try await desk.get("contacts/308/emails/1").value("address") == "alternate308@example.com")
      #expect(try await desk.get("namedIDs/contacts/phones/phoneType").value("items")?.array?.count == 3)
    }
  }
}
