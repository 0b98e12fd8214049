#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The settings for connections to one site; their secrets are read already.
struct TransportSettings: Sendable {
  var userAgent: String
  var caFile: String?
  var clientCertificate: (certificateFile: String, keyFile: String, passphrase: Secret?)?
  var proxy: Proxy
  /// The secrets of the proxy's address, which must be hidden.
  var proxyTraces = LoginTraces()
  var connectTimeout: Duration
  /// The time-out of a whole exchange, connecting included.
  var requestTimeout: Duration
  /// Keeps requests and answers for a log.
  var keepsBodies = false

  /// The headers of every request, which ask for no compression.
  var headers: [(name: String, value: String)] {
    [("User-Agent", userAgent), ("Accept-Encoding", "identity")]
  }

  enum Proxy: Sendable, Equatable {
    /// The variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, by libcurl's own rules.
    case environment
    /// No proxy, whatever the environment says: no proxy leads to loopback.
    case none
    case url(String)
  }
}

extension TransportSettings.Proxy {
  /// Returns the host and port of the proxy that a failed connection went to, without its login; `nil` if it went to
  /// the site.
  ///
  /// libcurl decides which of the environment's proxies to use (`no_proxy`), but its words name the host it failed to
  /// reach.
  ///
  /// - Parameter detail: libcurl's words.
  func name(
    for url: String, failedAt detail: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let scheme = url.hasPrefix("https:") ? "https" : "http"
    // libcurl ignores HTTP_PROXY: a web server sets it from a client's header.
    let names = ["\(scheme)_proxy", scheme == "https" ? "HTTPS_PROXY" : "", "all_proxy", "ALL_PROXY"]
    let text: String? =
      switch self {
      case .none: nil
      case .url(let url): url
      case .environment: names.lazy.compactMap { environment[$0] }.first
      }
    guard let text, let name = Self.address(in: text) else { return nil }
    guard self == .environment else { return name }
    let host = String(name.prefix { $0 != ":" })
    return Self.address(in: url) != name && detail.contains(host) ? name : nil
  }

  /// Returns `proxy.example:3128` for `http://user:secret@proxy.example:3128/`.
  ///
  /// It is `nil` for anything that is not clearly of this form: that may have a password in the wrong place.
  private static func address(in url: String) -> String? {
    // Starts after the last character that can end a login.
    let rest = url.split(separator: "@").last ?? ""
    let scheme = rest.firstRange(of: "://")
    if let scheme,
      !["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains(
        rest[..<scheme.lowerBound].lowercased())
    {
      return nil
    }
    let authority = (scheme.map { rest[$0.upperBound...] } ?? rest).prefix { $0 != "/" }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, parts.count <= 2,
      host.utf8.allSatisfy({ byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      }), parts.dropFirst().allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    return String(authority)
  }

  /// Returns the addresses as given, since a typo may put a password anywhere, and the login of one.
  func secrets(_ environment: [String: String]) -> [Secret] {
    let texts: [String]
    switch self {
    case .none: texts = []
    case .url(let url): texts = [url]
    case .environment:
      let names = ["http_proxy", "https_proxy", "all_proxy"]
      texts = (names + names.map { $0.uppercased() }).compactMap { environment[$0] }
    }
    return texts.flatMap { text -> [String] in
      guard let at = text.lastIndex(of: "@") else { return [text] }
      let start = text[..<at].firstRange(of: "//")?.upperBound ?? text.startIndex
      let login = text[start..<at]
      let passwords = [login.firstIndex(of: ":"), login.lastIndex(of: ":")].compactMap { colon in
        colon.map { String(login[login.index(after: $0)...]) }
      }
      return [text, String(login)] + passwords
    }.map(Secret.init)
  }
}

extension Duration {
  /// The whole milliseconds for libcurl, at least one, because zero means "no limit".
  var curlMilliseconds: Int {
    let (seconds, attoseconds) = components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    guard !milliseconds.overflow else { return Int(Int32.max) }
    return Int(min(max(milliseconds.partialValue + attoseconds / 1_000_000_000_000_000, 1), Int64(Int32.max)))
  }
}
