public import Catalog
import JSON

extension SiteConnection {
  public func description(of places: [String]?) -> (Exchange, SiteDescription) {
    (.namesUnknown, SiteDescription())
  }
}

extension SiteDescription {
  /// The depth of sub-objects and lists below a record; both APIs have fewer.
  static let depthLimit = 4

  /// Takes in what is at a name below a place.
  ///
  /// - Returns: the path; `nil` for what is no name of an attribute, and for too many of them.
  mutating func add(_ name: String, at place: String, _ attribute: SiteAttribute? = nil) -> String? {
    guard name.isAttributeName else {
      leaveOut("'\(name.printable(limit: 60))': not an attribute name")
      return nil
    }
    guard names.count < Self.attributeLimit else {
      leaveOut("\(name): more than \(Self.attributeLimit) attributes")
      return nil
    }
    let path = place.isEmpty ? name : "\(place).\(name)"
    names.insert(path)
    attributes[path] = attribute
    return path
  }
}

extension SiteAttribute {
  /// The longest title that is kept.
  private static let titleLength = 200

  /// Creates an attribute from a property of a schema of B2C Service (reference, sections 5 and 15).
  init(schema: JSONValue) {
    self.init(
      type: DeclaredType(schema: schema), title: schema["label"]?.string?.printable(limit: Self.titleLength))
    switch (schema["isAvailableForPATCH"]?.bool, schema["isAvailableForPOST"]?.bool, schema["readOnly"]?.bool)
    {
    case (true?, _, _): access = .writable
    case (false?, true?, _): access = .createOnly
    case (false?, _, _), (nil, _, true?): access = .readOnly
    default: break
    }
    if type?.word == .reference, let steps = schema["$ref"]?.string?.stepsOfMetadata, steps.count == 1 {
      target = ResourceName(steps[0])?.name == steps[0] ? steps[0] : nil
    }
    if type?.word == .integer {
      minimum = schema["minimum"]?.integer
      maximum = schema["maximum"]?.integer
    }
    hasList = type?.word == .menu
  }

  /// Creates an attribute from what `describe` of Fusion CX has (reference, section 16).
  init(described: JSONValue) {
    self.init(
      type: DeclaredType(described: described),
      title: described["title"]?.string?.printable(limit: Self.titleLength))
    switch (described["updatable"]?.bool, described["allowChanges"]?.string) {
    case (true?, _): access = .writable
    case (_, "inInsert"?): access = .createOnly
    case (false?, _): access = .readOnly
    default: break
    }
    let sources = described["lov"]?["attributeMap"]?.array?.compactMap { $0["source"]?.string }
    hasList = type?.word == .text && sources?.contains("LookupCode") == true
    if hasList { type?.word = .code }
  }
}

extension String {
  /// The steps below the metadata catalogue that a reference of a schema leads to; `nil` for one elsewhere.
  ///
  /// Its host is not looked at: only the names count.
  var stepsOfMetadata: [String]? {
    guard let root = firstRange(of: "/metadata-catalog/") else { return nil }
    let path = self[root.upperBound...].prefix { $0 != "?" && $0 != "#" }
    return path.split(separator: "/").map { String($0) }
  }
}

extension DeclaredType {
  private static let lengths: ClosedRange<Int64> = 1...1_000_000

  /// Creates the type of a property of a schema; `nil` for one that a sheet cannot give.
  ///
  /// Days and points in time are texts with bounds of their own; menus and references are objects.
  fileprivate init?(schema: JSONValue) {
    let types = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string].compactMap { $0 }
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
      self.init(
        .text, length: schema["maxLength"]?.integer.flatMap { Self.lengths.contains($0) ? Int($0) : nil })
    } else {
      return nil
    }
  }

  /// Creates the type of an attribute as `describe` has it.
  fileprivate init?(described: JSONValue) {
    switch described["type"]?.string?.lowercased() {
    case "string"?:
      let length = described["maxLength"]?.integer ?? described["precision"]?.integer
      self.init(.text, length: length.flatMap { Self.lengths.contains($0) ? Int($0) : nil })
    case "integer"?: self.init(.integer)
    case "number"?: self.init(.number)
    case "boolean"?: self.init(.boolean)
    case "date"?: self.init(.date)
    case "datetime"?: self.init(.datetime)
    default: return nil
    }
  }
}
