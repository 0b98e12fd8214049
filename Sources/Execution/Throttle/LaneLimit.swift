/// How many lanes may be busy at one time: all of them, until the site shows that it is too many.
///
/// One more after a round of answers that went well, seven tenths after one with much refused or timed out, or with
/// answers that take far longer than they used to. Only requests that left after the last change count, so that
/// one burst is one sign.
struct LaneLimit: Sendable {
  let ceiling: Int
  private(set) var limit: Int
  /// Whether it was the time answers take that made it smaller, and not refusals.
  private(set) var isSlow = false

  private var began = Duration.zero
  private var answers = 0
  private var troubles = 0
  private var latencies: [Duration] = []
  /// How long an answer takes when all is well: the shortest median of a round, which is slowly forgotten.
  private var usual: Duration?

  init(ceiling: Int) {
    self.ceiling = max(ceiling, 1)
    limit = self.ceiling
  }

  /// - Parameters:
  ///   - isTrouble: whether the request was refused for want of time, or not answered.
  ///   - latency: how long the site took, when that can be compared with others.
  ///   - sentAt: when the request left.
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

  /// Whether answers take over three times as long as they used to, and a tenth of a second more: what is below that
  /// is the noise of a fast server.
  private mutating func isSlower(_ now: Duration) -> Bool {
    guard latencies.count >= 4 else { return false }
    let median = latencies.sorted()[latencies.count / 2]
    guard let usual else {
      self.usual = median
      return false
    }
    // What has been slow for some minutes is how this site is now.
    let forgotten = min(max((now - began) / .seconds(60), 0), 1)
    self.usual = min(median, usual * (1 + forgotten))
    return median > usual * 3 + .milliseconds(100)
  }
}
