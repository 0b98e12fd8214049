import Catalog
import JSON

extension [ResourceType] {
  /// The resources for programs.
  var json: JSONObject { ["resources": .array(map { .object($0.summaryJSON) })] }
}

extension ResourceType {
  /// The summary of a resource in the list.
  var summaryJSON: JSONObject {
    ["name": .string(name), "api": .string(dialect.rawValue), "summary": .string(summary)]
  }

  /// The whole catalogue of a resource, for programs.
  var json: JSONObject {
    var json = summaryJSON
    json["key"] = .string(key)
    json["alternate_keys"] = .array(alternateKeys.map(JSONValue.string))
    json["attributes"] = .array(fields.map { .object($0.json) })
    json["lists"] = .array(lists.map { .object($0.json) })
    json["custom_fields"] = .array(
      customFields.map { ["path": .string($0.path), "note": .string($0.note)] })
    json["headers"] = .array(listedAttributes.map { .string($0.header) })
    return json
  }
}

extension ChildList {
  fileprivate var json: JSONObject {
    var json: JSONObject = [
      "name": .string(name),
      "operations": .array(
        operations.map {
          [
            "verb": .string($0.verb), "effect": .string($0.effect.rawValue),
            "required": .array($0.required.map(JSONValue.string)),
            "unconfirmed": $0.unconfirmed.map(JSONValue.string) ?? .null,
          ]
        }),
    ]
    json["file_header"] = upload.map { .string($0.member) }
    switch element {
    case .object(let fields): json["attributes"] = .array(fields.map { .object($0.json) })
    case .reference(let target): json["references"] = .string(target)
    }
    if !lists.isEmpty { json["lists"] = .array(lists.map { .object($0.json) }) }
    if !customFields.isEmpty {
      json["custom_fields"] = .array(
        customFields.map { ["path": .string($0.path), "note": .string($0.note)] })
    }
    if isKeyed { json["keys"] = .array(selectors.map { .string($0.path) }) }
    json["removed_by_clearing"] = substance.map(JSONValue.string)
    if hasElementAddress { json["own_address"] = .string(takesUpdatesInRecord ? "optional" : "always") }
    json["caution"] = caution.map(JSONValue.string)
    json["note"] = note.map(JSONValue.string)
    json["unconfirmed"] = unconfirmed.map(JSONValue.string)
    return json
  }
}

extension Field {
  fileprivate var json: JSONObject {
    var json: JSONObject = ["path": .string(path), "type": .string(kind.name)]
    switch kind {
    case .string(let maximum, let pattern):
      json["maximum_length"] = maximum.map { .integer(Int64($0)) }
      json["pattern"] = pattern.map(JSONValue.string)
    case .integer(let minimum, let maximum):
      json["minimum"] = minimum == .min ? nil : .integer(minimum)
      json["maximum"] = maximum == .max ? nil : .integer(maximum)
    case .menu(let known, _) where !known.isEmpty:
      json["known_values"] = .array(
        known.map { ["id": $0.id.map(JSONValue.integer) ?? .null, "name": .string($0.name)] })
    case .number(let digits): json["maximum_digits"] = digits.map { .integer(Int64($0)) }
    case .code(let known, let lookup, let maximum):
      json["maximum_length"] = .integer(Int64(maximum))
      json["lookup"] = lookup.map(JSONValue.string)
      if !known.isEmpty { json["known_values"] = .array(known.map { ["name": .string($0)] }) }
    case .reference(let target, _): json["references"] = .string(target)
    default: break
    }
    json["access"] = .string(access.rawValue)
    switch nullability {
    case .nullable: json["nullable"] = true
    case .notNull: json["nullable"] = false
    case .unconfirmed: json["nullable"] = nil
    }
    if hasFixedValues { json["fixed_values"] = true }
    json["allowed_on_update"] = allowedOnUpdate.map { .array($0.map(JSONValue.integer)) }
    json["reversible"] = .bool(isReversible)
    if isTrigger { json["trigger"] = true }
    if isEnclosure { json["enclosure"] = true }
    if isNameInferred { json["name_inferred"] = true }
    json["note"] = note.map(JSONValue.string)
    json["unconfirmed"] = unconfirmed.map(JSONValue.string)
    return json
  }
}
