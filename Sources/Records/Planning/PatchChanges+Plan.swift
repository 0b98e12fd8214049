package import Catalog
import JSON

/// Shows the effect of a patch, *now* and *then*: in a plan, and for rows that were carried out.
extension PatchChanges {
  package func planned(on now: RecordImage, of resource: ResourceType) -> [PlannedChange] {
    held(against: now).map { $0.planned(in: resource) }
      + creations.map { creation in
        let list = resource.list(at: creation.list)
        let attributes = JSONObject(
          creation.attributes.map {
            ($0.name, resource.named($0.value, at: "\(creation.list).\($0.name)"))
          })
        var change = PlannedChange(list: creation.list, added: attributes.withoutBytes(of: list))
        change.irreversible = "an added \(list?.singular ?? creation.list) cannot be rolled back"
        return change
      }
  }

  /// Returns what a rollback restores and keeps, in the order of its patch, then the companion attributes.
  ///
  /// - Parameter expected: contains the names of menus and references.
  package func planned(
    _ reversal: Reversal, from expected: ExpectedState, on now: RecordImage, of resource: ResourceType
  ) -> [PlannedChange] {
    var kept = reversal.kept
    var along = reversal.changes.planned(on: now, of: resource)
    var planned = planned(on: now, of: resource)
    for index in planned.indices {
      along.removeAll { $0.place == planned[index].place }
      if let entry = kept.firstIndex(where: { $0.place == planned[index].place }) {
        planned[index].kept = kept.remove(at: entry)
      } else if reversal.done.contains(planned[index].place) {
        planned[index].isAsAsked = true
      }
    }
    planned += along
    planned += kept.map { entry in
      var change = PlannedChange(attribute: entry.attribute, then: entry.was ?? .null)
      (change.list, change.element, change.now, change.kept) = (entry.list, entry.element, entry.now, entry)
      return change
    }
    for index in planned.indices {
      planned[index].then = expected.named[planned[index].place] ?? planned[index].then
    }
    return planned
  }

  /// Returns the changes with menus and references by id and name; an earlier row may have written a name.
  package func shown(as expected: ExpectedState) -> PatchChanges {
    var changes = PatchChanges()
    for placed in placed {
      var shown = placed
      shown.change.value = expected.named[placed.place.description] ?? placed.change.value
      changes.add(shown)
    }
    changes.creations = creations
    return changes
  }
}

extension HeldChange {
  fileprivate func planned(in resource: ResourceType) -> PlannedChange {
    let (change, field) = (placed.change, placed.field(in: resource))
    let place = placed.namePlace
    var planned = PlannedChange(
      list: placed.element?.list, element: placed.element?.key, attribute: change.path,
      then: change.isEnclosure ? change.value.numberOfBytes : resource.named(change.value, at: place))
    if case .value(let now) = sight {
      planned.now = now.map { resource.named($0, at: place) }
      planned.isAsAsked = change.isMet(by: now)
    } else {
      planned.isRead = false
    }
    if !planned.isAsAsked, change.isTrigger {
      planned.irreversible = ["a command", field?.note].compactMap { $0 }.joined(separator: ": ")
    } else if !planned.isAsAsked, !change.isReversible {
      planned.irreversible = field?.note ?? "writing the old value again does not undo it"
    }
    return planned
  }
}

extension JSONValue {
  /// The value `{"bytes": 512}` for the base64 of 512 bytes.
  fileprivate var numberOfBytes: JSONValue {
    guard let text = string?.utf8 else { return self }
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    return ["bytes": .integer(Int64(text.count / 4 * 3 - padding))]
  }
}

extension JSONObject {
  /// Returns the element without files: a plan is for reading, and no second copy of them.
  fileprivate func withoutBytes(of list: ChildList?) -> JSONObject {
    var object = self
    for (name, value) in self {
      if case .base64? = list?.field(name)?.kind {
        object[name] = value.numberOfBytes
      } else if let inner = list?.list(named: name), let elements = value.array {
        object[name] = .array(elements.map { $0.object.map { .object($0.withoutBytes(of: inner)) } ?? $0 })
      }
    }
    return object
  }
}
