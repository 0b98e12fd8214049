import Catalog
import Foundation
import Testing

/// What holds of every resource, so that a new one is held to it without being named here.
@Suite struct ResourceTypeTests {
  @Test func listsTheFilesOfItsFolder() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Catalog/Resources").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let named = files.map { $0.replacing(".swift", with: "").lowercased() }
    #expect(named.sorted() == ResourceType.all.map { $0.name.lowercased() }.sorted())
  }

  @Test(arguments: ResourceType.all.map(\.name))
  func isFoundByName(_ name: String) throws {
    let resource = try #require(ResourceType.named(name))
    #expect(resource.name == name)
    #expect(ResourceType.named(resource.name.uppercased() + "?") == nil)
  }

  @Test(arguments: ResourceType.all.map(\.name))
  func namesEveryAttributeOnce(_ name: String) throws {
    let resource = try #require(ResourceType.named(name))
    #expect(Set(resource.fields.map(\.path)).count == resource.fields.count)
    #expect(Set(resource.lists.map(\.name)).count == resource.lists.count)
    for list in resource.lists {
      #expect(Set(list.fields.map(\.path)).count == list.fields.count)
      #expect(Set(list.operations.map(\.verb)).count == list.operations.count)
    }
  }

  @Test(arguments: ResourceType.all.map(\.name))
  func knowsTheTypeOfItsKeys(_ name: String) throws {
    let resource = try #require(ResourceType.named(name))
    let key = try #require(resource.field(at: resource.key))
    #expect(key.kind.name == "integer")
    for name in resource.alternateKeys { #expect(resource.field(at: name)?.kind.name == "string") }
  }

  @Test(arguments: ResourceType.all.map(\.name))
  func requiresOnlyWhatAnElementHas(_ name: String) throws {
    let resource = try #require(ResourceType.named(name))
    for list in resource.lists {
      for operation in list.operations {
        for name in operation.required { #expect(list.field(name) != nil, "\(list.name).\(name)") }
      }
      for name in [list.upload?.data, list.upload?.fileName].compactMap({ $0 }) {
        #expect(list.field(name) != nil, "\(list.name).\(name)")
      }
    }
  }

  @Test(arguments: ResourceType.all.map(\.name))
  func allowsOnlyKnownValuesOnUpdate(_ name: String) throws {
    let resource = try #require(ResourceType.named(name))
    for field in resource.lists.flatMap(\.fields) {
      guard let allowed = field.allowedOnUpdate, case .menu(let known, _) = field.kind else { continue }
      #expect(Set(allowed).isSubset(of: known.compactMap(\.id)))
    }
  }

  @Test(arguments: ResourceType.all.map(\.name))
  func hasExamplesOfBothKinds(_ name: String) throws {
    let resource = try #require(ResourceType.named(name))
    #expect(resource.examples.contains { $0.verdict == .accepted })
    #expect(resource.examples.contains { $0.verdict != .accepted })
  }

  @Test(arguments: [
    ("customFields.c.region", true), ("customFields.Field.PartCode", true), ("customFields.c", false),
    ("customFields..region", false), ("customFields.c.", false), ("customFields.c.region.id", false),
    ("customfields.c.region", false),
  ])
  func knowsWhereASiteHasItsOwnAttributes(_ path: String, _ isCustom: Bool) {
    #expect(ResourceType.incidents.customFields.contains { $0.contains(path) } == isCustom)
  }
}
