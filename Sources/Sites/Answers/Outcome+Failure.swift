/// What it means for a write that no whole answer came.
extension Outcome {
  /// Classifies an exchange, answered or not.
  ///
  /// A request that never left is `retryLater`; one that did is `unknown`, unless the answer's status line had
  /// come and said no: a cut error text changes nothing about that.
  ///
  /// - Parameter now: seconds since 1970, for a `Retry-After` that is a date.
  init(_ result: HTTPExchange.Result, now: Int) {
    switch result {
    case .answered(let answer): self.init(answer, now: now)
    case .failed(_, let partial?) where partial.status >= 300: self.init(partial, now: now)
    case .failed(let failure, let partial):
      let refusal = Refusal(
        status: partial?.status, code: failure.code, message: failure.message, hint: failure.hint)
      if failure.wasSent {
        self = .unknown(refusal)
      } else {
        self = failure.isLogin ? .loginRefused(refusal) : .retryLater(after: nil, refusal)
      }
    }
  }
}
