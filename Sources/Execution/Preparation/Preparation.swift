public import Sites
public import Staging

/// The conditions before the first row is sent: the site answers, every record has an id, and every name is known.
public enum Preparation {
  /// The keys looked up per round; the connection splits them into requests that fit a URL.
  private static let keysPerRound = 1_000

  /// Asks the site a harmless question, then looks up the keys that are not ids, and the names in patches.
  ///
  /// A site that answers "later", or breaks off, is asked again a few times; one that cannot be reached is reported
  /// at once. Once it has answered, bulkpatch waits for it. A key that the site refuses to look up fails only its own
  /// rows.
  ///
  /// - Parameters:
  ///   - throttle: the rate of requests, and how long to wait for the site.
  ///   - retry: how often to ask a busy site, and the pauses between.
  ///   - names: the check of names; `nil` for rows that give none.
  ///   - observer: receives every request.
  ///   - isStopped: called before each request and during pauses, and may take its time; a run stopped here has sent
  ///     nothing.
  /// - Returns: the reason to stop, if any, and the requests made, by HTTP status.
  /// - Throws: `StagingError` if the run file cannot be written.
  public static func prepare(
    _ run: RunFile, site: any Site, throttle: QuestionThrottle, retry: RetryPolicy,
    names: inout NameCheck?, observer: ExecutionObserver? = nil,
    isStopped: @escaping () -> StopReason?
  ) throws(StagingError) -> (stop: StopReason?, requests: [Int: Int]) {
    if let stop = isStopped() { return (stop, [:]) }
    let connection = site.makeConnection()
    connection.keep(to: QuestionTurnstile(throttle, isStopped: isStopped))
    var requests: [Int: Int] = [:]
    var sequence = 0
    func count() {
      for request in connection.takeRequests() {
        requests[request.status ?? 0, default: 0] += 1
        sequence += 1
        observer?(.requested(request, .preparation, sequence: sequence))
      }
    }
    var patience = Patience(retry: retry, throttle: throttle, isStopped: isStopped)
    let check = patience.ask { connection.check().outcome }
    count()
    if let reason = StopReason(check) { return (isStopped() ?? reason, requests) }
    patience.hasAnswered = true
    var hasLookedUp = false
    while true {
      if let stop = isStopped() { return (stop, requests) }
      let keys = try run.unresolvedKeys(limit: keysPerRound)
      guard let attribute = keys.first?.attribute else { break }
      var lookups = KeyLookups(connection, attribute: attribute, values: keys.map(\.value))
      let outcome = lookups.resolve(patience)
      count()
      if let reason = StopReason(outcome) { return (isStopped() ?? reason, requests) }
      try run.resolve(
        keys, found: lookups.found, refused: lookups.refused.mapValues { ($0.code, $0.message) })
      hasLookedUp = true
    }
    if hasLookedUp { try run.finishResolving() }
    if names != nil, try !run.hasCheckedNames() {
      let outcome = try names?.perform(on: run, connection, patience) ?? .applied
      count()
      if let reason = StopReason(outcome) { return (isStopped() ?? reason, requests) }
    }
    return (nil, requests)
  }
}
