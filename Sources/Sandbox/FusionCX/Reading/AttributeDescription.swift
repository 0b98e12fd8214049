import Catalog
import JSON

extension Entity {
  /// The description of an attribute in `describe` (API reference 16).
  func description(of field: Field) -> JSONValue {
    var object: JSONObject = [
      "name": .string(field.path), "type": .string(Self.type(of: field)),
      "title": .string(title(of: field.path)), "updatable": .bool(field.access == .writable),
      "mandatory": .bool(required.contains(field.path)), "queryable": .bool(!field.isTrigger),
      "hasDefaultValueExpression": .bool(isComputedForNewRows(field)),
    ]
    if field.access == .createOnly { object["allowChanges"] = "inInsert" }
    if let length = Self.length(of: field) {
      object["precision"] = .integer(Int64(length))
      object["maxLength"] = .integer(Int64(length))
    }
    if let value = rules.defaults.first(where: { $0.name == field.path })?.value { object["default"] = value }
    if let list = list(of: field) { object["lov"] = Self.description(of: list, for: field) }
    return .object(object)
  }

  /// The title of an attribute, or of the rows themselves: the reference's, otherwise the words of the name.
  func title(of name: String) -> String {
    if let title = rules.titles[name] { return title }
    var words = ""
    for character in name.hasSuffix("_c") ? name.dropLast(2) : name[...] {
      if character.isUppercase, words.last?.isLowercase == true { words += " " }
      words.append(character)
    }
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Returns whether the service generates the value of a new row, rather than using a constant.
  private func isComputedForNewRows(_ field: Field) -> Bool {
    [key, alternateKey, rules.selfReference?.attribute].contains(field.path)
  }

  private static func length(of field: Field) -> Int? {
    switch field.kind {
    case .string(let maximum, _): maximum
    case .code(_, _, let maximum): maximum
    default: nil
    }
  }

  /// The list that an attribute's values come from.
  private func list(of field: Field) -> ListOfValues? {
    rules.lists.first { list in
      list.set == field.codeSet
        || rules.references.contains { $0.attribute == field.path && $0.set == list.set }
    }
  }

  private static func description(of list: ListOfValues, for field: Field) -> JSONValue {
    let isOfCodes = list.narrowedBy == nil
    return [
      "childRef": .string(list.name),
      "attributeMap": [
        ["source": .string(isOfCodes ? "LookupCode" : field.path), "target": .string(field.path)]
      ],
      "displayAttributes": [isOfCodes ? "Meaning" : "ChannelDisplayName"],
    ]
  }

  private static func type(of field: Field) -> String {
    switch field.kind {
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .dateTime: "datetime"
    default: "string"
    }
  }
}
