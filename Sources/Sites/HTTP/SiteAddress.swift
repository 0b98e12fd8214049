import CCurl

/// A site's base URL, parsed by the same parser that will connect to it.
public struct SiteAddress: Equatable, Sendable {
  /// The scheme, host, port and path, without a slash at the end.
  public var url: String
  /// The host and port, for messages.
  public var host: String
  var isEncrypted: Bool
  /// Indicates that the host is this machine, by name or by number.
  var isLoopback: Bool

  /// The reason a text is no base URL.
  struct Fault: Error, Equatable {
    var message: String
    var hint: String
  }

  /// - Throws: `Fault` for anything but an absolute http or https URL without login, query and fragment.
  init(_ text: String) throws(Fault) {
    let shape = "write it like https://desk.example.com"
    guard let parts = unsafe curl_url() else { preconditionFailure("libcurl has no memory for a URL") }
    defer { unsafe curl_url_cleanup(parts) }
    let read = { (part: CURLUPart) -> String? in
      var value: UnsafeMutablePointer<CChar>?
      guard unsafe curl_url_get(parts, part, &value, 0) == CURLUE_OK, let found = unsafe value else {
        return nil
      }
      defer { unsafe curl_free(found) }
      return unsafe String(cString: found)
    }
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }),
      unsafe curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK,
      let scheme = read(CURLUPART_SCHEME)?.lowercased(), let host = read(CURLUPART_HOST)
    else { throw Fault(message: "is not a URL", hint: shape) }
    guard scheme == "http" || scheme == "https" else {
      throw Fault(message: "has the scheme \(scheme)", hint: shape)
    }
    guard read(CURLUPART_USER) == nil, read(CURLUPART_PASSWORD) == nil else {
      throw Fault(message: "holds a login", hint: "put user and secret under auth")
    }
    guard read(CURLUPART_QUERY) == nil, read(CURLUPART_FRAGMENT) == nil else {
      throw Fault(message: "holds a query or a fragment", hint: shape)
    }
    let path = String((read(CURLUPART_PATH) ?? "").reversed().drop { $0 == "/" }.reversed())
    guard path.firstRange(of: "/services/rest/") == nil, path.firstRange(of: "/crmRestApi/") == nil else {
      throw Fault(message: "holds the API's own path", hint: "leave out what follows the host")
    }
    let port = read(CURLUPART_PORT).map { ":\($0)" } ?? ""
    self.host = host + port
    url = "\(scheme)://\(host)\(port)\(path)"
    isEncrypted = scheme == "https"
    isLoopback = Self.isLoopback(host)
  }

  /// Returns whether two base URLs mean one site: the same host, port and path, whatever the spelling of the scheme.
  public static func isSameSite(_ one: String, _ other: String) -> Bool {
    guard let one = try? SiteAddress(one), let other = try? SiteAddress(other) else { return one == other }
    return one.place == other.place
  }

  /// Returns whether a base URL leads to this machine, where only a stand-in or a tunnel can be.
  public static func isOnThisMachine(_ url: String) -> Bool { (try? SiteAddress(url))?.isLoopback ?? false }

  /// The host, port and path in one form, without a scheme's default port.
  private var place: String {
    let scheme = isEncrypted ? "https://" : "http://"
    let standardPort = isEncrypted ? ":443" : ":80"
    var host = host.lowercased()
    if host.hasSuffix(standardPort) { host.removeLast(standardPort.utf8.count) }
    if host.hasSuffix(".") { host.removeLast() }
    return host + url.dropFirst(scheme.utf8.count + self.host.utf8.count)
  }

  /// Returns whether a host is `localhost` or below it (RFC 6761), in 127.0.0.0/8, or ::1.
  private static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
  }
}
