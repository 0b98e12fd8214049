import Catalog

/// The meaning of an incomplete answer for a write.
extension Outcome {
  /// Classifies an exchange, answered or not.
  ///
  /// A request that never left is `retryLater`. One that did is `unknown`, unless enough of the answer arrived to
  /// know that it was refused.
  ///
  /// - Parameter now: seconds since 1970, for a `Retry-After` with a date.
  init(_ result: HTTPExchange.Result, of dialect: Dialect, now: Int) {
    switch result {
    case .answered(let answer): self.init(answer, of: dialect, now: now)
    case .failed(_, let partial?) where partial.status >= 300:
      self.init(partial, of: dialect, isWhole: false, now: now)
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
