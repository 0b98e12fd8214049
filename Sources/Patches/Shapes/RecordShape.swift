import Catalog

/// A resource's catalogue in the form that headers and JSON rows are looked up in.
struct RecordShape: Sendable {
  /// The attributes that name a record, the id first.
  let keys: [KeyRule]
  /// The attributes that name a record together; none if one is enough.
  var keyParts: [String] { keys.filter(\.isPart).map(\.attribute) }
  /// The record's attributes and lists.
  let members: ObjectShape
  /// All possible headers, for suggestions.
  let paths: [String]

  private let customTypes: [String: DeclaredType]
  private let resource: ResourceType
  private let settings: ReadingSettings

  init(_ resource: ResourceType, customTypes: [String: DeclaredType], settings: ReadingSettings) {
    let parts = resource.ownKey.count > 1 ? resource.ownKey : []
    let whole = resource.alternateKeys.filter { parts.isEmpty || $0 != OwnKey.name(of: parts) }
    keys =
      ([resource.key] + whole).map { name in
        KeyRule(attribute: name, isID: name == resource.key, field: resource.field(at: name))
      } + parts.map { KeyRule(attribute: $0, isID: false, isPart: true, field: resource.field(at: $0)) }
    var members = ObjectShape()
    var paths = keys.map(\.attribute)
    // Shorter paths first: `source` is a value, so `source.parents` has no place of its own.
    var headers: [String: [String]] = [:]
    for field in resource.fields.sorted(by: { $0.path.utf8.count < $1.path.utf8.count }) {
      let shape = Self.shape(
        field, operation: nil, singular: resource.singular, settings, SitePlace(of: resource, at: field.path))
      members.insert(shape, at: field.path.split(separator: "."))
      headers[field.path] = shape.headers(of: field.path)
    }
    paths += resource.fields.flatMap { headers[$0.path] ?? [] }
    for list in resource.lists {
      members.members[list.name] = .list(
        Self.shape(list, of: resource, prefix: "", path: list.name, settings, &paths))
    }
    for space in resource.customFields {
      members.insert(.custom(list: nil), at: space.path.split(separator: "."))
    }
    self.members = members
    self.paths = paths
    self.customTypes = customTypes
    self.resource = resource
    self.settings = settings
  }

  /// Returns the rule for the custom field at that path.
  func customRule(_ path: String) -> ValueRule {
    ValueRule(
      resource.customKinds[path] ?? customTypes[path]?.kind(in: resource.dialect), settings: settings,
      at: SitePlace(of: resource, at: path))
  }

  /// Returns the rule for an attribute of the record itself, whether sheets may write it or not.
  func ruleOfRecord(_ path: String, in resource: ResourceType) -> ValueRule? {
    if let field = resource.field(at: path) {
      return ValueRule(
        field, operation: nil, singular: resource.singular, settings: settings,
        at: SitePlace(of: resource, at: path))
    }
    let isDeep = resource.lists.contains { path.hasPrefix($0.name + ".") }
    return resource.isCustom(path) && !isDeep ? customRule(path) : nil
  }

  /// Returns whether a path is that of a record's custom field whose type nobody has given.
  func isUndeclared(_ path: String) -> Bool {
    resource.isCustom(path) && customTypes[path] == nil && resource.customKinds[path] == nil
      && resource.siteRefusal(at: path) == nil
  }

  private static func shape(
    _ field: Field, operation: ListOperation?, singular: String, upload: Upload? = nil,
    _ settings: ReadingSettings, _ facts: SitePlace
  ) -> AttributeShape {
    let isCreation = operation?.effect == .create
    let isUpdate = operation != nil && !isCreation
    switch field.access {
    case .readOnly:
      return .refused(
        Refusal(rule: "read-only", message: "only the service sets this attribute", hint: field.note))
    // Records are never created here, only elements are.
    case .createOnly where !isCreation:
      return .refused(
        Refusal(
          rule: "create-only", message: "can be given only when the \(singular) is created",
          hint: "leave it out: the \(singular) keeps its value"))
    case .selector where !isUpdate:
      return .refused(
        Refusal(rule: "selector", message: "names an existing \(singular); the service numbers a new one"))
    case _ where !field.isWrittenBySheets:
      return .refused(Refusal(rule: "not-in-sheets", message: "cannot be given in a sheet", hint: field.note))
    case _ where field.isEnclosure && isCreation:
      return .refused(
        Refusal(
          rule: "own-address",
          message: "has an address of its own, which a new \(singular) does not have yet",
          hint: "create the \(singular) first, and set this in a later row"))
    case _ where field.kind == .base64 && upload == nil:
      return .bytes(
        base64: ValueRule(field, operation: operation, singular: singular, settings: settings, at: facts),
        file: ValueRule(
          .fileBytes(settings.attachments), nullRefusal: "there is no file to clear",
          siteRefusal: facts.refusal),
        isReversible: field.isReversible, isEnclosure: field.isEnclosure)
    default:
      return .value(
        ValueRule(
          field, operation: operation, singular: singular, isFileName: field.path == upload?.fileName,
          settings: settings, at: facts),
        isReversible: field.isReversible)
    }
  }

  private static func shape(
    _ list: ChildList, of resource: ResourceType, prefix: String, path: String, isInNewElement: Bool = false,
    above: SitePlace? = nil, _ settings: ReadingSettings, _ paths: inout [String]
  ) -> ListShape {
    let facts = SitePlace(of: resource, at: path, in: above)
    var operations: [OperationShape] = []
    // A new element has no elements yet that could be changed.
    for operation in list.operations where !isInNewElement || operation.effect == .create {
      let isNew = isInNewElement || operation.effect == .create
      let label = "\(prefix)\(list.name).\(operation.verb)"
      if case .reference = list.element { paths.append(label) }
      var members = ObjectShape()
      if let upload = list.upload, operation.effect == .create {
        members.members[upload.member] = .file(
          ValueRule(
            .file(settings.attachments), nullRefusal: "there is no file to clear", siteRefusal: facts.refusal)
        )
        paths.append("\(label).\(upload.member)")
      }
      for field in list.fields {
        let member = Self.shape(
          field, operation: operation, singular: list.singular, upload: list.upload, settings,
          SitePlace(of: resource, at: "\(path).\(field.path)", in: facts))
        members.insert(member, at: field.path.split(separator: "."))
        paths += member.headers(of: "\(label).\(field.path)")
      }
      for inner in list.lists {
        members.members[inner.name] = .list(
          Self.shape(
            inner, of: resource, prefix: label + ".", path: "\(path).\(inner.name)", isInNewElement: isNew,
            above: facts, settings, &paths))
      }
      for space in list.customFields {
        members.insert(.custom(list: path), at: space.path.split(separator: "."))
      }
      operations.append(OperationShape(operation, of: list, label: label, members: members))
    }
    return ListShape(list, operations: operations, siteRefusal: facts.refusal)
  }
}

extension AttributeShape {
  /// Returns the headers that write the attribute at a path.
  fileprivate func headers(of path: String) -> [String] {
    switch self {
    case .value: [path]
    case .bytes: [path, "\(path).\(ObjectShape.fileMember)"]
    default: []
    }
  }
}
