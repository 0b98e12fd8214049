/// The line ends of a sheet: the usual kind, and lines that end differently.
///
/// A different line end mostly belongs to a cell that should have been in quotes. Then neither the text before it nor
/// the text after it is a whole row.
struct LineEnds {
  /// The kind that most of the first rows have; `nil` while no row has one.
  ///
  /// It is that of the first line if that line is longer than the examined head.
  private(set) var usual: LineEnd?
  /// The different kind that the line before ended with, if it did.
  private var strayBefore: LineEnd?

  /// - Parameter first: the ends of the first rows, in their order.
  init(first: some Sequence<LineEnd?>) {
    var counts: [(end: LineEnd, count: Int)] = []
    for case let end? in first {
      if let index = counts.firstIndex(where: { $0.end == end }) {
        counts[index].count += 1
      } else {
        counts.append((end, 1))
      }
    }
    // Of several equally frequent kinds, the first one counts.
    usual = counts.max { $0.count < $1.count }?.end
  }

  /// Indicates that a row with the usual end has no problem.
  var isSettled: Bool { strayBefore == nil }

  /// Takes in a blank line between rows.
  mutating func pass(_ end: LineEnd?) {
    if usual == nil { usual = end }
    if end == usual { strayBefore = nil }
  }

  /// Takes in the next row; returns the line end that is in its way.
  ///
  /// - Parameter end: the end of its last line; `nil` if the sheet ends there.
  mutating func next(_ end: LineEnd?) -> Stray? {
    if usual == nil { usual = end }
    let before = strayBefore
    strayBefore = end.flatMap { $0 == usual ? nil : $0 }
    if let strayBefore { return .atEnd(strayBefore, usual: usual) }
    return before.map { .before($0, usual: usual) }
  }

  /// Makes the next row the first one.
  mutating func forget() { strayBefore = nil }

  /// A line end in a row's way.
  enum Stray: Equatable {
    /// The row ends with it.
    case atEnd(LineEnd, usual: LineEnd?)
    /// It comes before the row.
    case before(LineEnd, usual: LineEnd?)

    /// The stable name of the rule that is broken.
    static let rule = "line-end"
    static let hint = "quote cells that contain a line end; otherwise give all lines the same end"

    /// Returns the error, about a `subject` such as `row`.
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
