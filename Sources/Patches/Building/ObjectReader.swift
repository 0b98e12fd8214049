import Catalog
import JSON

/// Reads the API's own nested form from a row of JSONL, and checks every member against the catalogue.
struct ObjectReader: Sendable {
  let shape: RecordShape
  let nulls: NullWords
  /// The additions of constants to an element, by the operation's label.
  let constants: [String: ObjectPlan]
  private let hints = RememberedHints()

  init(shape: RecordShape, nulls: NullWords, constants: [String: ObjectPlan]) {
    self.shape = shape
    self.nulls = nulls
    self.constants = constants
  }

  /// The current place in a row.
  private struct Place {
    /// The name in findings, such as `threads[0].text`.
    var column = ""
    /// The name in headers and the catalogue, such as `threads.rewrite.text`.
    var path = ""
    var operation: OperationShape?

    func member(_ name: String) -> Place {
      column.isEmpty
        ? Place(column: name, path: name)
        : Place(column: "\(column).\(name)", path: "\(path).\(name)", operation: operation)
    }

    var isInNewElement: Bool { operation?.effect == .create }
  }

  /// Returns the body that a row's members make, without those that were reported.
  func read(_ object: JSONObject, _ assembly: inout BodyAssembly) -> JSONObject {
    read(object, shape.members, at: Place(), &assembly)
  }

  private func read(
    _ object: JSONObject, _ members: ObjectShape, at place: Place, _ assembly: inout BodyAssembly
  ) -> JSONObject {
    var body = JSONObject()
    var defaultedName: (name: String, column: String)?
    for (name, value) in object {
      guard let member = members[name] else {
        reportUnknown(name, value, members, at: place, &assembly)
        continue
      }
      let here = place.member(name)
      switch member {
      case .value(let rule, let isReversible):
        guard let value = check(value, rule, at: here, &assembly) else { continue }
        if body[name] != nil, name != defaultedName?.name {
          assembly.reportTwice(here.column)
          continue
        }
        if name == defaultedName?.name { defaultedName = nil }
        body[name] = value
        if !isReversible, !here.isInNewElement { assembly.noteIrreversible(here.path) }
      case .bytes(let base64, let file, let isReversible, _):
        let isFile = value.object != nil
        let rule = isFile ? file : base64
        guard let source = isFile ? fileMember(of: value, at: here, &assembly) : value,
          let bytes = check(source, rule, at: here, &assembly)
        else { continue }
        body[name] = bytes
        if !isReversible, !here.isInNewElement { assembly.noteIrreversible(here.path) }
      case .custom(let list):
        let path = list.map { "\($0).\(name)" } ?? here.path
        body[name] = check(value, shape.customRule(path), at: here, &assembly)
      case .file(let rule):
        guard let upload = place.operation?.upload, let file = check(value, rule, at: here, &assembly)
        else { continue }
        if assembly.insert(file, upload, into: &body, at: here.column) {
          defaultedName = (upload.fileName, here.column)
        }
      case .refused(let refusal):
        refusal.report(at: here.column, value: value.text(), &assembly.report)
      case .object(let inner):
        guard let object = value.object else {
          assembly.report.error(
            "wrong-kind", here.column, value: value.text(),
            "a JSON \(value.kind), where an object of attributes belongs",
            hint: value.isNull ? "clear its attributes one by one" : nil)
          continue
        }
        let read = read(object, inner, at: here, &assembly)
        if !read.isEmpty { body[name] = .object(read) }
      case .list(let list) where list.siteRefusal != nil:
        list.siteRefusal?.report(at: here.column, value: value.text(), &assembly.report)
      case .list(let list):
        let elements = elements(value, list, at: here, &assembly)
        if !elements.isEmpty { body[name] = list.written(elements) }
      }
    }
    if let (name, column) = defaultedName, case .value(let rule, _) = members[name] {
      rule.checkOwnName(body[name], at: column, &assembly.report)
    }
    return body
  }

  private func check(
    _ value: JSONValue, _ rule: ValueRule, at place: Place, _ assembly: inout BodyAssembly
  ) -> JSONValue? {
    rule.checkMember(value, nulls: nulls, at: place.column, &assembly.report)
  }

  /// Returns the path in `{"file": "path"}`, which stands for bytes.
  private func fileMember(
    of value: JSONValue, at place: Place, _ assembly: inout BodyAssembly
  ) -> JSONValue? {
    if let object = value.object, object.count == 1, let path = object[ObjectShape.fileMember] { return path }
    assembly.report.error(
      "wrong-kind", place.column, value: value.text(), "a JSON object, where base64 or a file belongs",
      hint: #"write the bytes in base64, or {"file": "a path"}"#)
    return nil
  }

  private func elements(
    _ value: JSONValue, _ list: ListShape, at place: Place, _ assembly: inout BodyAssembly
  ) -> [JSONValue] {
    guard !list.operations.isEmpty else {
      assembly.report.error(
        list.refusal.rule, place.column, value: value.text(), list.refusal.message, hint: list.refusal.hint)
      return []
    }
    if let caution = list.caution { assembly.report.caution(caution, at: place.column) }
    switch value {
    case .array(let values):
      var seen: Set<[JSONValue]> = []
      let elements = values.enumerated().compactMap { index, value -> JSONValue? in
        let here = Place(column: "\(place.column)[\(index)]", path: place.path)
        guard let element = element(value, list, at: here, &assembly) else { return nil }
        let key = list.selectors.compactMap { element[$0] }
        if let selector = list.selectors.first, key.count == list.selectors.count, !seen.insert(key).inserted
        {
          assembly.report.error(
            "set-twice", "\(here.column).\(selector)", value: key[0].text(),
            "the row changes this \(list.singular) twice", hint: "put all its changes in one element")
        }
        return element
      }
      assembly.report(keysOf: elements, in: list, at: place.column)
      return elements
    case .object where list.acceptsSingleObject:
      return element(value, list, at: place, &assembly).map { [$0] } ?? []
    case .null:
      assembly.report.error("not-null", place.column, value: "null", "a list cannot be cleared")
    default:
      assembly.report.error(
        "wrong-kind", place.column, value: value.text(), "a JSON \(value.kind), where an array belongs",
        hint: value.object != nil ? "put the object in an array" : nil)
    }
    return []
  }

  private func element(
    _ value: JSONValue, _ list: ListShape, at place: Place, _ assembly: inout BodyAssembly
  ) -> JSONValue? {
    if let reference = list.reference {
      guard let create = list.operation(.create),
        let element = reference.check(value, at: place.column, &assembly.report)
      else { return nil }
      assembly.noteCreation(create.label)
      return element
    }
    guard let object = value.object else {
      assembly.report.error(
        "wrong-kind", place.column, value: value.text(),
        "a JSON \(value.kind), where an object of attributes belongs")
      return nil
    }
    let isExisting = list.selector.map { object[$0] != nil } ?? list.isKeyed
    guard let operation = list.operation(list.isKeyed ? .set : isExisting ? .update : .create) else {
      assembly.report.error(
        "not-writable", place.column, value: value.text(),
        isExisting
          ? "an existing \(list.singular) cannot be changed here" : "no \(list.singular) can be created",
        hint: list.note)
      return nil
    }
    let here = Place(column: place.column, path: operation.label, operation: operation)
    var element = read(object, operation.members, at: here, &assembly)
    let isPartlyRejected = element.count < object.count
    if let constants = constants[operation.label] { assembly.fill(constants, into: &element, operation) }
    if operation.effect == .create { assembly.noteCreation(operation.label) }
    assembly.checkIsWhole(element, of: list, operation, isPartlyRejected: isPartlyRejected) { name in
      if let upload = operation.upload, object[upload.member] != nil { return nil }
      // A member that exists but was not read has its finding already.
      let isReported = object[name] != nil && object[name]?.string != ""
      return isReported && element[name] == nil ? nil : "\(here.column).\(name)"
    }
    return element.isEmpty ? nil : .object(element)
  }

  private func reportUnknown(
    _ name: String, _ value: JSONValue, _ members: ObjectShape, at place: Place,
    _ assembly: inout BodyAssembly
  ) {
    let isRecord = place.column.isEmpty
    if isRecord, name.contains("."), case .route(let route) = shape.resolve(name) {
      assembly.report.error(
        "dotted-name", name, value: value.text(), "a dotted name, where the API nests objects",
        hint: "write \(route.nestedForm)")
      return
    }
    let hint: String? =
      if assembly.report.errors < RememberedHints.perRow {
        hints.hint(for: name, at: place.path) { isRecord ? shape.paths : members.members.keys.sorted() }
      } else {
        nil
      }
    assembly.report.error(
      "unknown-attribute", place.member(name).column, value: value.text(), "no attribute of this name",
      hint: hint)
  }
}
