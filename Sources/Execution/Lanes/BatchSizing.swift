/// How many writes go out in one request, so that a request takes about as long as is wanted.
public struct BatchSizing: Sendable, Hashable {
  /// What a request should take.
  public var target: Duration
  /// No batch is larger; 1 means that there are none.
  public var limit: Int
  /// The size now.
  public private(set) var size: Int

  /// - Parameter start: the first size; small, so that a slow site is found out cheaply.
  public init(target: Duration = .seconds(10), start: Int = 10, limit: Int) {
    self.target = target
    self.limit = max(limit, 1)
    size = min(start, self.limit)
  }

  /// Takes in how long a request with so many writes took; at most doubles, may fall at once.
  mutating func sent(_ count: Int, in duration: Duration) {
    // One that was not full says little about a full one.
    guard limit > 1, duration > .zero, count * 2 >= size || duration > target else { return }
    let fitting = Double(count) * (target / duration)
    size = min(max(Int(min(fitting, Double(size) * 2)), 1), limit)
  }
}
