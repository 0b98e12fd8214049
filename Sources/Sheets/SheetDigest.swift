/// What a sheet's bytes were, so that a resume can tell whether they still are.
public struct SheetDigest: Sendable, Hashable {
  /// Bytes as on disk.
  public var size: Int
  /// Lower-case hex.
  public var sha256: String

  public init(size: Int, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }
}
