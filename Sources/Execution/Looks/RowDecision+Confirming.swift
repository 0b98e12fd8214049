import Catalog
import JSON
import Sites
import Staging

extension RowDecision {
  /// Holds the record that came back with an answer against what the row asked for.
  ///
  /// A site that says yes and shows another value has not done what was asked: a rule of its own, a trigger or somebody
  /// else has had the last word. A row of which something was carried out is a `conflict`, so that a rollback knows of it.
  /// What the answer does not show is looked at, where that can be done, and not held against it elsewhere.
  func confirmed(_ exchange: Exchange, of delivery: Delivery) -> Exchange {
    guard case .applied = exchange.outcome, let image = exchange.image else { return exchange }
    let row = delivery.row
    let changes = changes(of: row)
    var differences: [String] = []
    var isTouched = !changes.creations.isEmpty
    for shown in changes.shown(in: image, before: row.snapshot) {
      let wasAsAsked =
        row.snapshot != nil
        && Agreement(wanted: shown.change.value, actual: shown.before, kind: shown.change.kind) == .same
      switch agreement(of: shown) {
      case .same, .undecided: isTouched = isTouched || !wasAsAsked
      case .different:
        let (now, wanted) = (ValueText.text(shown.now), ValueText.text(shown.change.value))
        differences.append("\(shown.place) is \(now) and not \(wanted)")
        isTouched = isTouched || row.snapshot != nil && !shown.isAsBefore
      }
    }
    guard !differences.isEmpty else { return seen(exchange, changes, image, of: row) }
    let refusal = Refusal(
      status: exchange.status, code: RowDecision.notAsAsked,
      message: "the site said yes, but \(differences.joined(separator: "; "))")
    var exchange = exchange
    exchange.outcome = isTouched ? .conflict(refusal) : .refused(refusal)
    return exchange
  }

  /// Puts a row in doubt whose answer leaves out something that it sets.
  private func seen(
    _ exchange: Exchange, _ changes: PatchChanges, _ image: RecordImage, of row: StagedRow
  ) -> Exchange {
    let missing = changes.attributes.first { change in
      change.hasState && !change.value.isNoText && image.values[change.path] == nil
    }
    guard takesSnapshots, row.snapshot != nil, row.element == nil, let missing else { return exchange }
    var exchange = exchange
    exchange.outcome = .unknown(
      Refusal(
        status: exchange.status, code: RowDecision.notShown,
        message:
          "the site said yes, but neither its answer nor the record shows \(missing.path) as it was asked for"
      ))
    return exchange
  }

  /// The error code of a row that the site has confirmed without showing all of it.
  static let notShown = "not-shown"
  /// The error code of a row whose answer shows other values than it asked for.
  static let notAsAsked = "not-as-asked"

  private func agreement(of shown: ShownChange) -> Agreement {
    let change = shown.change
    let kind = change.kind ?? shown.place.attribute.flatMap { customKinds[$0] }
    let agreement = Agreement(wanted: change.value, actual: shown.now, kind: kind)
    guard agreement == .different else { return agreement }
    // What a service makes of a text by storing it; its database does not tell an empty one from none.
    if change.isMet(by: shown.now, tidied: true) || change.value.isNoText && shown.now.isNoText {
      return .same
    }
    // How a site writes an attribute whose type nobody knows may differ; that it has kept what it was, does not.
    return kind != nil || shown.isAsBefore ? .different : .undecided
  }
}

/// An attribute that was written and that the answer shows.
private struct ShownChange {
  var place: AttributePlace
  var change: AttributeChange
  /// What it was when the record was looked at, where that is known.
  var before: JSONValue?
  var now: JSONValue

  var isAsBefore: Bool {
    before.map { Agreement(wanted: $0, actual: now, kind: change.kind) == .same } ?? false
  }
}

extension PatchChanges {
  /// Each attribute with a state that an image shows.
  fileprivate func shown(in image: RecordImage, before: Snapshot?) -> [ShownChange] {
    var shown = attributes.filter(\.hasState).compactMap { change in
      image.values[change.path].map {
        ShownChange(
          place: AttributePlace(change.path), change: change, before: before?.values[change.path], now: $0)
      }
    }
    for update in updates {
      guard let element = update.element(in: image.lists) else { continue }
      let was = before?.elements(of: update.list).first { $0[update.selector] == update.key }
      for change in update.attributes where change.hasState {
        guard let now = element[change.path] else { continue }
        shown.append(
          ShownChange(
            place: update.place(of: change.path), change: change, before: was?[change.path], now: now))
      }
    }
    return shown
  }
}

extension JSONValue {
  fileprivate var isNoText: Bool { isNull || string?.isEmpty == true }
}
