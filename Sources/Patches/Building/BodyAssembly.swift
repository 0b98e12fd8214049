import Catalog
import JSON

/// One row's body during its assembly, with all findings and notes.
struct BodyAssembly {
  var report: RowReport
  /// The values of the row and the constants, by slot.
  var slots: [CellValue]
  /// The name of each slot in findings: the sheet's header, or a constant's path.
  let columns: [String]
  /// Indicates that the body creates an element, so that sending it twice would create two.
  private(set) var createsElement = false
  /// The paths of changes that cannot be undone, each once.
  private(set) var irreversible: [String] = []

  init(report: RowReport, slots: [CellValue], columns: [String]) {
    self.report = report
    self.slots = slots
    self.columns = columns
  }

  /// Returns whether one of the first `count` slots has a value.
  func hasOwnValue(_ count: Int) -> Bool { slots[..<count].contains { !$0.isBlank } }

  mutating func noteCreation(_ label: String) {
    createsElement = true
    noteIrreversible(label)
  }

  mutating func noteIrreversible(_ path: String) {
    if !irreversible.contains(path) { irreversible.append(path) }
  }

  /// Adds the slots' values to a body, or to an element that the operation creates or changes.
  mutating func fill(_ plan: ObjectPlan, into body: inout JSONObject, _ operation: OperationShape? = nil) {
    var defaultedName: (name: String, column: String)?
    for (name, node) in plan.members {
      switch node {
      case .value(let slot, let irreversible):
        guard case .value(let value) = slots[slot] else { continue }
        if body[name] != nil, name != defaultedName?.name {
          reportTwice(columns[slot])
          continue
        }
        if name == defaultedName?.name { defaultedName = nil }
        body[name] = value
        if let irreversible { noteIrreversible(irreversible) }
      case .file(let slot):
        guard let upload = operation?.upload, case .value(let file) = slots[slot] else { continue }
        if insert(file, upload, into: &body, at: columns[slot]) {
          defaultedName = (upload.fileName, columns[slot])
        }
      case .object(let inner):
        var object = body[name]?.object ?? JSONObject()
        fill(inner, into: &object, operation)
        if !object.isEmpty { body[name] = .object(object) }
      case .list(let list):
        let added = elements(of: list)
        guard !added.isEmpty else { continue }
        let present = body[name].map { $0.array ?? [$0] } ?? []
        if list.shape.repeatsAKey(present + added) { reportTwice(name) }
        report(keysOf: present + added, in: list.shape, at: name)
        body[name] = list.shape.written(present + added)
      }
    }
    if let (name, column) = defaultedName, case .value(let rule, _) = operation?.members[name] {
      rule.checkOwnName(body[name], at: column, &report)
    }
  }

  /// Puts a file's name and bytes in an element; returns whether the name is the file's own.
  mutating func insert(
    _ file: JSONValue, _ upload: Upload, into element: inout JSONObject, at column: String
  ) -> Bool {
    guard let pair = file.array, let name = pair.first, let bytes = pair.last else { return false }
    if element[upload.data] != nil {
      reportTwice(column)
      return false
    }
    let isOwnName = element[upload.fileName] == nil
    if isOwnName { element[upload.fileName] = name }
    element[upload.data] = bytes
    return isOwnName
  }

  /// Reports elements that may be the same, because one is named by its id and another by its name.
  mutating func report(keysOf elements: [JSONValue], in list: ListShape, at column: String) {
    guard list.namesKeysInTwoWays(elements) else { return }
    report.error(
      "set-twice", column,
      "the row names one \(list.singular) by id and another by name, which may be the same",
      hint: "name both by id")
  }

  mutating func reportTwice(_ column: String) {
    report.error(
      "set-twice", column, "the row sets this attribute twice",
      hint: "leave one out: a column, a member or a constant")
  }

  private mutating func elements(of list: ListPlan) -> [JSONValue] {
    var result: [JSONValue] = []
    for plan in list.elements where plan.ownSlots.contains(where: { !slots[$0].isBlank }) {
      let effect = plan.operation.effect
      if let slot = plan.references {
        guard case .value(.array(let references)) = slots[slot] else { continue }
        result += references
        noteCreation(plan.operation.label)
        continue
      }
      var element = plan.operation.key
      fill(plan.members, into: &element, plan.operation)
      if effect == .create { noteCreation(plan.operation.label) }
      let isPartlyRejected = plan.ownSlots.contains { slots[$0].isRejected }
      let (said, columns) = (slots, columns)
      checkIsWhole(element, of: list.shape, plan.operation, isPartlyRejected: isPartlyRejected) {
        plan.column(of: $0, said, columns)
      }
      if !element.isEmpty { result.append(.object(element)) }
    }
    return result
  }

  /// Reports the required attributes that an element lacks.
  ///
  /// `column` names the place of an attribute, or is `nil` if a finding has been made there already.
  mutating func checkIsWhole(
    _ element: JSONObject, of list: ListShape, _ operation: OperationShape, isPartlyRejected: Bool,
    column: (String) -> String?
  ) {
    let isNew = operation.effect == .create
    for (name, note) in operation.required where element[name] == nil || element[name]?.string == "" {
      // A file provides both its bytes and its name, so one finding is enough.
      if let upload = operation.upload, name == upload.fileName, element[upload.data] == nil { continue }
      guard let column = column(name) else { continue }
      if isNew {
        let needed = operation.upload?.data == name ? operation.upload?.member ?? name : name
        report.error(
          "missing-required", column, "a new \(list.singular) needs \(needed)",
          hint: note)
      } else {
        report.error(
          "missing-required", column, "the row does not say which \(list.singular) to change",
          hint: "give its \(name), or leave the other \(operation.label) values blank")
      }
    }
    if let substance = list.substance, element[substance]?.isNull == true,
      element.count > list.selectors.count + 1
    {
      report.error(
        "removes-element", column(substance),
        "clearing it removes the \(list.singular), and the row sets more of it",
        hint: "leave the other \(operation.label) values blank")
    }
    guard !isNew, let selector = list.selectors.first, element.count == list.selectors.count,
      list.selectors.allSatisfy({ element[$0] != nil }), !isPartlyRejected
    else { return }
    report.error(
      "nothing-to-update", column(selector), value: element[selector]?.text(),
      "the \(list.singular) is named, but nothing in it changes",
      hint: "give what changes, or leave \(operation.label).\(selector) blank")
  }
}

extension ListShape {
  /// Returns the elements in the form of a patch.
  ///
  /// That is one bare object if the API's own example shows a new element so, an array otherwise.
  func written(_ elements: [JSONValue]) -> JSONValue {
    guard acceptsSingleObject, elements.count == 1, let only = elements.first,
      selector.flatMap({ only[$0] }) == nil
    else { return .array(elements) }
    return only
  }
}

extension ElementPlan {
  /// Returns the column of an element's attribute; `nil` if its cell was rejected already.
  fileprivate func column(of name: String, _ slots: [CellValue], _ columns: [String]) -> String? {
    for member in members.members {
      switch member.node {
      case .value(let slot, _) where member.name == name:
        return slots[slot].isRejected ? nil : columns[slot]
      case .file(let slot):
        guard let upload = operation.upload, [upload.data, upload.fileName].contains(name) else {
          continue
        }
        return slots[slot].isRejected ? nil : columns[slot]
      default: continue
      }
    }
    if let upload = operation.upload, name == upload.data {
      return "\(operation.label).\(upload.member)"
    }
    return "\(operation.label).\(name)"
  }
}
