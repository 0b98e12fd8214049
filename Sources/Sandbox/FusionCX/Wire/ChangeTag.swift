/// The concurrency token of a row: its version, in the form of `changeIndicator` and `ETag` (API reference 8).
enum ChangeTag {
  // A java.util.ArrayList of one java.lang.Integer, in Java's serialization protocol.
  private static let list =
    "ACED0005737200136A6176612E7574696C2E41727261794C6973747881D21D99C7619D03000149000473697A65787000000001"
  private static let integer =
    "770400000001737200116A6176612E6C616E672E496E746567657212E2A0A4F781873802000149000576616C7565"
  private static let number = "787200106A6176612E6C616E672E4E756D62657286AC951D0B94E08B0200007870"

  /// The token of a version.
  static func text(_ version: Int64, _ format: FusionChoices.TagFormat) -> String {
    switch format {
    case .serialized:
      list + integer + number + hexadecimal(UInt64(UInt32(truncatingIfNeeded: version)), 8) + "78"
    case .version: String(version)
    }
  }

  /// Returns whether one of the tags of an `If-Match` or `If-None-Match` is this one; quotes are optional, `*` is any.
  static func matches(_ header: String, _ tag: String) -> Bool {
    header.split(separator: ",").contains { part in
      var text = part.trimmed
      if text.hasPrefix("W/") { text.removeFirst(2) }
      if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
        text = String(text.dropFirst().dropLast())
      }
      return text == tag || text == "*"
    }
  }

  static func hexadecimal(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// The path key of a child row: a client takes it from a link and must not build it (API reference 1).
///
/// The numbers of parent and child, each as a Java stream of one block of eight bytes, with a count and their
/// lengths: the form that composite keys have in the real service's links.
enum ChildKey {
  private static let prefix = "0002"
  private static let block = "0000000EACED00057708"

  static func text(parent: Int64, id: Int64) -> String {
    prefix + [parent, id].map { block + ChangeTag.hexadecimal(UInt64(bitPattern: $0), 16) }.joined()
  }

  /// The numbers of parent and child.
  static func numbers(_ text: String) -> (parent: Int64, id: Int64)? {
    guard text.utf8.count == prefix.utf8.count + 2 * (block.utf8.count + 16), text.hasPrefix(prefix) else {
      return nil
    }
    var rest = text.dropFirst(prefix.count)
    var numbers: [Int64] = []
    while rest.hasPrefix(block) {
      rest = rest.dropFirst(block.count)
      guard let number = UInt64(rest.prefix(16), radix: 16) else { return nil }
      numbers.append(Int64(bitPattern: number))
      rest = rest.dropFirst(16)
    }
    return numbers.count == 2 && rest.isEmpty ? (numbers[0], numbers[1]) : nil
  }
}
