/// The facts about a site that a few harmless requests tell.
public struct SiteFacts: Sendable {
  /// The result of the first request; the other facts are known only if it went well.
  public var check: Exchange
  /// The versions of the API that answer.
  public var version = ""
  /// What the account may do, as far as questions tell.
  public var permissions: [Permission] = []
  /// The site's clock minus this machine's; zero if they cannot be told apart.
  public var clockDifference: Duration?
  /// The site's certificate; `nil` without TLS.
  public var certificate: Certificate?

  /// One thing that an account may be allowed to do.
  public struct Permission: Sendable, Equatable {
    /// The thing in words, such as `read incidents`.
    public var name: String
    /// Indicates the permission; `nil` if the site does not say.
    public var isGiven: Bool?
  }

  /// The certificate that a site has shown; it was verified.
  public struct Certificate: Sendable, Equatable {
    public var subject: String
    public var issuer: String
    /// The last day, in the words of the certificate.
    public var expires: String
  }

  init(_ check: Exchange) { self.check = check }
}

extension SiteFacts {
  /// The certificate of libcurl's `Name:value` entries; `nil` if there are none.
  static func certificate(of entries: [String]) -> Certificate? {
    func value(_ name: String) -> String {
      let entry = entries.first { $0.hasPrefix(name + ":") } ?? ""
      return String(entry.dropFirst(name.count + 1)).asOneLine(limit: 200)
    }
    guard !entries.isEmpty else { return nil }
    return Certificate(subject: value("Subject"), issuer: value("Issuer"), expires: value("Expire date"))
  }

  /// Returns how far a site's clock is from this machine's, by the answer to a request.
  ///
  /// `RNT-Time` of B2C Service counts microseconds, `Date` whole seconds.
  ///
  /// - Parameters:
  ///   - began: seconds since 1970 before the request.
  ///   - ended: seconds since 1970 after the answer.
  static func clockDifference(_ headers: HTTPHeaders, began: Double, ended: Double) -> Duration? {
    let exact = headers["RNT-Time"]?.split(separator: " ").first { $0.hasPrefix("t=") }
      .flatMap { Double($0.dropFirst(2)) }.map { $0 / 1_000_000 }
    guard let earliest = exact ?? RequestedWait.date(headers["Date"]).map(Double.init) else { return nil }
    let latest = exact ?? earliest + 1
    let range = (earliest - ended, latest - began)
    if range.0 <= 0, range.1 >= 0 { return .zero }
    return .seconds(range.0 > 0 ? range.0 : range.1)
  }
}

extension SiteFacts.Permission {
  /// The permission that the outcome of a question shows.
  init(_ name: String, _ outcome: Outcome) {
    self.name = name
    isGiven =
      switch outcome {
      case .applied: true
      case .loginRefused: false
      case .refused(let refusal), .foreign(let refusal): refusal.status == 403 ? false : nil
      default: nil
      }
  }
}
