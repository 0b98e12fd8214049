import JSON
import Records
import Sites
import Staging

/// Rows that take several requests, of which only some were carried out.
extension RowDecision {
  /// Returns the decision to send what is left of a row.
  ///
  /// The record as it was before all of it stays the snapshot, and the row is judged as a whole afterwards.
  func rest(
    of row: StagedRow, _ changes: PatchChanges, since before: Snapshot, on image: RecordImage
  ) -> Decision {
    let left = changes.left(by: image, since: before, in: resource)
    var delivery = Delivery(row, changes, token: image.token)
    delivery.body = JSONValue.object(left.body(for: row.element)).text()
    delivery.isInDoubt = true
    return (.send(delivery), nil, nil)
  }
}

extension LastWord {
  /// The same for a row of which a part was carried out, so that a rollback knows of it.
  var ofAPart: LastWord { LastWord(state: .conflict, refusal: refusal.afterAPart) }
}
