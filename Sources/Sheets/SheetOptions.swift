/// The user's options for a sheet; everything left `nil` is detected from the sheet itself.
public struct SheetOptions: Sendable, Equatable {
  /// The format; else the name's extension decides, else the first character.
  public var format: SheetFormat?
  /// The delimiter of a CSV sheet, one ASCII byte; else a `sep=` line or the first rows decide.
  public var delimiter: UInt8?
  /// The encoding; else a byte order mark decides, else the sheet is UTF-8.
  ///
  /// A byte order mark overrides this, because it never occurs by chance.
  public var encoding: SheetEncoding?
  /// The largest number of bytes in one row, as UTF-8; a longer row is skipped with a finding.
  public var rowLimit = 16 << 20

  /// Refuses a last row without a line end, as in a sheet that is still being written.
  public var isStrict = false
  /// Accepts a sheet without rows.
  public var allowsEmpty = false

  public init() {}
}
