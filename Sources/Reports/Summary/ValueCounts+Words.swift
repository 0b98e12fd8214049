import JSON
public import Staging

extension ValueCounts {
  private static let shown = 4

  /// Returns `'P1' 50, 'P2' 68 and 3 others`; without counts if every value occurs once.
  ///
  /// - Parameter quote: the mark around each value; may be empty.
  public func list(quote: String) -> String {
    let sorted = sorted
    guard let first = sorted.first else { return "" }
    let texts = sorted.prefix(ValueCounts.shown).map { value, count in
      let text = "\(quote)\(value.printable(limit: 60))\(quote)"
      return first.count > 1 ? "\(text) \(Quantity.count(count))" : text
    }.joined(separator: ", ")
    if others > 0 { return "\(texts) and more" }
    let more = sorted.count - min(sorted.count, ValueCounts.shown)
    return more == 0 ? texts : "\(texts) and \(Quantity.count(more)) \(more == 1 ? "other" : "others")"
  }
}
