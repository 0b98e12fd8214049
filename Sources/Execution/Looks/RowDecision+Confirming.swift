import Records
import Sites
import Staging

extension RowDecision {
  /// Compares the record in an answer with what the row asked for.
  ///
  /// A site that confirms and shows another value has not done what was asked: its own rule, a trigger or another
  /// client had the last word. A row that was carried out in part is a `conflict`, so that a rollback knows of it. If
  /// the answer does not show everything, a look follows where possible; elsewhere the row counts as done.
  func confirmed(_ exchange: Exchange, of delivery: Delivery) -> Exchange {
    guard case .applied = exchange.outcome, let image = exchange.image else { return exchange }
    let row = delivery.row
    let changes = delivery.changes ?? RowChanges(row, in: resource).changes.ofDelivery
    let before = row.snapshot
    var differences: [String] = []
    var isTouched = !changes.creations.isEmpty
    for shown in changes.shown(in: image, before: before) {
      switch shown.agreement {
      case .same, .undecided: isTouched = isTouched || before == nil || !shown.wasAsAsked
      case .different:
        let (now, wanted) = (ValueText.text(shown.now), ValueText.text(shown.placed.change.value))
        differences.append("\(shown.placed.place) is \(now), not \(wanted)")
        isTouched = isTouched || before != nil && !shown.isAsBefore
      }
    }
    guard !differences.isEmpty else { return seen(exchange, image, changes, of: row) }
    let refusal = Refusal(
      status: exchange.status, code: RowDecision.notAsAsked,
      message: "the site confirmed the change, but \(differences.joined(separator: "; "))")
    var exchange = exchange
    exchange.outcome = isTouched ? .conflict(refusal) : .refused(refusal)
    return exchange
  }

  /// Puts a row in doubt if the answer leaves out something that it sets.
  private func seen(
    _ exchange: Exchange, _ image: RecordImage, _ changes: PatchChanges, of row: StagedRow
  ) -> Exchange {
    guard takesSnapshots, row.snapshot != nil, row.element == nil, let missing = changes.notShown(in: image)
    else { return exchange }
    var exchange = exchange
    exchange.outcome = .unknown(
      Refusal(
        status: exchange.status, code: RowDecision.notShown,
        message:
          "the site confirmed the change, but neither its answer nor the record shows \(missing.place) as requested"
      ))
    return exchange
  }

  /// The error code of a row that the site has confirmed without showing all of it.
  static let notShown = "not-shown"
  /// The error code of a row whose answer shows other values than it asked for.
  static let notAsAsked = Refusal.notAsAskedCode
}
