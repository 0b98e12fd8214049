import Catalog
import JSON
import Testing

/// A resource that only an overlay describes, and custom objects, of which the catalogue knows what all have.
@Suite struct UnlistedResourceTypeTests {
  private static let text = """
    {"overlay": 1, "resources": {"opportunities": {"api": "fusion-cx", "key": "OptyNumber", "attributes": {
      "OptyNumber": {"type": "text(30)"}, "OptyId": {"type": "integer", "access": "read-only"},
      "Name": {"type": "text(240)", "title": "Opportunity"}, "Revenue": {"type": "number"},
      "StatusCode": {"type": "code(30)", "values": {"OPEN": "Open"}}}}}}
    """

  private func overlay(_ text: String = text) throws -> ResourceOverlay {
    try #require(Overlay(parsing: Array(text.utf8)).resources["opportunities"])
  }

  @Test func hasTheAttributesOfItsOverlayAndNothingElse() throws {
    let overlay = try overlay()
    let resource = try #require(ResourceType("opportunities", describedBy: overlay))
    #expect(resource.isUnlisted && resource.isKeyText)
    #expect(resource.key == "OptyNumber" && resource.dialect == .fusionCX)
    #expect(resource.field(at: "OptyNumber")?.access == .createOnly)
    #expect(resource.field(at: "OptyId")?.access == .readOnly)
    #expect(resource.field(at: "Revenue")?.kind == .number())
    #expect(resource.lists.isEmpty && resource.customSpaces.isEmpty)
    // What it is made of adds to it only what has no place in an attribute.
    let (merged, disagreements) = resource.overlaid(by: overlay)
    #expect(disagreements.isEmpty)
    #expect(merged.titles["Name"] == ["Opportunity"])
    #expect(merged.siteValues["StatusCode"] == [MenuValue(nil, "OPEN")])
  }

  @Test func theTextThatARunKeepsHasTheKey() throws {
    let overlay = try overlay()
    #expect(try ResourceOverlay(parsing: overlay.text) == overlay)
  }

  @Test func withoutAKeyItIsNoResource() throws {
    #expect(
      try ResourceType(
        "opportunities", describedBy: overlay(Self.text.replacing("\"key\": \"OptyNumber\", ", with: "")))
        == nil)
  }

  @Test(arguments: [
    (
      "\"key\": \"OptyNumber\"", "\"key\": \"Revenue\"",
      "key' must be one of the attributes, a text or a whole number"
    ),
    ("\"key\": \"OptyNumber\"", "\"key\": \"Nothing\"", "not 'Nothing'"),
    ("\"key\": \"OptyNumber\"", "\"key\": \"a/b\"", "not 'a/b'"),
    ("\"key\": \"OptyNumber\"", "\"key\": 7", "must be a text"),
    ("\"opportunities\"", "\"oppor/tunities\"", "must be entries by the names of resources"),
    ("\"opportunities\"", "\"fusion-cx/opportunities\"", "must be entries by the names of resources"),
    ("\"opportunities\"", "\"interactions\"", "must be InteractionId, as in the catalogue, or left out"),
  ])
  func aWrongKeyOrNameIsRefused(old: String, new: String, message: String) {
    let text = Self.text.replacing(old, with: new)
    let error = #expect(throws: OverlayError.self) { try Overlay(parsing: Array(text.utf8)) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func aDescriptionLosesItsListsAndTypesThatNoSheetGives() {
    var description = SiteDescription()
    description.attributes = [
      "OptyNumber": SiteAttribute(type: DeclaredType(.text, length: 30), access: .createOnly),
      "Name": SiteAttribute(type: DeclaredType(.text), access: .writable, title: "Name"),
      "Picture": SiteAttribute(), "Child.Rank": SiteAttribute(type: DeclaredType(.integer)),
    ]
    description.lists = ["Child", "Child.Inner"]
    let overlay = ResourceOverlay(ofUnlisted: .fusionCX, key: "OptyNumber", as: &description)
    #expect(overlay.attributes.keys.sorted() == ["Name", "OptyNumber"])
    #expect(overlay.attributes["Name"] == SiteAttribute(type: DeclaredType(.text)))
    #expect(
      description.leftOut == [
        "Picture: of a type that a sheet cannot give",
        "Child: a list of a resource that the catalogue does not have",
      ])
  }

  // MARK: Custom objects

  @Test func aCustomObjectIsAResourceOfEverySite() throws {
    let resource = try #require(ResourceName("CO.Services")?.meanings().first)
    #expect(resource.name == "CO.Services" && resource.key == "id" && !resource.isUnlisted)
    #expect(ResourceName("CO.Services")?.meanings(at: .fusionCX).isEmpty == true)
    #expect(resource.isCustom("DisplayOrder") && !resource.isCustom("a.b"))
    #expect(!resource.isCustom("id") && !resource.isCustom("updatedTime"))
    #expect(resource.ownName == "CO.Services")
  }

  @Test func anAttributeLeadsToACustomObject() throws {
    let text = """
      {"overlay": 1, "resources": {"CO.Visits": {"api": "b2c-service", "attributes": {
        "Service": {"type": "reference", "references": "CO.Services"}}}}}
      """
    let overlay = try #require(Overlay(parsing: Array(text.utf8)).resources["CO.Visits"])
    let resource = ResourceType.customObject("CO.Visits").overlaid(by: overlay).resource
    #expect(resource.kind(at: "Service") == .reference(to: "CO.Services"))
  }

  @Test func theOverlayGivesACustomObjectItsAttributes() throws {
    var description = SiteDescription()
    description.places = [""]
    description.names = [
      "id", "lookupName", "createdTime", "updatedTime", "Name", "Status", "Files", "Files.name",
    ]
    description.lists = ["Files"]
    description.attributes = [
      "id": SiteAttribute(type: DeclaredType(.integer), access: .writable),
      "Name": SiteAttribute(type: DeclaredType(.text, length: 80)),
      "Status": SiteAttribute(type: DeclaredType(.menu)),
      "Files.name": SiteAttribute(type: DeclaredType(.text)),
    ]
    let catalogue = ResourceType.customObject("CO.Services")
    let overlay = ResourceOverlay(of: catalogue, as: &description)
    #expect(overlay.attributes.keys.sorted() == ["Name", "Status", "id"])
    #expect(overlay.absent == ["CreatedByAccount", "UpdatedByAccount"])
    let resource = catalogue.overlaid(by: overlay).resource
    #expect(resource.kind(at: "Name") == .string(maximumLength: 80))
    #expect(resource.field(at: "id")?.access == .readOnly)
  }
}
