import Catalog
import Testing

@Suite struct ResourceNameTests {
  @Test(arguments: [
    ("incidents", nil, "incidents"), ("fusion-cx/contacts", Dialect.fusionCX, "contacts"),
    ("b2c-service/CO.Services", .b2cService, "CO.Services"), ("opportunities", nil, "opportunities"),
    ("Pk_1.Thing_2", nil, "Pk_1.Thing_2"),
  ])
  func isRead(text: String, dialect: Dialect?, name: String) throws {
    let read = try #require(ResourceName(text))
    #expect(read.dialect == dialect)
    #expect(read.name == name)
    #expect(read.text == text)
  }

  /// A name becomes a part of URLs and queries, so nothing else may be in it.
  @Test(arguments: [
    "", "/", "incidents/", "/incidents", "incidents/771", "siebel/contacts", "fusion-cx/a/b", "CO.",
    ".Services",
    "CO.A.B", "CO..A", "a b", "incidents?limit=1", "incidents%2F1", "..", "9lives", "CO.9", "ünits", "a'b",
    "a;b",
  ])
  func isRefused(text: String) { #expect(ResourceName(text) == nil) }

  @Test func meansWhatTheSiteServes() {
    #expect(ResourceName("incidents")?.meanings(at: .b2cService).map(\.name) == ["incidents"])
    #expect(ResourceName("incidents")?.meanings(at: .fusionCX).isEmpty == true)
    #expect(ResourceName("fusion-cx/incidents")?.meanings().isEmpty == true)
  }
}
