/// The frequencies of texts, in memory that does not grow with their number.
public struct ValueCounts: Sendable, Hashable {
  /// The number of different texts that are counted one by one.
  private static let limit = 200

  private var counts: [String: Int] = [:]
  /// The number of texts beyond the limit.
  public private(set) var others = 0

  public init() {}

  public mutating func add(_ text: String) {
    if let count = counts[text] {
      counts[text] = count + 1
    } else if counts.count < ValueCounts.limit {
      counts[text] = 1
    } else {
      others += 1
    }
  }

  /// The number of different texts, as far as they are counted one by one.
  public var distinct: Int { counts.count }

  /// The texts, the most frequent first.
  public var sorted: [(value: String, count: Int)] {
    counts.map { (value: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.value) < ($0.count, $1.value) }
  }
}
