public import Catalog
import Foundation

/// The model of a site that a file describes.
extension SandboxSettings {
  /// The kinds of record as this site has them, those that only the file describes included.
  public var servedResources: [ResourceType] {
    let described = catalogue?.resources.sorted { $0.key < $1.key } ?? []
    let others = described.compactMap { name, overlay -> ResourceType? in
      guard !resources.contains(where: { $0.name == name && $0.dialect == overlay.dialect }) else {
        return nil
      }
      // The catalogue knows what all custom objects have in common.
      return .named(name, in: overlay.dialect) ?? ResourceType(name, describedBy: overlay)
    }
    return (resources + others).map { resource in
      var resource = resource
      if let overlay = catalogue?.resources[resource.name], overlay.dialect == resource.dialect {
        resource = resource.modelled(by: overlay)
      }
      if resource.name == ResourceType.interactions.name {
        resource.fields.removeAll { $0.path == choices.fusion.missingAttribute }
        if let name = choices.fusion.extraAttribute { resource.fields.append(Field(name, .code())) }
      }
      return resource
    }
  }

  /// Reads the file that describes a site.
  ///
  /// - Throws: `SandboxError` if it cannot be read, or is not an overlay.
  public mutating func readCatalogue(_ path: String) throws(SandboxError) {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw .unreadable(path: path, reason: "there is no such file, or you may not read it")
    }
    do throws(OverlayError) { catalogue = try Overlay(parsing: [UInt8](data)) } catch {
      throw .badCatalogue(path: path, reason: error.message, hint: error.hint ?? "save it again")
    }
    for (name, entry) in catalogue?.resources.sorted(by: { $0.key < $1.key }) ?? [] {
      guard ResourceType.named(name, in: entry.dialect) == nil, let fault = Self.fault(of: entry) else {
        continue
      }
      throw .badCatalogue(path: path, reason: "'resources.\(name)\(fault.reason)", hint: fault.hint)
    }
  }

  /// Returns why an entry does not describe a whole resource, with the rest of its place; `nil` if it does.
  private static func fault(of entry: ResourceOverlay) -> (reason: String, hint: String)? {
    guard let key = entry.key else {
      return (
        "' has no key, and the catalogue does not have this resource",
        "add \"key\": the attribute that names a record in URLs"
      )
    }
    if let path = entry.attributes.filter({ $0.value.type == nil }).keys.min() {
      return (".attributes.\(path)' has no type", "add \"type\": \(DeclaredType.expected)")
    }
    guard entry.dialect == .b2cService, key != "id" else { return nil }
    return (".key' must be id, not '\(key)'", "records of B2C Service are named by their ids")
  }
}
