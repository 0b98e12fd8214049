/// How connections to one site are made; the secrets in it are read already.
struct TransportSettings: Sendable {
  var userAgent: String
  var caFile: String?
  var clientCertificate: (certificateFile: String, keyFile: String, passphrase: Secret?)?
  var proxy: Proxy
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

extension Duration {
  /// Whole milliseconds for libcurl, at least one, because it takes zero for "no limit".
  var curlMilliseconds: Int {
    let (seconds, attoseconds) = components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    guard !milliseconds.overflow else { return Int(Int32.max) }
    return Int(min(max(milliseconds.partialValue + attoseconds / 1_000_000_000_000_000, 1), Int64(Int32.max)))
  }
}
