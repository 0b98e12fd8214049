import Catalog
package import JSON

/// An attribute that was written and that the answer shows.
package struct ShownChange {
  package var placed: PlacedChange
  /// The value at the look at the record; `nil` if unknown, or if there was no such attribute.
  var before: JSONValue?
  package var now: JSONValue

  /// Indicates that it was already as asked at that look, if known.
  package var wasAsAsked: Bool { agreement(before) == .same }

  /// Indicates that it has not changed since that look; `false` if unknown.
  package var isAsBefore: Bool {
    before.map { Agreement(wanted: $0, actual: now, kind: placed.change.kind) == .same } ?? false
  }

  /// The agreement of the answer with the value asked for.
  package var agreement: Agreement {
    let agreement = agreement(now)
    guard agreement == .different else { return agreement }
    // The service's storage may change a text; its database does not distinguish an empty one from none.
    let value = placed.change.value
    if value.isLikeText(now) || value.isNoText && now.isNoText { return .same }
    // A site may spell an attribute of unknown type differently, but an unchanged value is a difference.
    return placed.change.kind != nil || isAsBefore ? .different : .undecided
  }

  private func agreement(_ actual: JSONValue?) -> Agreement {
    Agreement(wanted: placed.change.value, actual: actual, kind: placed.change.kind)
  }
}

extension PatchChanges {
  /// Returns each attribute that an answer shows; missing attributes do not matter here.
  package func shown(in image: RecordImage, before: Snapshot?) -> [ShownChange] {
    let before = before?.image
    return held(against: image).compactMap { held in
      held.now.map { now in
        var shown = ShownChange(placed: held.placed, now: now)
        if case .value(let was)? = before?.sight(of: held.placed) { shown.before = was }
        return shown
      }
    }
  }
}

extension PatchChanges {
  /// Returns the first of the record's own attributes that gets a value and that an answer leaves out.
  package func notShown(in image: RecordImage) -> PlacedChange? {
    held(against: image).first { held in
      held.element == nil && held.sight == .value(nil) && !held.change.value.isNoText
    }?.placed
  }
}

extension JSONValue {
  fileprivate var isNoText: Bool { isNull || string?.isEmpty == true }
}
