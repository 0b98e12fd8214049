import Catalog
import JSON
import Patches
import Sheets
import Testing

@testable import Runs
@testable import bulkpatch

@Suite struct ResourceListingTests {
  /// A sheet may have exactly the columns that the list calls writable.
  @Test(arguments: ResourceType.all.map(\.ownName))
  func listsWhatASheetMayHave(name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    let other = try #require(resource.fields.first { $0.access == .writable }).path
    for attribute in resource.listedAttributes where !attribute.header.contains("{") {
      let header =
        attribute.access == "key" ? [attribute.header, other] : [resource.key, attribute.header]
      let findings = PatchBuilder.make(resource: resource, options: PatchOptions(), header: header).findings
      // A column that cannot stand alone in its operation may be refused for that.
      let refused = findings.contains { ["unknown-column", "read-only", "create-only"].contains($0.rule) }
      #expect(refused == (attribute.access == "read-only"), "\(attribute.header): \(findings)")
    }
  }

  @Test func listsEveryAttributeOnce() {
    for resource in ResourceType.all {
      let headers = resource.listedAttributes.map(\.header)
      #expect(Set(headers).count == headers.count)
      #expect(Set(resource.fields.map(\.path)).isSubset(of: headers))
    }
  }

  @Test func jsonIsTheWholeCatalogue() throws {
    for resource in ResourceType.all {
      let json = try JSONValue(parsing: resource.json.text())
      #expect(json["attributes"]?.array?.count == resource.fields.count)
      #expect(json["lists"]?.array?.count == resource.lists.count)
      #expect(json["headers"]?.array?.count == resource.listedAttributes.count)
    }
  }
}
