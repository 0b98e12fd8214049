extension ArraySlice {
  /// Splits a list into groups whose texts fit a URL.
  ///
  /// - Parameters:
  ///   - maximumCount: the largest number of members in a group.
  ///   - length: the largest sum of the members' sizes in a group; a single member may exceed it.
  ///   - size: returns the bytes of a member, its separator included.
  func chunks(maximumCount: Int, length: Int, size: (Element) -> Int) -> [ArraySlice<Element>] {
    var chunks: [ArraySlice<Element>] = []
    var start = startIndex
    var used = 0
    for index in indices {
      let more = size(self[index])
      if index > start, used + more > length || index - start == maximumCount {
        chunks.append(self[start..<index])
        (start, used) = (index, 0)
      }
      used += more
    }
    if start < endIndex { chunks.append(self[start...]) }
    return chunks
  }
}
