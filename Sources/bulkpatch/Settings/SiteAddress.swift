import Foundation

/// A site's address, checked: `https://host[:port][/path]`, without a login, a query or a trailing slash.
struct SiteAddress {
  var url: String
  var host: String

  /// Why a text is no such address; completes "the address …".
  struct Mistake: Error {
    var message: String
    var hint: String?
  }

  /// - Throws: `Mistake`; its words never repeat an address that has a login in it.
  init(_ text: String, allowsPlainHTTP: Bool) throws(Mistake) {
    let example = "an address looks like https://desk.example"
    guard !text.contains("@") else {
      throw Mistake(
        message: "has a login in it", hint: "name the user and the password's source under 'auth'")
    }
    guard let components = URLComponents(string: text),
      let scheme = components.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = components.host, !host.isEmpty
    else {
      throw Mistake(message: "must be an http or https address, not '\(text.prefix(80))'", hint: example)
    }
    guard components.query == nil, components.fragment == nil else {
      throw Mistake(message: "has a query or fragment", hint: example)
    }
    guard scheme == "https" || allowsPlainHTTP || SiteAddress.isLoopback(host) else {
      throw Mistake(
        message: "would send the login over plain http to \(host)",
        hint: "use https, or set allow_plain_http: true for this site in sites.yaml")
    }
    var trimmed = text
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    url = trimmed
    self.host = host
  }

  /// Whether a host is this machine itself, whose traffic nobody can listen to.
  static func isLoopback(_ host: String) -> Bool {
    let bare = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    let bytes = bare.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return bare == "localhost" || bare == "::1"
      || (bytes.count == 4 && bytes.first == 127 && !bytes.contains(nil))
  }
}
