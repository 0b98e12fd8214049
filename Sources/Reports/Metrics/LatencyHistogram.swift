/// The durations of requests, in constant memory: in Prometheus' buckets, and fine enough for percentiles.
public struct LatencyHistogram: Sendable, Equatable {
  /// The upper bounds of the buckets, as they are written; the last bucket has none.
  static let bounds: [(text: String, microseconds: Int)] = [
    ("0.005", 5_000), ("0.01", 10_000), ("0.025", 25_000), ("0.05", 50_000), ("0.1", 100_000),
    ("0.25", 250_000), ("0.5", 500_000), ("1", 1_000_000), ("2.5", 2_500_000), ("5", 5_000_000),
    ("10", 10_000_000), ("30", 30_000_000), ("60", 60_000_000), ("120", 120_000_000),
  ]

  /// The number of requests per bucket: above the bound before, up to its own; the last has those above all bounds.
  private var buckets = [Int](repeating: 0, count: LatencyHistogram.bounds.count + 1)
  /// The number of requests per step, 64 to each doubling of a microsecond, so that a percentile is off by less than
  /// 1.6 %.
  private var steps = [Int](repeating: 0, count: 2_048)
  public private(set) var count = 0
  public private(set) var sum = Duration.zero
  public private(set) var longest = Duration.zero

  public init() {}

  /// Takes in one request.
  public mutating func record(_ duration: Duration) {
    let microseconds = max(0, Int(clamping: duration.microseconds))
    let bucket = LatencyHistogram.bounds.firstIndex { microseconds <= $0.microseconds }
    buckets[bucket ?? LatencyHistogram.bounds.count] += 1
    steps[LatencyHistogram.step(microseconds)] += 1
    count += 1
    sum += duration
    longest = max(longest, duration)
  }

  /// The number of requests up to each bound.
  var cumulative: [Int] {
    var total = 0
    return buckets.dropLast().map { count in
      total += count
      return total
    }
  }

  /// Returns the time that this share of the requests did not exceed; `nil` if there was none.
  public func percentile(_ share: Double) -> Duration? {
    guard count > 0 else { return nil }
    let rank = max(1, Int((Double(count) * share).rounded(.up)))
    var seen = 0
    for (step, number) in steps.enumerated() where number > 0 {
      seen += number
      if seen >= rank { return min(longest, .microseconds(LatencyHistogram.upperEnd(ofStep: step))) }
    }
    return longest
  }

  /// Returns the step of a duration: one per microsecond up to 64 µs; above, the seven highest bits decide.
  private static func step(_ microseconds: Int) -> Int {
    let capped = min(microseconds, 1 << 37 - 1)
    guard capped >= 64 else { return capped }
    let shift = Int.bitWidth - capped.leadingZeroBitCount - 7
    return shift * 64 + capped >> shift
  }

  private static func upperEnd(ofStep step: Int) -> Int {
    guard step >= 128 else { return step }
    let shift = step / 64 - 1
    return (step - shift * 64 + 1) << shift - 1
  }
}

/// The durations in a summary.
public struct LatencyFigures: Sendable, Equatable {
  public var p50: Duration
  public var p95: Duration
  public var p99: Duration
  public var longest: Duration

  public init(p50: Duration, p95: Duration, p99: Duration, longest: Duration) {
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.longest = longest
  }

  /// Creates the figures; `nil` if no request was made.
  public init?(_ histogram: LatencyHistogram) {
    guard let p50 = histogram.percentile(0.5), let p95 = histogram.percentile(0.95),
      let p99 = histogram.percentile(0.99)
    else { return nil }
    self.init(p50: p50, p95: p95, p99: p99, longest: histogram.longest)
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    let (seconds, attoseconds) = components
    let whole = seconds.multipliedReportingOverflow(by: 1_000_000)
    return whole.overflow ? .max : whole.partialValue + attoseconds / 1_000_000_000_000
  }
}
