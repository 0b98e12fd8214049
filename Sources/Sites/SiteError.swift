/// Why a site cannot be used as its settings say; found before anything is sent.
public struct SiteError: Error, Sendable, Equatable {
  public enum Kind: Sendable {
    /// A setting is wrong or not supported; the command ends with 78.
    case configuration
    /// A secret is not to be had; the command ends with 77.
    case login
  }

  public var kind: Kind
  /// `place: what is wrong`; never holds a secret.
  public var message: String
  /// What to do about it.
  public var hint: String

  public init(_ kind: Kind, message: String, hint: String) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}
