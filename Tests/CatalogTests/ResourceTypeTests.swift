import Catalog
import Foundation
import Testing

/// The properties that every resource has, so that a new one is tested without being named here.
@Suite struct ResourceTypeTests {
  @Test func listsTheFilesOfItsFolder() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Catalog/Resources").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    // The custom objects are those of each site.
    let named = Set(files.map { $0.replacing(".swift", with: "").lowercased() }).subtracting(["customobjects"]
    )
    #expect(named.count == ResourceType.all.count)
    for resource in ResourceType.all {
      // Where both APIs have a name, the file has the API's in front.
      let name = resource.name.lowercased()
      #expect(named.contains(name) || named.contains("fusion\(name)"), "\(name)")
    }
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func isFoundByName(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    #expect(resource.ownName == name)
    #expect(ResourceName(name)?.meanings().count == 1)
    #expect(ResourceName("\(resource.dialect.rawValue)/\(resource.name)")?.meanings().count == 1)
    #expect(ResourceName(resource.name.uppercased())?.meanings().isEmpty == true)
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func namesEveryAttributeOnce(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    #expect(Set(resource.fields.map(\.path)).count == resource.fields.count)
    #expect(Set(resource.lists.map(\.name)).count == resource.lists.count)
    for list in resource.listsByReferencePath.values {
      #expect(
        Set(list.fields.map(\.path) + list.lists.map(\.name)).count == list.fields.count + list.lists.count)
      #expect(Set(list.operations.map(\.verb)).count == list.operations.count)
    }
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func knowsTheTypeOfItsKeys(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    let key = try #require(resource.field(at: resource.key))
    // Every record of B2C Service has a number; Fusion CX has keys of either kind.
    #expect(key.kind.name == (resource.isKeyText ? "string" : "integer"))
    #expect(!resource.isKeyText || resource.dialect == .fusionCX)
    for name in resource.alternateKeys { #expect(resource.field(at: name)?.kind.name == "string") }
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func requiresOnlyWhatAnElementHas(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    for list in resource.listsByReferencePath.values {
      for operation in list.operations {
        for name in operation.required { #expect(list.field(name) != nil, "\(list.name).\(name)") }
      }
      for name in [list.upload?.data, list.upload?.fileName].compactMap({ $0 }) {
        #expect(list.field(name) != nil, "\(list.name).\(name)")
      }
    }
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func allowsOnlyKnownValuesOnUpdate(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    for field in resource.lists.flatMap(\.fields) {
      guard let allowed = field.allowedOnUpdate, case .menu(let known, _) = field.kind else { continue }
      #expect(Set(allowed).isSubset(of: known.compactMap(\.id)))
    }
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func hasExamplesOfBothKinds(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    #expect(resource.examples.contains { $0.verdict == .accepted })
    #expect(resource.examples.contains { $0.verdict != .accepted })
  }

  /// A row that can only go to an element's own address needs the element's name and that address.
  @Test(arguments: ResourceType.all.map(\.ownName))
  func hasAnAddressForEveryElementThatNeedsOne(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    for list in resource.listsByReferencePath.values where !list.takesUpdatesInRecord {
      #expect(list.hasElementAddress && !list.selectors.isEmpty, "\(list.name)")
    }
  }

  /// An element that is told apart by values of its own is set, and goes to its own address or into the record's patch.
  @Test(arguments: ResourceType.all.map(\.ownName))
  func setsOnlyWhatIsToldApartByItsValues(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    for list in resource.listsByReferencePath.values {
      #expect(list.operations.allSatisfy { ($0.effect == .set) == list.isKeyed }, "\(list.name)")
      #expect(
        list.substance.map { list.field($0)?.nullability == .nullable && list.isAddressedByKey } ?? true)
      guard list.isKeyed else { continue }
      #expect(list.operations.allSatisfy { $0.required == list.selectors.map(\.path) }, "\(list.name)")
    }
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func neverUndoesATriggerOrAnEnclosure(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    for field in resource.fieldsByReferencePath.values where field.isTrigger || field.isEnclosure {
      #expect(!field.isReversible, "\(field.path)")
      #expect(field.isTrigger || field.kind == .base64, "\(field.path)")
    }
  }

  @Test(arguments: [
    ("Region_c", true), ("Région_c", true), ("_c", false), ("Region_C", false), ("Region", false),
    ("a.Region_c", false), ("", false),
  ])
  func knowsASitesOwnAttributesByTheirEnding(_ path: String, _ isCustom: Bool) {
    #expect(ResourceType.interactions.customFields.contains { $0.contains(path) } == isCustom)
  }

  @Test(arguments: [
    ("threads", "threads"), ("threads/3", "threads"), ("treads", nil), ("threads/3/x", nil), ("", nil),
  ])
  func findsAListByItsPath(_ path: String, _ name: String?) {
    #expect(ResourceType.incidents.list(at: path)?.name == name)
  }

  @Test(arguments: [
    ("smartActions/5/UserActionURLBinding", "UserActionURLBinding"), ("smartActions", "smartActions"),
    ("smartActions/5/threads", nil), ("smartActions.UserActionURLBinding", nil),
  ])
  func findsAListBelowAnElement(_ path: String, _ name: String?) {
    #expect(ResourceType.interactions.list(at: path)?.name == name)
  }

  @Test(arguments: [
    ("customFields.c.region", true), ("customFields.Field.PartCode", true), ("customFields.c", false),
    ("customFields..region", false), ("customFields.c.", false), ("customFields.c.region.id", false),
    ("customfields.c.region", false),
  ])
  func knowsWhereASiteHasItsOwnAttributes(_ path: String, _ isCustom: Bool) {
    for resource in [ResourceType.incidents, .contacts, .organizations] {
      #expect(resource.customFields.contains { $0.contains(path) } == isCustom)
    }
  }

  /// Both are people and companies that the service deals with, and have the same facts about that.
  @Test func contactsAndOrganizationsAgree() throws {
    let parts = ["externalReference", "banner.", "cRMModules.", "salesSettings.", "source"]
    let shared = ResourceType.contacts.fields.filter { field in
      parts.contains { field.path.hasPrefix($0) }
    }
    #expect(shared.count == 12)
    for field in shared {
      let other = try #require(ResourceType.organizations.field(at: field.path))
      #expect(other.kind == field.kind && other.access == field.access)
      #expect(other.nullability == field.nullability && other.unconfirmed == field.unconfirmed)
    }
    for resource in [ResourceType.contacts, .organizations] {
      #expect(resource.kind(at: "supersededBy") == .reference(to: resource.name))
    }
  }
}
