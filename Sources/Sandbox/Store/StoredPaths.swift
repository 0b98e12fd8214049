/// The paths of a kind's attributes, to find the values of many records.
struct StoredPaths: Sendable {
  private let count: Int
  /// All paths.
  private let text: [UInt8]
  /// The place of each in `text`, and among the attributes; those of a length are together.
  private let names: [(name: Range<Int>, index: Int)]
  /// The part of `names` that has a length; few have the same.
  private let ofLength: [Range<Int>]

  init(_ paths: [String]) {
    count = paths.count
    var text: [UInt8] = []
    var names: [(name: Range<Int>, index: Int)] = []
    for (index, path) in paths.enumerated() {
      let start = text.count
      text += path.utf8
      names.append((start..<text.count, index))
    }
    names.sort { ($0.name.count, $0.index) < ($1.name.count, $1.index) }
    ofLength = (0...(names.last?.name.count ?? 0)).map { length in
      let first = names.firstIndex { $0.name.count >= length } ?? names.count
      return first..<(names.firstIndex { $0.name.count > length } ?? names.count)
    }
    self.text = text
    self.names = names
  }

  /// The places of a record's values, in the order of the paths.
  func places(in values: StoredValues) -> [Range<Int>?] {
    var places = [Range<Int>?](repeating: nil, count: count)
    unsafe text.withUnsafeBufferPointer { text in
      unsafe values.text.withUnsafeBufferPointer { stored in
        for member in values.members where member.name.count < ofLength.count {
          let name = unsafe UnsafeBufferPointer(rebasing: stored[member.name])
          for known in ofLength[member.name.count] {
            let known = names[known]
            guard unsafe UnsafeBufferPointer(rebasing: text[known.name]).holds(name) else { continue }
            places[known.index] = member.value
            break
          }
        }
      }
    }
    return places
  }
}
