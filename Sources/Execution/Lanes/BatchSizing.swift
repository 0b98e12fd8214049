/// The number of writes in one request, chosen so that a request takes about a given time.
public struct BatchSizing: Sendable, Hashable {
  /// The intended duration of a request.
  public var target: Duration
  /// The largest batch; 1 means no batches.
  public var limit: Int
  /// The current size.
  public private(set) var size: Int

  /// - Parameter start: the first size; small, so that a slow site costs little time.
  public init(target: Duration = .seconds(10), start: Int = 10, limit: Int) {
    self.target = target
    self.limit = max(limit, 1)
    size = min(start, self.limit)
  }

  /// Takes in the duration of a request with this many writes; the size at most doubles, but may drop at once.
  mutating func sent(_ count: Int, in duration: Duration) {
    // A batch that was not full says little about a full one.
    guard limit > 1, duration > .zero, count * 2 >= size || duration > target else { return }
    let fitting = Double(count) * (target / duration)
    size = min(max(Int(min(fitting, Double(size) * 2)), 1), limit)
  }
}
