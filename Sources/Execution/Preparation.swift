import Dispatch
public import Sites
public import Staging

/// What has to be true before the first row is sent: the site answers, and every record has an id.
public enum Preparation {
  /// Keys looked up per round; the connection splits them into requests that fit a URL.
  private static let keysPerRound = 1_000

  /// Asks the site something harmless, then looks up the keys that are not ids.
  ///
  /// A site that answers "later" is asked again a few times; one that does not answer is told of at once.
  ///
  /// - Parameters:
  ///   - retry: how often a busy site is asked, and the pauses between.
  ///   - isStopped: asked between requests and during pauses; a run that is stopped here has sent nothing.
  /// - Returns: the reason to stop, when there is one, and the requests made, by HTTP status.
  /// - Throws: `StagingError` when the run file cannot be written.
  public static func prepare(
    _ run: RunFile, site: any Site, retry: RetryPolicy, isStopped: () -> StopReason?
  ) throws(StagingError) -> (stop: StopReason?, requests: [Int: Int]) {
    let connection = site.makeConnection()
    var requests: [Int: Int] = [:]
    let check = patiently(retry, isStopped) { connection.check().outcome }
    requests.merge(connection.takeRequests()) { $0 + $1 }
    if let reason = reason(check) { return (isStopped() ?? reason, requests) }
    var hasLookedUp = false
    while true {
      if let stop = isStopped() { return (stop, requests) }
      let keys = try run.unresolvedKeys(limit: keysPerRound)
      guard let attribute = keys.first?.attribute else { break }
      var found: [String: [Int64]] = [:]
      let outcome = patiently(retry, isStopped) {
        // What an earlier try found before the site was busy is not asked for again.
        let (exchange, more) = connection.resolve(
          attribute: attribute, values: keys.map(\.value).filter { found[$0] == nil })
        found.merge(more) { $1 }
        return exchange.outcome
      }
      requests.merge(connection.takeRequests()) { $0 + $1 }
      if let reason = reason(outcome) { return (isStopped() ?? reason, requests) }
      try run.resolve(keys, found: found)
      hasLookedUp = true
    }
    if hasLookedUp { try run.finishResolving() }
    return (nil, requests)
  }

  /// Asks until the site has time for the answer, or has said "later" too often.
  private static func patiently(
    _ retry: RetryPolicy, _ isStopped: () -> StopReason?, _ ask: () -> Outcome
  ) -> Outcome {
    var random = SystemRandomNumberGenerator()
    var attempts = 1
    while true {
      let outcome = ask()
      guard case .retryLater(let after, let refusal) = outcome, refusal.status != nil,
        retry.allowsAnother(after: attempts)
      else { return outcome }
      var left = max(after ?? .zero, retry.delay(after: attempts, random: &random))
      attempts += 1
      // In slices, so that a signal need not wait for the site.
      while left > .zero {
        if isStopped() != nil { return outcome }
        let slice = min(left, .milliseconds(100))
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + slice / .seconds(1))
        left -= slice
      }
    }
  }

  private static func reason(_ outcome: Outcome) -> StopReason? {
    switch outcome {
    case .applied, .unchanged: nil
    case .loginRefused(let refusal): .loginRefused(refusal)
    case .refused(let refusal), .conflict(let refusal): .unusable(refusal)
    case .unknown(let refusal): .unreachable(refusal)
    case .retryLater(_, let refusal):
      refusal.status == nil ? .unreachable(refusal) : .siteDown(refusal)
    }
  }
}
