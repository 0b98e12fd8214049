/// The reason a sheet as a whole cannot be read: a failure of the system, or no usable content.
///
/// An error of a single row is a `Finding`, never thrown.
public struct SheetError: Error, Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// There is no such file.
    case notFound
    /// The file exists and cannot be read: permissions, a directory, a failing disk.
    case unreadable
    /// The bytes are no text: a workbook, a picture, a web page.
    case notText
    /// The text is in an encoding that was not given and cannot be detected.
    case encoding
    /// No rows.
    case empty
    /// The header row cannot be understood.
    case header
    /// The content is not in the format of the name or the options.
    case format
    /// The file was written to, or cut, while it was read.
    case changed
    /// A compressed sheet is cut off or broken.
    case damaged
    /// An option makes no sense, such as a quote as the delimiter.
    case option
    /// A copy of the sheet cannot be stored: a full disk, a read-only folder.
    case storage
    /// The reading was stopped.
    case stopped
  }

  public var kind: Kind
  /// The sheet as the user named it, with the line if there is one: `sheet.csv:12`.
  public var place: String
  /// The problem: lower case, no full stop, without the place.
  public var message: String
  /// The advice for the user.
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
