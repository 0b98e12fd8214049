/// Why a sheet as a whole cannot be read: the world failed, or there is nothing in it to work with.
///
/// What is wrong with a single row is a `Finding`, never an error.
public struct SheetError: Error, Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// There is no such file.
    case notFound
    /// The file exists and cannot be read: permissions, a directory, a failing disk.
    case unreadable
    /// The bytes are no text at all: a workbook, a picture, a web page.
    case notText
    /// The text is in an encoding that was not said and cannot be told.
    case encoding
    /// No rows.
    case empty
    /// The header row cannot be understood.
    case header
    /// The content is not in the format the name or the options promise.
    case format
    /// The file was written to, or cut, while it was read.
    case changed
    /// A compressed sheet is cut off or broken.
    case damaged
    /// An option makes no sense, such as a quote as the delimiter.
    case option
    /// A copy of the sheet cannot be stored: a full disk, a read-only folder.
    case storage
    /// Whoever reads it was told to stop.
    case stopped
  }

  public var kind: Kind
  /// The sheet as the user named it, with the line where there is one: `sheet.csv:12`.
  public var place: String
  /// What is wrong: lower case, no full stop, without the place.
  public var message: String
  /// What to do about it.
  public var hint: String?

  public init(_ kind: Kind, place: String, message: String, hint: String? = nil) {
    self.kind = kind
    self.place = place
    self.message = message
    self.hint = hint
  }
}

extension SheetError: CustomStringConvertible {
  public var description: String { "\(place): \(message)" }
}
