public import Sites
public import Staging

/// What has to be true before the first row is sent: the site answers, and every record has an id.
public enum Preparation {
  /// Keys looked up per round; the connection splits them into requests that fit a URL.
  private static let keysPerRound = 1_000

  /// Asks the site something harmless, then looks up the keys that are not ids.
  ///
  /// - Parameter isStopped: asked between requests; a run that is stopped here has sent nothing.
  /// - Returns: the reason to stop, when there is one, and the requests made, by HTTP status.
  /// - Throws: `StagingError` when the run file cannot be written.
  public static func prepare(
    _ run: RunFile, site: any Site, isStopped: () -> StopReason?
  ) throws(StagingError) -> (stop: StopReason?, requests: [Int: Int]) {
    let connection = site.makeConnection()
    var requests: [Int: Int] = [:]
    let check = connection.check()
    requests.merge(connection.takeRequests()) { $0 + $1 }
    if let reason = reason(check.outcome) { return (reason, requests) }
    var hasLookedUp = false
    while true {
      if let stop = isStopped() { return (stop, requests) }
      let keys = try run.unresolvedKeys(limit: keysPerRound)
      guard let attribute = keys.first?.attribute else { break }
      let (exchange, found) = connection.resolve(
        attribute: attribute, values: keys.map(\.value))
      requests.merge(connection.takeRequests()) { $0 + $1 }
      if let reason = reason(exchange.outcome) { return (reason, requests) }
      try run.resolve(keys, found: found)
      hasLookedUp = true
    }
    if hasLookedUp { try run.finishResolving() }
    return (nil, requests)
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
