import Catalog
import JSON

/// What an HTTP answer means for the write it answers: a pure function, so that the whole rule is one table.
extension Outcome {
  /// Classifies an answer.
  ///
  /// `retryLater` and `refused` are said only where the request is certain not to have been carried out, because the API
  /// says so in its own form. A limit of whoever answers (the size of a request, a login of its own) most likely kept it
  /// from being passed on; that refusal is not `isCertain`.
  /// Everything else may stand in front of a commit whose own answer was lost: a gateway's 5xx, whatever its
  /// number, is `unknown`, and its pages and redirections are `foreign`.
  ///
  /// A 2xx is `applied` here; whether it confirms a write is for each API to say.
  ///
  /// - Parameters:
  ///   - isWhole: whether the answer ended where it should; a part of one shows nobody's form.
  ///   - now: seconds since 1970, for a `Retry-After` that is a date.
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
    // Too large for whoever answers.
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

/// B2C Service's error codes that mean the same whatever status they come with (reference, section 10).
enum APIErrorCode: String {
  case notAuthorised = "OSC-CREST-00014"
  case switchedOff = "OSC-CREST-00015"
  case unsupportedAccess = "OSC-CREST-00016"
  case throttled = "OSC-CREST-00035"
}

extension Dialect {
  /// What whoever is in front of an API says in its place: a login, a time or a size of its own.
  private static let statusesOfGateways: Set = [401, 407, 408, 413, 414, 431]

  /// Whether an answer without the structured form of an error may be a refusal by the API all the same.
  ///
  /// Fusion CX answers with a status and a text up to version 3 of its framework, and with an empty body to some
  /// requests in every version; a page is none of it, and a 5xx without a word may be anybody's (reference, section 10).
  /// Its errors in JSON have members of their own, and with 412 comes the item: whatever else is JSON, or half of it, or
  /// no text at all, is a gateway's.
  fileprivate func refusesWithoutForm(_ answer: HTTPAnswer) -> Bool {
    self == .fusionCX && (400..<500).contains(answer.status) && !answer.isPage
      && !Self.statusesOfGateways.contains(answer.status)
      && (answer.status == 412 || answer.isBlank || answer.isText)
  }
}

extension HTTPAnswer {
  fileprivate func retryAfter(now: Int) -> Duration? {
    // By the clock that the date was read from: ours may be minutes off.
    RequestedWait.retryAfter(headers["Retry-After"], now: RequestedWait.date(headers["Date"]) ?? now)
  }

  /// Whether the body is a text for people, and neither JSON nor declared to be.
  fileprivate var isText: Bool {
    guard headers["Content-Type"]?.lowercased().contains("json") != true, !body.contains(0),
      String(validating: body, as: UTF8.self) != nil,
      let first = body.first(where: { !($0 == 0x20 || (0x09...0x0D).contains($0)) })
    else { return false }
    return !"{[\"".utf8.contains(first) && (try? JSONValue(parsing: body)) == nil
  }

  /// Whether the body is an HTML page: what login portals and proxies answer in the API's place, with 200.
  var isPage: Bool {
    let isDeclared = headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false
    let first = body.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
    return first == UInt8(ascii: "<") || (isDeclared && first != nil)
  }
}

extension HTTPAnswer {
  /// What the pages say with which the usual web application firewalls refuse a request: F5 and Imperva their own
  /// words, Akamai the number of its reference, AWS, Cloudflare and Zscaler their names in a header.
  private static let firewallWords =
    blockingWords + [
      "request rejected", "support id", "incapsula", "incident id", "reference #", "reference&#32;&#35;",
      "attention required!", "just a moment...", "request could not be satisfied", "sucuri", "zscaler",
    ]
  /// What only a page says that refuses; the others stand on pages of a site that is away as well.
  private static let blockingWords = [
    "web application firewall", "mod_security", "modsecurity", "web page blocked", "request blocked",
    "blocked by waf", "access blocked", "fortiweb", "application blocked", "url blocked",
  ]
  private static let firewallServers = [
    "akamaighost", "awselb", "bigip", "cloudflare", "cloudfront", "imperva", "sucuri", "zscaler",
  ]

  /// Whether a page looks like a firewall's that refuses the request, and not like one of a site that is away.
  ///
  /// Palo Alto's blocks with a 503.
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
    var message = error.message ?? "\(status) \(Self.reason(answer.status)), and nothing else"
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

  /// For an answer that is not the API's.
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
    "show it to whoever runs the firewall: it blocks this account, this machine, or texts like these"

  static let notTheAPICode = "not-the-api"
  /// Whether a web page came in place of the API's answer.
  var isPage: Bool { code == Refusal.notTheAPICode }

  /// For a page in place of the API's answer.
  init(pageInsteadOfAnswer answer: HTTPAnswer) {
    let words = ErrorBody(answer).message.map { ": \($0)" } ?? ""
    let page = answer.isOfFirewall ? "a firewall's page" : "a web page"
    self.init(
      status: answer.status, code: Refusal.notTheAPICode,
      message: "HTTP \(answer.status) with \(page) in place of the API's answer\(words)"
        .asOneLine(limit: 1000),
      hint: answer.isOfFirewall ? Refusal.firewallHint : Refusal.foreignHint)
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
    case "27521": return "the site may not know an attribute of the row, or keep it itself; leave it out"
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
  /// The host a redirection leads to; the rest of its URL may hold what is nobody's business.
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
