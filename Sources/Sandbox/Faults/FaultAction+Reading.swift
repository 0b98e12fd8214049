extension FaultAction {
  /// The words of which a rule has exactly one.
  static let names = [
    "status", "limit", "token", "reset", "restart", "stall", "latency", "next-request-after",
  ]

  /// Takes the action and its options.
  init(_ words: inout FaultWords) throws(SandboxError) {
    // A refusal is refined by words that are actions of their own.
    let actions = words.actions
    let refusal: Set = ["status", "limit", "next-request-after"]
    guard let first = actions.first else {
      throw words.wrong("has no action", hint: FaultWords.hint)
    }
    guard actions.count == 1 || refusal.isSuperset(of: actions) && actions != ["next-request-after", "limit"]
    else {
      throw words.wrong(
        "'\(actions[1])=' is a second action",
        hint: "write one --fault for each of \(first)= and \(actions[1])=")
    }
    if actions.contains("limit") {
      self = try .limit(Self.limit(&words), Self.refusal(&words, status: 429))
    } else if actions.contains("status") {
      self = try .strike(.refuse(Self.refusal(&words, status: 503)))
    } else if let pause = try Self.pause(&words) {
      self = .pacing(pause)
    } else {
      self = try Self.other(&words)
    }
  }

  private static func other(_ words: inout FaultWords) throws(SandboxError) -> FaultAction {
    if let point = try words.takeOne(of: ResetPoint.self, "reset") {
      // A reset may overtake data that was sent before it, including the half answer.
      let ending = try words.takeOne(of: Ending.self, "tcp") ?? (point == .midAnswer ? .close : .reset)
      return .strike(.reset(point, ending))
    }
    if let time = try words.takeTime("restart") { return .strike(.restart(time)) }
    if let time = try words.takeTime("stall") {
      return try .strike(.stall(time, words.takeOne(of: StallPoint.self, "at") ?? .beforeCommit))
    }
    if let latency = try words.take(
      "latency", latency, orSay: { "must be like 50ms, 50ms..200ms or exp:50ms" })
    {
      return .latency(latency)
    }
    _ = try words.take("token") {
      $0 == "reject" ? $0 : nil
    } orSay: {
      "must be token=reject"
    }
    return .strike(.rejectLogin)
  }

  private static func latency(_ text: String) -> Latency? {
    if text.hasPrefix("exp:") { return Duration(delay: String(text.dropFirst(4))).map { .exponential($0) } }
    guard let dots = text.firstRange(of: "..") else { return Duration(delay: text).map { .between($0, $0) } }
    guard let low = Duration(delay: String(text[..<dots.lowerBound])),
      let high = Duration(delay: String(text[dots.upperBound...])), low <= high
    else { return nil }
    return .between(low, high)
  }

  private static func limit(_ words: inout FaultWords) throws(SandboxError) -> RateLimit {
    let perSecond =
      try words.take("limit") { text -> Double? in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Double(parts[0]), number > 0, number.isFinite,
          let seconds = ["s": 1.0, "min": 60, "h": 3600][String(parts[1])]
        else { return nil }
        return number / seconds
      } orSay: {
        "must be like 50/s, 100/min or 1000/h"
      } ?? 1
    let burst = try words.takeCount("burst") ?? Int(min(max(1, perSecond.rounded(.up)), 1e9))
    return RateLimit(perSecond: perSecond, burst: burst)
  }

  private static func refusal(
    _ words: inout FaultWords, status: Int
  ) throws(SandboxError) -> FaultRefusal {
    let given = try words.take("status") { text in
      Int(text).flatMap { (400...599).contains($0) ? $0 : nil }
    } orSay: {
      "must be from 400 to 599"
    }
    var refusal = FaultRefusal(status: given ?? status)
    refusal.retryAfter = try words.take("retry-after") { text -> FaultRefusal.RetryAfter? in
      let isDate = text.hasPrefix("date:")
      guard let seconds = Int(isDate ? text.dropFirst(5) : text[...]), (0...86_400).contains(seconds) else {
        return nil
      }
      return isDate ? .date(seconds) : .seconds(seconds)
    } orSay: {
      "must be whole seconds, such as 2 or date:2"
    }
    if let body = try words.takeOne(of: FaultRefusal.Body.self, "body") { refusal.body = body }
    refusal.nextRequestAfter = try pause(&words)
    return refusal
  }

  /// The value of `osvc-crest-next-request-after`, in milliseconds.
  private static func pause(_ words: inout FaultWords) throws(SandboxError) -> Int? {
    try words.takeTime("next-request-after").map { Int($0 / .milliseconds(1)) }
  }
}
