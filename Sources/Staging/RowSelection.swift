/// Some rows of a sheet by number, in the form that users type: `3,7-12`.
///
/// The numbers are those of the run file and of the results (`_row`): data rows from 1, not lines.
public struct RowSelection: Sendable, Hashable {
  /// In ascending order, neither overlapping nor touching.
  public let ranges: [ClosedRange<Int>]

  /// Reads rows and ranges of rows, separated by commas; blanks around them do not matter.
  ///
  /// The result is `nil` for anything else: an empty text, a row 0, or a range that runs backwards.
  public init?(_ text: String) {
    var read: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { RowSelection.number($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        return nil
      }
      read.append(first...last)
    }
    var merged: [ClosedRange<Int>] = []
    for range in read.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      // Row numbers start at 1, so this does not underflow.
      if let last = merged.last, range.lowerBound - 1 <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    ranges = merged
  }

  /// Returns whether the row is selected, in logarithmic time.
  public func contains(_ row: Int) -> Bool {
    var (low, high) = (ranges.startIndex, ranges.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < row { low = middle + 1 } else { high = middle }
    }
    return low < ranges.endIndex && ranges[low].contains(row)
  }

  /// The selection in its shortest form, such as `3,7-12`.
  public var text: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  /// Returns a row number without sign; `nil` for anything else.
  private static func number(_ text: Substring) -> Int? {
    let digits = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(String(digits)),
      number > 0
    else { return nil }
    return number
  }
}
