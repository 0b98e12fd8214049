#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How connections to one site are made; the secrets in it are read already.
struct TransportSettings: Sendable {
  var userAgent: String
  var caFile: String?
  var clientCertificate: (certificateFile: String, keyFile: String, passphrase: Secret?)?
  var proxy: Proxy
  /// What of the proxy's address nobody may read.
  var proxyTraces = LoginTraces()
  var connectTimeout: Duration
  /// Of a whole exchange, connecting included.
  var requestTimeout: Duration
  /// Whether what is sent and answered is kept for a log.
  var keepsBodies = false

  enum Proxy: Sendable, Equatable {
    /// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, by libcurl's own rules.
    case environment
    /// No proxy, whatever the environment says: to loopback there is no way through one.
    case none
    case url(String)
  }
}

extension TransportSettings.Proxy {
  /// Host and port of the proxy that a failed connection was made to, without its login; `nil` when it was made to the site.
  ///
  /// Which one of the environment libcurl takes is its own affair (`no_proxy`), but its words name whom it failed to reach.
  ///
  /// - Parameter detail: libcurl's words.
  func name(
    for url: String, failedAt detail: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let scheme = url.hasPrefix("https:") ? "https" : "http"
    // libcurl does not look at HTTP_PROXY: a web server sets it from what a client sends.
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

  /// `proxy.example:3128` of `http://user:secret@proxy.example:3128/`; `nil` of what is not clearly that: it may hold a
  /// password in the wrong place.
  private static func address(in url: String) -> String? {
    // First what a login can end with, whatever is in it.
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

  /// The addresses as they were given, since a password is anywhere in one with a typo, and what is the login of one.
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
  /// Whole milliseconds for libcurl, at least one, because it takes zero for "no limit".
  var curlMilliseconds: Int {
    let (seconds, attoseconds) = components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    guard !milliseconds.overflow else { return Int(Int32.max) }
    return Int(min(max(milliseconds.partialValue + attoseconds / 1_000_000_000_000_000, 1), Int64(Int32.max)))
  }
}
