/// The line ends of a sheet: the kind that it has, and lines that end otherwise.
///
/// A line end of another kind is mostly a piece of a cell that should have been in quotes. Neither what stands before it
/// nor what stands after it is then a whole row.
struct LineEnds {
  /// The kind that most of the first rows have; that of the first line of all, where that is longer than what was looked
  /// at; `nil` as long as nothing has one.
  private(set) var usual: LineEnd?
  /// The other kind that the line before ended with, when it did.
  private var strayBefore: LineEnd?

  /// - Parameter first: how the first rows end, in their order.
  init(first: some Sequence<LineEnd?>) {
    var counts: [(end: LineEnd, count: Int)] = []
    for case let end? in first {
      if let index = counts.firstIndex(where: { $0.end == end }) {
        counts[index].count += 1
      } else {
        counts.append((end, 1))
      }
    }
    // Of several that are as frequent, that which comes first.
    usual = counts.max { $0.count < $1.count }?.end
  }

  /// Whether nothing is in the way of a row that ends as usual.
  var isSettled: Bool { strayBefore == nil }

  /// Takes a blank line between rows.
  mutating func pass(_ end: LineEnd?) {
    if usual == nil { usual = end }
    if end == usual { strayBefore = nil }
  }

  /// Takes the next row; says which line end is in its way.
  ///
  /// - Parameter end: how its last line ends; `nil` when the sheet ends there.
  mutating func next(_ end: LineEnd?) -> Stray? {
    if usual == nil { usual = end }
    let before = strayBefore
    strayBefore = end.flatMap { $0 == usual ? nil : $0 }
    if let strayBefore { return .atEnd(strayBefore, usual: usual) }
    return before.map { .before($0, usual: usual) }
  }

  /// Makes the next row the first one.
  mutating func forget() { strayBefore = nil }

  /// A line end that is in a row's way.
  enum Stray: Equatable {
    /// The row ends with it.
    case atEnd(LineEnd, usual: LineEnd?)
    /// It stands before the row.
    case before(LineEnd, usual: LineEnd?)

    /// The stable name of the rule that is broken.
    static let rule = "line-end"
    static let hint = "put a cell with a line end in it in quotes; else give all lines the same end"

    /// What is wrong, about a `subject` such as `row`.
    func message(_ subject: String) -> String {
      switch self {
      case .atEnd(let end, let usual):
        "the \(subject) ends with \(end.rawValue), the sheet's others with \(usual?.rawValue ?? "none"): it may be half a cell"
      case .before(let end, let usual):
        "the line before ends with \(end.rawValue), the sheet's others with \(usual?.rawValue ?? "none"): "
          + "the \(subject) may be half a cell"
      }
    }
  }
}
