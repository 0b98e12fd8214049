/// The known name that was most likely meant by a misspelt one; `nil` when none is near.
///
/// Near is at most two edits, or a third of the length of a longer name; case does not count.
func nearestName(to name: String, among known: some Sequence<String>) -> String? {
  let lowered = Array(name.lowercased().unicodeScalars)
  let near =
    known
    .map { (name: $0, distance: editDistance(lowered, Array($0.lowercased().unicodeScalars))) }
    .filter { $0.distance <= max(2, lowered.count / 3) && $0.distance < lowered.count }
  return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  // A name of this length is no slip of the finger, and the table is quadratic.
  guard left.count <= 100, right.count <= 100 else { return .max }
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      var best = min(last[column + 1], current[column]) + 1
      best = min(best, last[column] + (left[row] == right[column] ? 0 : 1))
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        best = min(best, beforeLast[column - 1] + 1)
      }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[right.count]
}
