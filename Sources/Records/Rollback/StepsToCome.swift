package import Catalog
package import JSON

/// The steps that a rollback takes at a record after the current row.
///
/// A record may be further back already, as after a rollback of its last rows only. A value that one of these steps
/// knows is ours. Companion attributes are restored by the last step only.
package struct StepsToCome {
  /// Returns whether one of them starts from, or leads to, an attribute's current value.
  var know: (_ place: AttributePlace, _ now: JSONValue?, _ kind: Field.Kind?) -> Bool
  /// Returns whether one of them restores a companion attribute.
  var setRight: (_ companion: String) -> Bool

  package init(
    know: @escaping (_ place: AttributePlace, _ now: JSONValue?, _ kind: Field.Kind?) -> Bool,
    setRight: @escaping (_ companion: String) -> Bool
  ) {
    self.know = know
    self.setRight = setRight
  }

  package static var none: StepsToCome {
    StepsToCome(know: { _, _, _ in false }, setRight: { _ in false })
  }
}
