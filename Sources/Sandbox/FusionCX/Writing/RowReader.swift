import Catalog
import JSON

/// Reads bodies against the catalogue and the site, and collects every fault (API reference 7, 14).
struct RowReader {
  /// The attributes that a body may contain.
  enum Purpose {
    case create
    case change
    /// A record of the user's own, including read-only attributes.
    case importing
  }

  let session: FusionSession
  private(set) var faults: [Fault.Detail] = []

  init(_ session: FusionSession) { self.session = session }

  private var choices: FusionChoices { session.choices }

  /// The one object of a request's body.
  ///
  /// - Throws: `Fault` if there is no such object.
  static func object(_ json: Result<JSONValue, JSONError>?, _ choices: FusionChoices) throws(Fault)
    -> JSONObject
  {
    if case .success(.object(let object)) = json { return object }
    let problem =
      switch json {
      case .failure(let error): "\(error)"
      case .success(let value): "expected an object, found \(value.text().prefix(40))"
      case nil: "it is empty"
      }
    throw Fault(code: choices.parseCode, "Unable to parse the provided payload: \(problem)")
  }

  /// Reads the body of a row.
  ///
  /// - Throws: `Fault` with all its faults.
  static func change(
    _ body: JSONObject, of entity: Entity, _ purpose: Purpose, _ session: FusionSession
  ) throws(Fault) -> RowChange {
    var reader = RowReader(session)
    let change = reader.read(body, entity, purpose, path: "")
    guard reader.faults.isEmpty else { throw Fault(details: reader.faults) }
    return change
  }

  private mutating func read(
    _ body: JSONObject, _ entity: Entity, _ purpose: Purpose, path: String
  ) -> RowChange {
    var change = RowChange()
    change.path = path
    // The path names the row of the request; its key in the body is an attribute like any other.
    if purpose == .importing || !path.isEmpty { change.id = key(in: body, entity, purpose) }
    change.isNew = purpose != .change
    for (name, value) in body {
      let place = "\(path)/\(name)"
      if name == entity.key, change.id != nil { continue }
      if let child = entity.child(name) {
        let rows = readRows(value, child, purpose, path: place)
        change.children.append((child, rows))
      } else if let field = entity[name] {
        let isSkipped =
          purpose == .importing
          ? entity.isDerived(name) : isRefused(field, entity, change.isNew, place)
        if isSkipped { continue }
        read(value, field, entity, place, into: &change)
      } else if purpose != .importing || !["links", "@context"].contains(name) {
        refuse(choices.parseCode, "Unable to parse the provided payload: unknown attribute \(name).", place)
      }
    }
    return change
  }

  private mutating func key(in body: JSONObject, _ entity: Entity, _ purpose: Purpose) -> Int64? {
    guard purpose != .create, let value = entity.key.flatMap({ body[$0] }) else { return nil }
    return value.integer ?? value.string.flatMap { session.version.hasTextIntegers ? Int64($0) : nil }
  }

  /// Records why an attribute cannot be written, if so.
  private mutating func isRefused(
    _ field: Field, _ entity: Entity, _ isNew: Bool, _ place: String
  ) -> Bool {
    let name = field.path
    if entity.enclosures.contains(name), choices.inlineLOB == .refused {
      refuse(choices.parseCode, "Unable to parse the provided payload: \(name) is an enclosure.", place)
      return true
    }
    switch field.access {
    case .writable: return false
    case .createOnly where isNew: return false
    case .createOnly:
      refuse(choices.createOnlyCode, "\(name): Attribute \(name) cannot be set.", place)
    case .readOnly, .selector:
      refuse(choices.parseCode, "Unable to parse the provided payload: \(name) is read-only.", place)
    }
    return true
  }

  private mutating func readRows(
    _ value: JSONValue, _ entity: Entity, _ purpose: Purpose, path: String
  ) -> [RowChange] {
    guard let rows = value.array else {
      refuse(choices.valueCode, "The value of the attribute \(entity.name) isn't valid.", path)
      return []
    }
    return rows.enumerated().compactMap { index, row in
      let place = "\(path)/\(index)"
      guard let body = row.object else {
        refuse(choices.valueCode, "The value of the attribute \(entity.name) isn't valid.", place)
        return nil
      }
      // A nested row that names a row changes it; one without a name is new.
      if purpose == .change, body[entity.pathKey] != nil {
        let isUpdate = choices.nestedRows == .update
        return read(
          isUpdate ? body : body.without(entity.pathKey), entity, isUpdate ? .change : .create, path: place)
      }
      return read(body, entity, purpose == .change ? .create : purpose, path: place)
    }
  }

  mutating func refuse(_ code: String, _ text: String, _ path: String) {
    faults.append(Fault.Detail(code: code, text: text, path: path))
  }
}

extension JSONObject {
  func without(_ name: String?) -> JSONObject {
    var copy = self
    if let name { copy[name] = nil }
    return copy
  }
}
