import Records
import Sites

/// Looks up the ids of keys; splits keys that a site refuses together, so that one bad key does not affect others.
struct KeyLookups {
  let connection: any SiteConnection
  let attribute: String
  let values: [String]
  /// Key → the ids of the records that have it.
  private(set) var found: [String: [RecordID]] = [:]
  /// Key → the reason the site does not look it up, even alone.
  private(set) var refused: [String: Refusal] = [:]

  init(_ connection: any SiteConnection, attribute: String, values: [String]) {
    self.connection = connection
    self.attribute = attribute
    self.values = values
  }

  /// The number of look-ups of a single key before it counts as refused.
  private static let tries = 5

  /// Asks until the site answers.
  ///
  /// - Returns: `applied` if every key has been looked up or refused by itself, otherwise the site's trouble.
  mutating func resolve(_ patience: Patience) -> Outcome {
    var tries = 0
    return patience.ask {
      tries += 1
      let outcome = ask(for: values)
      let isLastTry = tries >= patience.retry.attempts
      return outcome.mayBeOfOneKey(isLastTry: isLastTry) ? resolveApart(after: outcome) : outcome
    }
  }

  /// Keys that were found before the site became busy are not looked up again.
  private mutating func ask(for values: some Collection<String>) -> Outcome {
    let (exchange, more) = connection.resolve(
      attribute: attribute, values: values.filter { found[$0] == nil })
    found.merge(more) { $1 }
    return exchange.outcome
  }

  /// Halves the keys until those that are refused are alone.
  ///
  /// A site that takes none of them is the trouble of the run: two keys are tried, or one and a harmless question.
  private mutating func resolveApart(after failure: Outcome) -> Outcome {
    refused = [:]
    if isOfTheWholeSite(failure) { return failure }
    var isServed = false
    var parts = values.count == 1 ? [values[...]] : values[...].halves
    while let part = parts.popLast() {
      var outcome = failure
      // Trouble within the site may pass; a key is not judged by one answer.
      for _ in 0..<(part.count == 1 ? KeyLookups.tries : 1) {
        outcome = ask(for: part)
        guard case .unknown(_, let refusal) = outcome, refusal.status != nil else { break }
      }
      if outcome == .applied {
        isServed = true
      } else if outcome.mayBeOfOneKey(isLastTry: true), let refusal = outcome.refusal {
        if part.count > 1 {
          parts += part.halves
          continue
        }
        if isOfTheWholeSite(outcome) { return outcome }
        refused[part[part.startIndex]] = refusal
        guard isServed || refused.count < 2 else { return failure }
      } else {
        return outcome
      }
    }
    if isServed { return .applied }
    // There is a single key, and the site objects to the attribute that it is looked up by.
    if failure.refusal?.code == Refusal.unknownKeyCode { return failure }
    return connection.check().outcome == .applied ? .applied : failure
  }

  /// Returns whether the foreign answer comes for any request, as a login page does.
  private func isOfTheWholeSite(_ outcome: Outcome) -> Bool {
    guard case .foreign = outcome else { return false }
    return connection.check().outcome != .applied
  }
}

extension Outcome {
  /// Returns whether one key may have failed a look-up of many.
  ///
  /// - Parameter isLastTry: trouble within the site has been given time to pass.
  fileprivate func mayBeOfOneKey(isLastTry: Bool) -> Bool {
    switch self {
    case .refused(let refusal): refusal.status != nil
    case .foreign: true
    case .unknown(_, let refusal): isLastTry && refusal.status != nil
    default: false
    }
  }
}

extension ArraySlice {
  /// The second half, and then the first, which comes next off a stack.
  fileprivate var halves: [ArraySlice<Element>] {
    let middle = startIndex + count / 2
    return [self[middle...], self[..<middle]]
  }
}
