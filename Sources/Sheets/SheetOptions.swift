/// What the user says about a sheet; everything left `nil` is found out from the sheet itself.
public struct SheetOptions: Sendable, Equatable {
  /// The format; else the name's ending decides, else the first character.
  public var format: SheetFormat?
  /// The delimiter of a CSV sheet, one ASCII byte; else a `sep=` line or the first rows decide.
  public var delimiter: UInt8?
  /// The encoding; else a byte order mark decides, else the sheet is UTF-8.
  ///
  /// A byte order mark overrules this, because it never stands in a sheet by chance.
  public var encoding: SheetEncoding?
  /// The most bytes one row may have, as UTF-8; a longer row is skipped with a finding.
  public var rowLimit = 16 << 20

  /// Whether a last row is refused that has no line end, as of a sheet that is still being written.
  public var isStrict = false
  /// Whether a sheet may have no rows.
  public var allowsEmpty = false

  public init() {}
}
