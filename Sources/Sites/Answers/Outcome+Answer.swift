import Catalog
import JSON

/// The meaning of an HTTP answer for its write: a pure function, so that the whole rule is one table.
extension Outcome {
  /// Classifies an answer.
  ///
  /// `retryLater` and `refused` are used only if the request certainly was not carried out, because the API says so
  /// in its own form. A gateway's own limit (the size of a request, a login) most likely kept it from being passed
  /// on; that refusal is not `isCertain`. Everything else may hide a commit whose own answer was lost. A gateway's
  /// 5xx, whatever its number, is `unknown`; its pages and redirections are `foreign`.
  ///
  /// A 2xx is `applied` here; each API decides whether it confirms a write.
  ///
  /// - Parameters:
  ///   - isWhole: the answer is complete; a partial answer has no recognisable form.
  ///   - now: seconds since 1970, for a `Retry-After` with a date.
  init(_ answer: HTTPAnswer, of dialect: Dialect, isWhole: Bool = true, now: Int) {
    if (200..<300).contains(answer.status) {
      self = answer.isPage ? .foreign(Refusal(pageInsteadOfAnswer: answer)) : .applied
      return
    }
    let error = ErrorBody(answer)
    let isOfAPI = error.isOfAPI || isWhole && dialect.refusesWithoutForm(answer)
    var refusal = Refusal(answer, error)
    refusal.isCertain = isOfAPI
    let after = answer.retryAfter(now: now)
    switch answer.status {
    case 401, 407: self = .loginRefused(refusal)
    case _ where isOfAPI:
      self.init(ownWords: refusal, error, after: after)
    // Too large for the server or gateway that answers.
    case 413, 414, 431: self = .refused(refusal)
    case 429 where answer.body.isEmpty: self = .retryLater(after: after, refusal)
    case 408, 409, 423, 425, 429: self = .unknown(after: after, refusal)
    case 300..<500 where isWhole: self = .foreign(Refusal(foreign: answer, refusal))
    default: self = .unknown(after: after, refusal)
    }
  }

  /// Classifies a refusal in the API's own form.
  private init(ownWords refusal: Refusal, _ error: ErrorBody, after: Duration?) {
    switch (APIErrorCode(rawValue: refusal.code), refusal.status ?? 0) {
    case (.notAuthorised, _), (.switchedOff, _), (.unsupportedAccess, _): self = .loginRefused(refusal)
    case (.throttled, _): self = .retryLater(after: after, refusal)
    case (nil, 408): self = .unknown(after: after, refusal)
    case (nil, 412): self = .conflict(refusal)
    case (nil, 409), (nil, 423), (nil, 425), (nil, 429): self = .retryLater(after: after, refusal)
    case (nil, 501), (nil, 505): self = .refused(refusal)
    // Trouble within the site, which may be gone the next time.
    case (nil, 500...): self = .retryLater(after: after, refusal)
    default: self = error.namesLock ? .retryLater(after: after, refusal) : .refused(refusal)
    }
  }
}

/// The error codes of B2C Service that mean the same with any status (reference, section 10).
enum APIErrorCode: String {
  case notAuthorised = "OSC-CREST-00014"
  case switchedOff = "OSC-CREST-00015"
  case unsupportedAccess = "OSC-CREST-00016"
  case throttled = "OSC-CREST-00035"
}

extension Dialect {
  /// The statuses that a gateway sends in an API's place, for a login, a time or a size of its own.
  private static let statusesOfGateways: Set = [401, 407, 408, 413, 414, 431]

  /// Returns whether an answer without an error's structure may still be a refusal by the API.
  ///
  /// Fusion CX answers with a status and a text up to version 3 of its framework, and with an empty body to some
  /// requests in every version. A page is never the API's, and a 5xx without a text may come from anywhere
  /// (reference, section 10). Its errors in JSON have their own members, and a 412 contains the item. Any other JSON,
  /// truncated JSON, or non-text is a gateway's.
  fileprivate func refusesWithoutForm(_ answer: HTTPAnswer) -> Bool {
    self == .fusionCX && (400..<500).contains(answer.status) && !answer.isPage
      && !Self.statusesOfGateways.contains(answer.status)
      && (answer.status == 412 || answer.isBlank || answer.isText)
  }
}

extension HTTPAnswer {
  fileprivate func retryAfter(now: Int) -> Duration? {
    // By the clock of the answer: ours may be minutes off.
    RequestedWait.retryAfter(headers["Retry-After"], now: RequestedWait.date(headers["Date"]) ?? now)
  }

  /// Indicates a text for people that neither is JSON nor is declared to be.
  fileprivate var isText: Bool {
    guard headers["Content-Type"]?.lowercased().contains("json") != true, !body.contains(0),
      String(validating: body, as: UTF8.self) != nil,
      let first = body.first(where: { !($0 == 0x20 || (0x09...0x0D).contains($0)) })
    else { return false }
    return !"{[\"".utf8.contains(first) && (try? JSONValue(parsing: body)) == nil
  }

  /// Indicates an HTML page: the answer of login portals and proxies in the API's place, with 200.
  var isPage: Bool {
    guard let first = body.first(where: { !($0 == 0x20 || (0x09...0x0D).contains($0)) }) else { return false }
    return first == UInt8(ascii: "<")
      || headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false
  }
}

extension HTTPAnswer {
  /// The texts of pages with which common web application firewalls refuse a request.
  ///
  /// F5 and Imperva have their own words, Akamai the number of its reference, AWS, Cloudflare and Zscaler their names
  /// in a header.
  private static let firewallWords =
    blockingWords + [
      "request rejected", "support id", "incapsula", "incident id", "reference #", "reference&#32;&#35;",
      "attention required!", "just a moment...", "request could not be satisfied", "sucuri", "zscaler",
    ]
  /// The texts only of a refusal; the others also occur on pages of a site that is down.
  private static let blockingWords = [
    "web application firewall", "mod_security", "modsecurity", "web page blocked", "request blocked",
    "blocked by waf", "access blocked", "fortiweb", "application blocked", "url blocked",
  ]
  private static let firewallServers = [
    "akamaighost", "awselb", "bigip", "cloudflare", "cloudfront", "imperva", "sucuri", "zscaler",
  ]

  /// Indicates a page of a firewall that refuses the request, not of a site that is down.
  ///
  /// Palo Alto's firewall blocks with a 503.
  fileprivate var isOfFirewall: Bool {
    guard isPage else { return false }
    let server = headers["Server"]?.lowercased() ?? ""
    if status == 403, Self.firewallServers.contains(where: server.contains) { return true }
    let text = String(decoding: body.prefix(1 << 16), as: UTF8.self).lowercased()
    return (status < 500 ? Self.firewallWords : Self.blockingWords).contains { text.contains($0) }
  }
}

extension Refusal {
  fileprivate init(_ answer: HTTPAnswer, _ error: ErrorBody) {
    let status = "HTTP \(answer.status)"
    var message = error.message ?? "\(status) \(Self.reason(answer.status)), with no message"
    if error.code == nil && error.message != nil { message = "\(status): \(message)" }
    if (300..<400).contains(answer.status) {
      message = "the site redirects to \(answer.redirectionHost ?? "another place") with \(status)"
    }
    if answer.status >= 500, answer.isOfFirewall {
      self.init(pageInsteadOfAnswer: answer)
      return
    }
    self.init(
      status: answer.status, code: error.code ?? "http-\(answer.status)",
      message: message.asOneLine(limit: 1000), hint: Self.hint(answer.status, error.code))
  }

  /// Creates the refusal for an answer that is not the API's.
  fileprivate init(foreign answer: HTTPAnswer, _ refusal: Refusal) {
    if refusal.isRedirection {
      self = refusal
    } else if answer.isPage {
      self.init(pageInsteadOfAnswer: answer)
      if answer.status == 405 { hint = refusal.hint }
    } else {
      self = refusal
      hint = refusal.hint ?? Refusal.foreignHint
    }
  }

  private static let foreignHint = "check url; a login portal or a proxy may be answering"
  private static let firewallHint =
    "show it to the firewall's operator: it blocks this account, this machine, or texts like these"

  static let notTheAPICode = "not-the-api"
  /// Indicates a web page instead of the API's answer.
  var isPage: Bool { code == Refusal.notTheAPICode }

  /// Creates the refusal for a page instead of the API's answer.
  init(pageInsteadOfAnswer answer: HTTPAnswer) {
    let words = ErrorBody(answer).message.map { ": \($0)" } ?? ""
    let page = answer.isOfFirewall ? "a firewall's page" : "a web page"
    self.init(
      status: answer.status, code: Refusal.notTheAPICode,
      message: "HTTP \(answer.status) with \(page) instead of the API's answer\(words)"
        .asOneLine(limit: 1000),
      hint: answer.isOfFirewall ? Refusal.firewallHint : Refusal.foreignHint)
  }

  /// Returns the usual phrase of a status (RFC 9110, section 15), for answers without a text.
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
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 423: "Locked"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "(unnamed)"
    }
  }

  private static func hint(_ status: Int, _ code: String?) -> String? {
    switch code {
    case "OSC-CREST-00003":
      return "describe the site in sites.yaml, with an api_version that it serves: "
        + Dialect.b2cService.apiVersions.joined(separator: " or ")
    case "OSC-CREST-00013" where status == 400:
      return "check how the site spells it, or leave it out with 'ignore'"
    case "27521":
      return "the site may not know an attribute of the row, or not allow setting it; leave it out"
    default: break
    }
    return switch status {
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
  /// The host that a redirection leads to; the rest of its URL may be confidential.
  fileprivate var redirectionHost: String? {
    guard let location = headers["Location"].map(traces.hidden),
      let start = location.firstRange(of: "//")?.upperBound
    else {
      return headers["Location"].map { _ in "another path of its own" }
    }
    let authority = location[start...].prefix { !"/?#\\".contains($0) }
    return authority.split(separator: "@").last.map { "\(location[..<start])\($0)".asOneLine(limit: 200) }
  }
}
