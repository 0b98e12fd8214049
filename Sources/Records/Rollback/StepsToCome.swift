package import Catalog
package import JSON

/// The steps that a rollback takes at a record after the row at hand: those that lead further back.
///
/// A record may be further back already, as after a rollback of its last rows alone. What one of these steps knows is
/// nobody else's, and what the service changes along is set right by the last step alone.
package struct StepsToCome {
  /// Whether one of them starts from, or leads to, what an attribute is now.
  var know: (_ place: AttributePlace, _ now: JSONValue?, _ kind: Field.Kind?) -> Bool
  /// Whether one of them sets right an attribute that changes along.
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
