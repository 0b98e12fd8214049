/// The credentials of the sandbox.
struct Credentials: Sendable {
  let user: String
  let password: String
  /// The header in the form of nearly every client.
  private let basic: String

  init(user: String, password: String) {
    self.user = user
    self.password = password
    basic = "Basic \(Base64.encoded("\(user):\(password)".utf8))"
  }

  /// Returns whether the `Authorization` header is right: Basic, or the password as a `Bearer` or `Session` token.
  ///
  /// The tokens replace the identity provider and the agent's session that a stand-in does not have.
  func admit(_ request: Exchange) -> Bool {
    let header = request.headers["authorization"] ?? ""
    if header == basic { return true }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return false }
    let value = parts[1].trimmed
    return switch parts[0].lowercased() {
    case "basic": Base64.decoded(value) == Array("\(user):\(password)".utf8)
    case "bearer", "session": value == password
    default: false
    }
  }
}
