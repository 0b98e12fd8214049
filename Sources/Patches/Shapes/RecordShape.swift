import Catalog

/// A resource's catalogue in the form that headers and JSON rows are looked up in.
struct RecordShape: Sendable {
  /// The attributes that name a record, the id first.
  let keys: [KeyRule]
  /// The record's attributes and lists.
  let members: ObjectShape
  /// Everything a header may say, for suggestions.
  let paths: [String]

  private let customFields: [CustomFieldSpace]
  private let customTypes: [String: CustomFieldType]
  private let settings: ReadingSettings

  init(_ resource: ResourceType, customTypes: [String: CustomFieldType], settings: ReadingSettings) {
    keys = ([resource.key] + resource.alternateKeys).map { name in
      KeyRule(attribute: name, isID: name == resource.key, field: resource.field(at: name))
    }
    var members = ObjectShape()
    var paths = keys.map(\.attribute)
    // Shorter paths first: `source` is a value, so that `source.parents` has no place of its own.
    for field in resource.fields.sorted(by: { $0.path.utf8.count < $1.path.utf8.count }) {
      members.insert(
        Self.shape(field, operation: nil, singular: resource.singular, settings),
        at: field.path.split(separator: "."))
    }
    paths += resource.fields.filter { $0.access == .writable && $0.isWrittenBySheets }.map(\.path)
    for list in resource.lists {
      members.members[list.name] = .list(Self.shape(list, prefix: "", settings, &paths))
    }
    for space in resource.customFields {
      members.insert(.custom, at: space.path.split(separator: "."))
    }
    self.members = members
    self.paths = paths
    customFields = resource.customFields
    self.customTypes = customTypes
    self.settings = settings
  }

  /// The rule for a site's own attribute at that path.
  func customRule(_ path: String) -> ValueRule { ValueRule(customTypes[path], settings: settings) }

  /// Whether a path lies where a site's own attributes live.
  func isCustom(_ path: String) -> Bool { customFields.contains { $0.contains(path) } }

  private static func shape(
    _ field: Field, operation: ListOperation?, singular: String, _ settings: ReadingSettings
  ) -> AttributeShape {
    let isUpdate = operation?.effect == .update
    switch field.access {
    case .readOnly:
      return .refused(
        Refusal(rule: "read-only", message: "the service keeps this attribute itself", hint: field.note))
    case .createOnly where isUpdate:
      return .refused(
        Refusal(
          rule: "create-only", message: "can only be given while a \(singular) is made",
          hint: "leave it out: the \(singular) keeps what it has"))
    case .selector where !isUpdate:
      return .refused(
        Refusal(rule: "selector", message: "names an existing \(singular); the service numbers a new one"))
    case _ where !field.isWrittenBySheets:
      return .refused(Refusal(rule: "not-in-sheets", message: "cannot be given in a sheet", hint: field.note))
    default:
      return .value(
        ValueRule(field, operation: operation, singular: singular, settings: settings),
        isReversible: field.isReversible)
    }
  }

  private static func shape(
    _ list: ChildList, prefix: String, _ settings: ReadingSettings, _ paths: inout [String]
  ) -> ListShape {
    var operations: [OperationShape] = []
    for operation in list.operations {
      let label = "\(prefix)\(list.name).\(operation.verb)"
      if case .reference = list.element { paths.append(label) }
      var members = ObjectShape()
      if let upload = list.upload, operation.effect == .create {
        members.members[upload.member] = .file(
          ValueRule(.file(settings.attachments), nullRefusal: "there is no file to clear"))
        paths.append("\(label).\(upload.member)")
      }
      for field in list.fields {
        let member = Self.shape(field, operation: operation, singular: list.singular, settings)
        members.insert(member, at: field.path.split(separator: "."))
        if case .value = member { paths.append("\(label).\(field.path)") }
      }
      for inner in list.lists {
        members.members[inner.name] = .list(Self.shape(inner, prefix: label + ".", settings, &paths))
      }
      operations.append(OperationShape(operation, of: list, label: label, members: members))
    }
    return ListShape(list, operations: operations)
  }
}
