public import Catalog
public import Records

public import struct Foundation.TimeZone

/// A job's options for reading its sheet.
public struct PatchOptions: Sendable {
  /// Sheet header to attribute path (job key `columns`); in JSONL, top-level member to attribute path.
  public var columns: [String: String] = [:]
  /// Sheet headers, or top-level members, to leave out (job key `ignore`).
  public var ignored: Set<String> = []
  /// The same value on every row, in this order (job key `constants`), written as in a cell.
  ///
  /// A constant accompanies a row's own values: a row without any gets none, and a constant alone makes no list
  /// element. Only in a sheet with nothing but key columns are the constants the patch.
  public var constants: [(path: String, value: String)] = []
  /// The cell text that clears an attribute.
  public var nullMarker = "<null>"
  /// Further words that clear an attribute (job key `nulls`), such as `NULL` of a database's dump.
  public var nulls: Set<String> = []
  /// The meanings of columns' cells, by header (job keys `values` and `default`).
  public var values: [String: ValueTable] = [:]
  /// Attribute path and the text that is made of a row's cells (job key `templates`).
  public var templates: [String: String] = [:]
  /// Attribute path and the values of which a record must have one (job key `only_if`), written as in a cell.
  public var onlyIf: [String: Set<String>] = [:]
  /// Header, and the values of which a record must have one for the column to be written, by path (`only_if`).
  public var columnConditions: [String: [String: Set<String>]] = [:]
  /// The rule for writing a column, by header (job key `update`).
  public var updates: [String: UpdateRule] = [:]
  /// Leaves out mapped columns that the sheet does not have (job key `missing_columns`).
  public var ignoresMissingColumns = false
  /// The format of days that are not ISO 8601, such as `dd/MM/yyyy`.
  public var dateFormat: String?
  /// The treatment of rows that would add a text with a card number (job key `card_numbers`).
  public var cardRule = CardRule.warn
  /// The sign before the decimals of a number.
  public var decimalSign = DecimalSign.point
  /// The format of points in time that are not ISO 8601, such as `dd-MM-yyyy HH:mm`.
  public var dateTimeFormat: String?
  /// The zone of those points in time; required with `dateTimeFormat`.
  public var timeZone: TimeZone?
  /// The types of custom fields by path (job key `custom_fields`); unlisted ones stay text.
  public var customFields: [String: DeclaredType] = [:]
  /// The sheet's folder: files to attach are in or below it, or in the one that the job names.
  public var attachmentFolder = "."
  /// The job's folder of files to attach; hidden and private files are taken only from it.
  public var namedAttachmentFolder: String?
  /// Files with login secrets, which are never attached.
  public var secretFiles: [String] = []
  /// The largest size of an attached file, in bytes.
  public var attachmentLimit = 20 << 20
  /// The rewriting of what a record's threads say (job key `rewrite`).
  public var rewriting: TextRewriting?
  /// The address for a row that only rewrites one element.
  public var rewriteThrough = RewriteRoute.record

  public init() {}
}

/// The sign before the decimals of a number, by name.
public enum DecimalSign: String, Sendable, CaseIterable {
  case point
  case comma

  /// The sign itself.
  public var character: Character { self == .point ? "." : "," }
}

/// The address that takes the rewrite of one list element.
public enum RewriteRoute: String, Sendable, CaseIterable {
  /// The record's own address, the element in the body.
  case record
  /// The element's address, such as `/incidents/2/threads/3`, if the list has one.
  case element
}
