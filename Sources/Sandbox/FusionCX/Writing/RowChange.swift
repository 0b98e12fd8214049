import Catalog
import JSON

/// What a body asks of one row, wholly checked.
struct RowChange {
  /// New stored values, `null` to clear.
  var values: [(field: Field, value: JSONValue)] = []
  /// The verbs that were sent as true.
  var triggers: Set<String> = []
  /// The verbs that were sent at all.
  var mentionedTriggers: Set<String> = []
  /// LOBs sent inline; none empties one.
  var enclosures: [(name: String, bytes: [UInt8]?)] = []
  /// What is asked of the rows of each child that the body names.
  var children: [(entity: Entity, rows: [RowChange])] = []
  /// The row that is meant, when the body itself names it; in an import the number a new one keeps.
  var id: Int64?
  /// Whether this makes a row.
  var isNew = false
  /// The alternate key of a new row.
  var number: String?
  /// Where the body lies in the request's, such as `/interactionReferences/0`.
  var path = ""

  var isEmpty: Bool {
    values.isEmpty && mentionedTriggers.isEmpty && enclosures.isEmpty && number == nil
      && children.allSatisfy(\.rows.isEmpty)
  }

  /// Whether the body gives a value to an attribute.
  func names(_ attribute: String) -> Bool { values.contains { $0.field.path == attribute } }
}
