public import Catalog
import JSON

/// The types of custom fields as a site describes them.
public struct CustomTypes: Sendable, Equatable {
  /// Path → type, of every custom field beside those that were asked about.
  public var types: [String: DeclaredType] = [:]
  /// The paths that were looked for where the site describes its fields.
  public var asked: Set<String> = []

  public init() {}
}

extension SiteConnection {
  public func customTypes(of paths: [String]) -> (Exchange, CustomTypes) { (.namesUnknown, CustomTypes()) }
}

extension B2CConnection {
  /// Reads the schema of each package of custom fields (reference, sections 5 and 15).
  func customTypes(of paths: [String]) -> (Exchange, CustomTypes) {
    var last = Exchange(outcome: .applied)
    var found = CustomTypes()
    var packages: [String] = []
    for path in paths {
      let package = path.split(separator: ".").dropLast().joined(separator: ".")
      if !package.isEmpty, !packages.contains(package) { packages.append(package) }
    }
    for package in packages {
      let steps = package.split(separator: ".").map { String($0).percentEncoded }.joined(separator: "/")
      let place = "metadata-catalog/\(service.resource.name)/\(steps)"
      guard let schema = ask(place, &last, accepting: "application/schema+json") else { return (last, found) }
      guard let properties = schema["properties"]?.object else {
        last.refuse(asBadAnswer: "the answer is no schema")
        return (last, found)
      }
      for (name, property) in properties {
        found.types["\(package).\(name)"] = DeclaredType(schema: property)
      }
      found.asked.formUnion(paths.filter { $0.hasPrefix(package + ".") })
    }
    return (last, found)
  }
}

extension FusionConnection {
  /// Reads `describe` (reference, section 16).
  func customTypes(of paths: [String]) -> (Exchange, CustomTypes) {
    var last = Exchange(outcome: .applied)
    var found = CustomTypes()
    guard let attributes = description(of: site.resource.name, &last) else { return (last, found) }
    for attribute in attributes {
      guard let name = attribute["name"]?.string, site.resource.isCustom(name) else { continue }
      found.types[name] = DeclaredType(described: attribute)
    }
    found.asked = Set(paths)
    return (last, found)
  }
}

extension DeclaredType {
  /// Creates the type of a property of a schema; `nil` for one that a sheet cannot give.
  ///
  /// Days and points in time are texts with bounds of their own; menus and references are objects.
  fileprivate init?(schema: JSONValue) {
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string].compactMap { $0 }
    let length = schema["maxLength"]?.integer.map { Int($0) }
    if schema["isMenu"] == true {
      self.init(.menu)
    } else if schema["minimumDateTime"] != nil {
      self.init(.datetime)
    } else if schema["minimumDate"] != nil {
      self.init(.date)
    } else if types.contains("boolean") {
      self.init(.boolean)
    } else if types.contains("integer") {
      self.init(.integer)
    } else if types.contains("number") {
      self.init(.number)
    } else if schema["$ref"] != nil {
      self.init(.reference)
    } else if types.contains("string") {
      self.init(.text, length: length.flatMap { (1...1_000_000).contains($0) ? $0 : nil })
    } else {
      return nil
    }
  }

  /// Creates the type of an attribute as `describe` has it.
  fileprivate init?(described: JSONValue) {
    switch described["type"]?.string?.lowercased() {
    case "string"?:
      let length = described["maxLength"]?.integer ?? described["precision"]?.integer
      self.init(.text, length: length.flatMap { (1...1_000_000).contains($0) ? Int($0) : nil })
    case "integer"?: self.init(.integer)
    case "number"?: self.init(.number)
    case "boolean"?: self.init(.boolean)
    case "date"?: self.init(.date)
    case "datetime"?: self.init(.datetime)
    default: return nil
    }
  }
}
