/// The number of lanes that may be busy at the same time: all, until the site shows that it is too many.
///
/// A round of good answers adds one. A round with many refusals, time-outs, or answers much slower than usual reduces
/// it to seven tenths. Only requests that left after the last change count, so that one burst counts once.
struct LaneLimit: Sendable {
  let ceiling: Int
  private(set) var limit: Int
  /// Indicates that slow answers, not refusals, reduced it.
  private(set) var isSlow = false

  private var began = Duration.zero
  private var answers = 0
  private var troubles = 0
  private var latencies: [Duration] = []
  /// The usual answer time: the shortest median of a round, which is slowly forgotten.
  private var usual: Duration?

  init(ceiling: Int) {
    self.ceiling = max(ceiling, 1)
    limit = self.ceiling
  }

  /// - Parameters:
  ///   - isTrouble: the site was too busy for the request, or did not answer.
  ///   - latency: the time the site took, if it is comparable.
  ///   - sentAt: the departure of the request.
  mutating func answered(isTrouble: Bool, latency: Duration?, sentAt: Duration, now: Duration) {
    guard sentAt >= began else { return }
    answers += 1
    if isTrouble { troubles += 1 }
    if let latency { latencies.append(latency) }
    let isTroubled = troubles >= 3 && troubles * 2 >= answers
    guard isTroubled || answers >= max(limit, 8) else { return }
    let isSlow = isSlower(now)
    if isTroubled || isSlow {
      self.isSlow = !isTroubled
      limit = max(1, limit * 7 / 10)
    } else if troubles * 5 <= answers {
      limit = min(limit + 1, ceiling)
    }
    (began, answers, troubles) = (now, 0, 0)
    latencies.removeAll(keepingCapacity: true)
  }

  /// Returns whether answers take over three times as long as usual, plus a tenth of a second.
  ///
  /// Anything less is the noise of a fast server.
  private mutating func isSlower(_ now: Duration) -> Bool {
    guard latencies.count >= 4 else { return false }
    let median = latencies.sorted()[latencies.count / 2]
    guard let usual else {
      self.usual = median
      return false
    }
    // A site that has been slow for some minutes is simply slow.
    let forgotten = min(max((now - began) / .seconds(60), 0), 1)
    self.usual = min(median, usual * (1 + forgotten))
    return median > usual * 3 + .milliseconds(100)
  }
}
