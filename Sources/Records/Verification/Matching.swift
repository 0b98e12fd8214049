/// The largest matching between wanted and existing elements, by augmenting paths.
struct Matching {
  private var partners: [Int?]
  private var isTaken: [Bool]

  /// - Parameter edges: the suitable candidates of each wanted element.
  init(_ edges: [[Int]], candidates: Int) {
    var owner = [Int?](repeating: nil, count: candidates)
    func place(_ index: Int, _ seen: inout Set<Int>) -> Bool {
      for candidate in edges[index] where seen.insert(candidate).inserted {
        if let other = owner[candidate], !place(other, &seen) { continue }
        owner[candidate] = index
        return true
      }
      return false
    }
    for index in edges.indices {
      var seen: Set<Int> = []
      _ = place(index, &seen)
    }
    partners = edges.map { _ in nil }
    for (candidate, index) in owner.enumerated() { if let index { partners[index] = candidate } }
    isTaken = owner.map { $0 != nil }
  }

  func partner(of index: Int) -> Int? { partners[index] }
  /// The candidates without a match.
  var free: [Int] { isTaken.indices.filter { !isTaken[$0] } }
  mutating func take(_ candidate: Int) { isTaken[candidate] = true }
}
