/// What an HTTP answer means for the write it answers: a pure function, so that the whole rule is one table.
extension Outcome {
  /// Classifies a whole answer.
  ///
  /// `retryLater` and `refused` are said only where the site is certain not to have carried the write out. A
  /// gateway's 502 and 504, and a 500 without the API's own error in it, leave that open, so they are `unknown`:
  /// the caller knows whether sending again does harm.
  ///
  /// - Parameter now: seconds since 1970, for a `Retry-After` that is a date.
  init(_ answer: HTTPAnswer, now: Int) {
    let error = ErrorBody(answer)
    let refusal = Refusal(answer, error)
    if answer.status >= 400, let meaning = APIErrorCode(rawValue: error.code ?? "") {
      switch meaning {
      case .notAuthorised, .switchedOff, .unsupportedAccess: self = .loginRefused(refusal)
      case .throttled: self = .retryLater(after: answer.retryAfter(now: now), refusal)
      }
      return
    }
    switch answer.status {
    case 200..<300: self = answer.isPage ? .unknown(Refusal(pageInsteadOfAnswer: answer)) : .applied
    case 401, 407: self = .loginRefused(refusal)
    case 408: self = .unknown(refusal)
    case 429, 503: self = .retryLater(after: answer.retryAfter(now: now), refusal)
    case 412: self = .conflict(refusal)
    case 300..<500, 501: self = .refused(refusal)
    case 500: self = error.code == nil ? .unknown(refusal) : .refused(refusal)
    default: self = .unknown(refusal)
    }
  }
}

/// B2C Service's error codes that mean the same whatever status they come with (reference, section 10).
private enum APIErrorCode: String {
  case notAuthorised = "OSC-CREST-00014"
  case switchedOff = "OSC-CREST-00015"
  case unsupportedAccess = "OSC-CREST-00016"
  case throttled = "OSC-CREST-00035"
}

extension HTTPAnswer {
  fileprivate func retryAfter(now: Int) -> Duration? {
    RequestedWait.retryAfter(headers["Retry-After"], now: now)
  }

  /// Whether the body is an HTML page: what login portals and proxies answer in the API's place, with 200.
  var isPage: Bool {
    let isDeclared = headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false
    let first = body.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
    return first == UInt8(ascii: "<") || (isDeclared && first != nil)
  }
}

extension Refusal {
  fileprivate init(_ answer: HTTPAnswer, _ error: ErrorBody) {
    let status = "HTTP \(answer.status)"
    var message = error.message ?? "\(status) \(Self.reason(answer.status)), and nothing else"
    if error.code == nil && error.message != nil { message = "\(status): \(message)" }
    if (300..<400).contains(answer.status) {
      message = "the site redirects to \(answer.redirectionHost ?? "another place") with \(status)"
    }
    self.init(
      status: answer.status, code: error.code ?? "http-\(answer.status)",
      message: message.asOneLine(limit: 1000), hint: Self.hint(answer.status))
  }

  /// For a page in place of the API's answer.
  init(pageInsteadOfAnswer answer: HTTPAnswer) {
    let words = ErrorBody(answer).message.map { ": \($0)" } ?? ""
    self.init(
      status: answer.status, code: "not-the-api",
      message: "HTTP \(answer.status) with a web page in place of the API's answer\(words)"
        .asOneLine(limit: 1000),
      hint: "check url; a login portal or a proxy may be answering")
  }

  /// The usual phrase of a status (RFC 9110, section 15), for answers that say nothing else.
  private static func reason(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 407: "Proxy Authentication Required"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "(unnamed)"
    }
  }

  private static func hint(_ status: Int) -> String? {
    switch status {
    case 300..<400: "set url to the address the site redirects to; writes do not follow redirections"
    case 401: "check the user and the secret, and that the account's profile may use the API"
    case 403: "ask the site's administrator which permission the account's profile lacks"
    case 405: "if a network on the way blocks PATCH, set method_override: true"
    case 407: "give the proxy's login in the variable https_proxy or http_proxy"
    default: nil
    }
  }
}

extension HTTPAnswer {
  /// The host a redirection leads to; the rest of its URL may hold what is nobody's business.
  fileprivate var redirectionHost: String? {
    guard let location = headers["Location"], let start = location.firstRange(of: "//")?.upperBound else {
      return headers["Location"].map { _ in "another path of its own" }
    }
    let authority = location[start...].prefix { !"/?#".contains($0) }
    return authority.split(separator: "@").last.map { "\(location[..<start])\($0)" }
  }
}
