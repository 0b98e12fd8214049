import Catalog
import JSON
import Sites
import Staging

/// What a patch does, held against what a record is.
extension PatchChanges {
  /// The record's own attributes that have a state to read: no commands, no enclosures.
  var readableAttributes: [String] {
    attributes.filter(\.hasState).map(\.path)
  }

  /// How much of a list is read because of what is made in it.
  enum ListDepth {
    case nothing
    /// The elements' keys: the highest one tells later what is new.
    case keys
    /// What a new element can be recognised by.
    case attributes
  }

  /// The lists that are touched and the attributes of their elements that matter; a list below an element is
  /// not read.
  func readableLists(ofCreations depth: ListDepth, in resource: ResourceType) -> [String: [String]] {
    var lists: [String: [String]] = [:]
    for creation in creations where depth != .nothing && !creation.list.contains("/") {
      lists[creation.list, default: []] +=
        depth == .attributes ? creation.comparableNames(in: resource) : []
    }
    for update in updates where !update.list.contains("/") {
      lists[update.list, default: []] += update.attributes.map(\.path)
    }
    return lists
  }

  /// The first element that is to be changed and does not exist.
  func missingElement(in image: RecordImage) -> ElementUpdate? {
    updates.first { update in !update.list.contains("/") && update.element(in: image.lists) == nil }
  }

  /// Whether the record already is as asked, so that nothing has to be sent.
  func areMet(by image: RecordImage, in resource: ResourceType) -> Bool {
    creations.isEmpty && !hasMoreThanStates && areStatesMet(by: image, in: resource)
  }

  /// Whether it sets something that cannot be read again: a command or an enclosure.
  var hasMoreThanStates: Bool { !attributes.allSatisfy(\.hasState) }

  /// Whether it sets the bytes of an enclosure.
  var setsEnclosure: Bool {
    attributes.contains(where: \.isEnclosure)
      || updates.contains { $0.attributes.contains(where: \.isEnclosure) }
  }

  /// Whether what can be read again of the patch is as asked.
  ///
  /// - Parameter isTidied: whether a text may be what a site has made of the one that was sent.
  func areStatesMet(
    by image: RecordImage, in resource: ResourceType, tidied isTidied: Bool = false
  ) -> Bool {
    attributes.allSatisfy {
      !$0.hasState || $0.isMet(by: image.values[$0.path], tidied: isTidied)
    }
      && updates.allSatisfy { update in
        guard let element = update.element(in: image.lists) else { return false }
        return update.attributes.allSatisfy {
          $0.isMet(by: element.value(at: $0.path.split(separator: ".")), tidied: isTidied)
        }
      }
      && references(in: resource).allSatisfy { list, id in image.refers(to: id, in: list) }
  }

  /// What lists of references get; such a reference is there or not, whoever has put it there.
  private func references(in resource: ResourceType) -> [(list: String, id: JSONValue)] {
    creations.compactMap { creation in creation.reference(in: resource).map { (creation.list, $0) } }
  }

  /// Whether what the patch touches still is what it was.
  func areAsBefore(_ before: Snapshot, _ now: RecordImage, in resource: ResourceType) -> Bool {
    attributes.allSatisfy { !$0.hasState || before.values[$0.path] == now.values[$0.path] }
      && updates.allSatisfy { update in
        let was = before.elements(of: update.list).first { $0[update.selector] == update.key }
        return was == update.element(in: now.lists).map { update.touched(of: $0) }
      }
      && references(in: resource).allSatisfy { list, id in
        before.elements(of: list).contains { $0["id"] == id } == now.refers(to: id, in: list)
      }
  }

  /// The attributes of the record that may change along; of what a command does too.
  func companions(in resource: ResourceType) -> [String] {
    resource.companions(of: attributes.lazy.filter { !$0.isEnclosure }.map(\.path)).map(\.path)
  }

  /// The before-image of exactly what the patch touches, and of what may change along.
  func snapshot(of row: StagedRow, _ image: RecordImage, _ resource: ResourceType) -> Snapshot {
    var values = JSONObject()
    for path in readableAttributes { values[path] = image.values[path] }
    for path in companions(in: resource) { values[path] = image.values[path] }
    var lists = JSONObject()
    for list in Set(creations.map(\.list) + updates.map(\.list)).sorted() {
      guard let elements = image.lists[list] else { continue }
      let selector = resource.selector(of: list)
      let mark = elements.compactMap { $0[selector]?.integer }.max() ?? 0
      let touched =
        updates.filter { $0.list == list }
        .compactMap { update in
          update.element(in: image.lists).map { JSONValue.object(update.touched(of: $0)) }
        }
        // A reference that was there before says later nothing about whether it was added.
        + references(in: resource).filter { $0.list == list && image.refers(to: $0.id, in: list) }
        .map { JSONValue.object(["id": $0.id]) }
      lists[list] = ["high_water_mark": .integer(mark), "elements": .array(touched)]
    }
    return Snapshot(
      row: row.number, recordID: row.recordID, token: image.token, values: values, lists: lists)
  }
}

extension AttributeChange {
  /// Whether its value can be read again: that of a command or of an enclosure cannot.
  var hasState: Bool { !isTrigger && !isEnclosure }

  /// Whether a record with this value has nothing left to do; when in doubt, it has.
  func isMet(by actual: JSONValue?, tidied isTidied: Bool = false) -> Bool {
    if Agreement(wanted: value, actual: actual, kind: kind) == .same { return true }
    guard isTidied, let value = value.string, let actual = actual?.string else { return false }
    return NormalizedText(value) == NormalizedText(actual)
  }
}

extension ElementUpdate {
  func element(in lists: [String: [JSONObject]]) -> JSONObject? {
    lists[list]?.first { $0[selector] == key }
  }

  /// The element's key and the attributes that the update changes.
  fileprivate func touched(of element: JSONObject) -> JSONObject {
    var touched = JSONObject([(selector, key)])
    for change in attributes { touched[change.path] = element.value(at: change.path.split(separator: ".")) }
    return touched
  }

  /// Where one of its attributes stands.
  func place(of path: String) -> AttributePlace { AttributePlace(path, list: list, element: key) }

  /// `thread 99`, for messages.
  func singular(in resource: ResourceType) -> String {
    "\(resource.list(at: list)?.singular ?? list) \(key.text())"
  }
}

extension ElementCreation {
  /// An attribute of the element that can be read again.
  struct Comparable {
    var name: String
    var value: JSONValue
    var kind: Field.Kind?

    /// Whether a value is what a site may have made of the one that was sent.
    func isLike(_ actual: JSONValue?) -> Bool {
      if Agreement(wanted: value, actual: actual, kind: kind) != .different { return true }
      return value.isLikeText(actual)
    }
  }

  /// What of the element can be read with it; lists below it cannot, nor the bytes of a file, nor the name of what a
  /// list only refers to.
  func comparable(in resource: ResourceType) -> [Comparable] {
    let list = resource.list(at: list)
    return attributes.compactMap { name, value in
      let kind = list?.field(name)?.kind ?? (value.object == nil ? nil : .menu())
      guard value.array == nil, kind != .base64, list?.isOfReferences != true || name == "id" else {
        return nil
      }
      return Comparable(name: name, value: value, kind: kind)
    }
  }

  /// The attributes by which the element is recognised, but for its key, which is read of every element.
  func comparableNames(in resource: ResourceType) -> [String] {
    comparable(in: resource).map(\.name).filter { $0 != resource.selector(of: list) }
  }

  /// The record that it refers to, in a list of references.
  func reference(in resource: ResourceType) -> JSONValue? {
    resource.list(at: list)?.isOfReferences == true ? attributes["id"] : nil
  }

  /// Whether an element that was read may be this one.
  func isLike(_ element: JSONObject, in resource: ResourceType) -> Bool {
    comparable(in: resource).allSatisfy { $0.isLike(element[$0.name]) }
  }
}

extension RecordImage {
  /// Whether a list of references has this one.
  func refers(to id: JSONValue, in list: String) -> Bool { lists[list]?.contains { $0["id"] == id } == true }

  /// The elements of a list with keys in that range, which tell when they were made: one look saw none above `low`, a
  /// later one none above `high`.
  func elements(
    of list: String, above low: Int64, upTo high: Int64 = .max, in resource: ResourceType
  ) -> [(id: Int64, element: JSONObject)] {
    let selector = resource.selector(of: list)
    return (lists[list] ?? []).compactMap { element in
      guard let id = element[selector]?.integer, id > low, id <= high else { return nil }
      return (id, element)
    }
  }
}

extension ChildList {
  /// Whether its elements are nothing but references to records that exist.
  var isOfReferences: Bool { if case .reference = element { true } else { false } }
}

extension JSONValue {
  /// Whether both are texts that a service may have made of one another by storing them.
  func isLikeText(_ actual: JSONValue?) -> Bool {
    guard let wanted = string, let actual = actual?.string else { return false }
    return NormalizedText(wanted) == NormalizedText(actual)
  }
}

extension ResourceType {
  /// The attribute that names an element of a list; ids grow, so that the highest one tells what came later.
  func selector(of list: String) -> String { self.list(at: list)?.selector?.path ?? "id" }
}
