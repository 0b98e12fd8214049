/// Finds the known names that the user most likely meant by an unknown one.
public enum NearestNames {
  /// Returns the known names nearest to an unknown one, best first, at most three; none if no name is near.
  public static func to(_ name: String, among known: some Sequence<String>) -> [String] {
    let asked = letters(name)
    guard !asked.isEmpty else { return [] }
    let scored = known.compactMap { candidate in
      score(candidate, name: name, asked: asked).map { (name: candidate, score: $0) }
    }
    let best = scored.map(\.score).min() ?? 0
    // A clear winner stands alone; otherwise all that are about as near.
    return scored.filter { $0.score <= best + 1 && (best > 0 || $0.score == 0) }
      .enumerated().sorted { ($0.element.score, $0.offset) < ($1.element.score, $1.offset) }
      .prefix(3).map(\.element.name)
  }

  /// Returns the question for a finding's hint; `nil` if no name is near.
  public static func hint(for name: String, among known: some Sequence<String>) -> String? {
    let names = to(name, among: known).map { "'\($0)'" }
    guard let last = names.last else { return nil }
    let others = names.dropLast()
    return others.isEmpty
      ? "did you mean \(last)?" : "did you mean \(others.joined(separator: ", ")) or \(last)?"
  }

  private static func score(_ candidate: String, name: String, asked: [Unicode.Scalar]) -> Int? {
    let own = letters(candidate)
    if own == asked { return 0 }
    if candidate.hasPrefix(name + ".") { return 1 }
    let limit = max(1, min(asked.count, own.count) / 3)
    var best = distance(asked, own, limit: limit)
    let steps = candidate.split(separator: ".")
    if steps.count > 1, let first = steps.first, let last = steps.last {
      // `status` means `statusWithType.status`, and `threads.text` means `threads.append.text`.
      for short in [String(last), "\(first).\(last)"] {
        let short = letters(short)
        let limit = max(1, min(asked.count, short.count) / 3)
        if let near = distance(asked, short, limit: limit) { best = min(best ?? .max, near + 1) }
      }
    }
    return best
  }

  /// Returns the letters and digits in lower case: case, blanks, dots and underscores do not matter.
  private static func letters(_ name: some StringProtocol) -> [Unicode.Scalar] {
    if name.utf8.allSatisfy({ $0 < 0x80 }) { return name.utf8.compactMap(letter) }
    return name.lowercased().unicodeScalars.filter {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
  }

  /// Returns the same for one byte of ASCII.
  private static func letter(_ byte: UInt8) -> Unicode.Scalar? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): Unicode.Scalar(byte)
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Unicode.Scalar(byte | 0x20)
    default: nil
    }
  }

  /// Returns the number of insertions, deletions, replacements and swaps of neighbours, if at most `limit`.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    var current = beforeLast
    var leastBefore = 0
    for (row, scalar) in left.enumerated() {
      current[0] = row + 1
      var least = row + 1
      for (column, other) in right.enumerated() {
        var cost = min(
          last[column] + (scalar == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current[column + 1] = cost
        least = min(least, cost)
      }
      // A swap reaches back over one row, so that only two rows beyond the limit keep all others there.
      if least > limit, leastBefore > limit { return nil }
      leastBefore = least
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[right.count] <= limit ? last[right.count] : nil
  }
}
