/// The reason a site cannot be used with its settings, found before anything is sent.
public struct SiteError: Error, Sendable, Equatable {
  public enum Kind: Sendable {
    /// A setting is wrong or not supported; the command ends with 78.
    case configuration
    /// A secret is not available; the command ends with 77.
    case login
  }

  public var kind: Kind
  /// The message `place: what is wrong`; never contains a secret.
  public var message: String
  /// The advice for the user.
  public var hint: String

  public init(_ kind: Kind, message: String, hint: String) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}
