import Catalog
import JSON

extension B2CConnection {
  /// The requests for one description: a record, and each sub-object and list of it.
  private static let descriptionLimit = 200

  /// Reads the schema of the record, and of its sub-objects and lists (reference, sections 5 and 15).
  ///
  /// Only the resource itself wraps its schema; those of its parts are plain.
  func description(of places: [String]?) -> (Exchange, SiteDescription) {
    var last = Exchange(outcome: .applied)
    var found = SiteDescription()
    found.key = "id"
    var waiting = places ?? [""]
    var asked: Set<String> = []
    while let place = waiting.first {
      waiting.removeFirst()
      guard asked.insert(place).inserted, found.has(place) != false else { continue }
      guard asked.count <= Self.descriptionLimit else {
        found.leaveOut("\(place): more than \(Self.descriptionLimit) sub-objects and lists")
        continue
      }
      guard let properties = schema(of: place, &last) else {
        // A part that is refused leaves the others; nothing can be said without the record itself.
        guard !place.isEmpty, let refusal = last.outcome.refusalOfDescription else { return (last, found) }
        found.refused[place] = refusal.message
        last.outcome = .applied
        continue
      }
      found.places.insert(place)
      for (name, property) in properties {
        let part = Part(property, of: service.resource.name)
        let attribute: SiteAttribute? = if case .attribute(let attribute) = part { attribute } else { nil }
        guard let path = found.add(name, at: place, attribute) else { continue }
        if property.isListOfSchema { found.lists.insert(path) }
        let depth = path.split(separator: ".").count
        if places == nil, part == .described, depth <= SiteDescription.depthLimit { waiting.append(path) }
      }
    }
    return (last, found)
  }

  /// A property of a schema.
  private enum Part: Equatable {
    case attribute(SiteAttribute)
    /// A sub-object, or a list of elements, with a schema of its own.
    case described
    /// A list of anything else, such as references.
    case other

    init(_ schema: JSONValue, of resource: String) {
      let isList = schema.isListOfSchema
      let steps = (isList ? schema["items"]?["$ref"] : schema["$ref"])?.string?.stepsOfMetadata ?? []
      if steps.count > 1, steps[0] == resource, schema["isMenu"] != true {
        self = .described
      } else {
        self = isList ? .other : .attribute(SiteAttribute(schema: schema))
      }
    }
  }

  /// Returns the properties of the record, or of a sub-object or list.
  private func schema(of place: String, _ last: inout Exchange) -> JSONObject? {
    let steps = [service.resource.name] + place.split(separator: ".").map { String($0) }
    let path = "metadata-catalog/" + steps.map(\.percentEncoded).joined(separator: "/")
    guard let answer = ask(path, &last, accepting: "application/schema+json") else { return nil }
    let whole = place.isEmpty ? answer["definitions"]?["singularResource"]?["properties"] : nil
    if let properties = (whole ?? answer["properties"])?.object, !place.isEmpty || whole != nil {
      return properties
    }
    last.refuse(asBadAnswer: "the answer is no schema")
    return nil
  }
}

extension JSONValue {
  /// Indicates the schema of a list.
  fileprivate var isListOfSchema: Bool { self["items"] != nil || self["type"]?.string == "array" }
}

extension Outcome {
  /// The site's refusal to describe something; `nil` for trouble that may pass.
  fileprivate var refusalOfDescription: Refusal? {
    switch self {
    case .refused(let refusal), .foreign(let refusal): refusal
    default: nil
    }
  }
}
