import Catalog
import JSON

/// The changes that a body requests of one row, completely checked.
struct RowChange {
  /// New stored values, `null` to clear.
  var values: [(field: Field, value: JSONValue)] = []
  /// The verbs sent as true.
  var triggers: Set<String> = []
  /// The verbs sent at all.
  var mentionedTriggers: Set<String> = []
  /// The LOBs sent inline; `nil` empties one.
  var enclosures: [(name: String, bytes: [UInt8]?)] = []
  /// The changes to the rows of each child that the body names.
  var children: [(entity: Entity, rows: [RowChange])] = []
  /// The row to change, if the body itself names it; in an import, the number that a new one keeps.
  var id: Int64?
  /// Indicates that this creates a row.
  var isNew = false
  /// The alternate key of a new row.
  var number: String?
  /// The place of the body within the request's body, such as `/interactionReferences/0`.
  var path = ""

  var isEmpty: Bool {
    values.isEmpty && mentionedTriggers.isEmpty && enclosures.isEmpty && number == nil
      && children.allSatisfy(\.rows.isEmpty)
  }

  /// Returns whether the body gives a value to an attribute.
  func names(_ attribute: String) -> Bool { values.contains { $0.field.path == attribute } }
}
