import Catalog
package import JSON

/// An attribute that was written and that the answer shows.
package struct ShownChange {
  package var placed: PlacedChange
  /// What it was when the record was looked at; nil where that is not known, or there was no such attribute.
  var before: JSONValue?
  package var now: JSONValue

  /// Whether it was as asked when the record was looked at, which has to be known.
  package var wasAsAsked: Bool { agreement(before) == .same }

  /// Whether it is what it was when the record was looked at; not where that is not known.
  package var isAsBefore: Bool {
    before.map { Agreement(wanted: $0, actual: now, kind: placed.change.kind) == .same } ?? false
  }

  /// Whether the answer shows what was asked.
  package var agreement: Agreement {
    let agreement = agreement(now)
    guard agreement == .different else { return agreement }
    // What a service makes of a text by storing it; its database does not tell an empty one from none.
    let value = placed.change.value
    if value.isLikeText(now) || value.isNoText && now.isNoText { return .same }
    // How a site writes an attribute whose type nobody knows may differ; that it has kept what it was, does not.
    return placed.change.kind != nil || isAsBefore ? .different : .undecided
  }

  private func agreement(_ actual: JSONValue?) -> Agreement {
    Agreement(wanted: placed.change.value, actual: actual, kind: placed.change.kind)
  }
}

extension PatchChanges {
  /// Each attribute that an answer shows; what it does not show is not held against it.
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
  /// The first of the record's own attributes that an answer leaves out, and that gets a value.
  package func notShown(in image: RecordImage) -> PlacedChange? {
    held(against: image).first { held in
      held.element == nil && held.sight == .value(nil) && !held.change.value.isNoText
    }?.placed
  }
}

extension JSONValue {
  fileprivate var isNoText: Bool { isNull || string?.isEmpty == true }
}
