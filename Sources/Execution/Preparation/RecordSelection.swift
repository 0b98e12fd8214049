public import Records
public import Sites

/// Reads the records of a selection page by page, and waits for a site that is busy.
public struct RecordSelection {
  private let selection: Selection
  private let connection: any SiteConnection
  private let patience: Patience

  /// - Parameter isStopped: called before each page and during pauses.
  public init(
    _ selection: Selection, on site: any Site, settings: ExecutionSettings,
    isStopped: @escaping () -> StopReason?
  ) {
    self.selection = selection
    connection = site.makeConnection()
    let throttle = settings.questionThrottle
    connection.keep(to: QuestionTurnstile(throttle, isStopped: isStopped))
    patience = Patience(retry: settings.retry, throttle: throttle, isStopped: isStopped, hasAnswered: true)
  }

  /// Hands on each page with records, from the one after an id.
  ///
  /// - Returns: `applied` at the end, or the site's trouble.
  public func forEachPage<Failure: Error>(
    after id: RecordID?, _ take: (SelectedPage) throws(Failure) -> Void
  ) throws(Failure) -> Outcome {
    let check = connection.check().outcome
    guard check == .applied else { return check }
    var last = id
    while true {
      var page = SelectedPage()
      let outcome = patience.ask {
        let (exchange, found) = connection.select(selection, after: last)
        page = found
        return exchange.outcome
      }
      guard outcome == .applied else { return outcome }
      try take(page)
      guard let next = page.next else { return .applied }
      last = next
    }
  }
}
