public import Catalog

public import struct Foundation.TimeZone

/// What a job says about reading its sheet.
public struct PatchOptions: Sendable {
  /// Sheet header to attribute path (job key `columns`); in JSONL, top-level member to attribute path.
  public var columns: [String: String] = [:]
  /// Sheet headers, or top-level members, to leave out (job key `ignore`).
  public var ignored: Set<String> = []
  /// The same value on every row, in this order (job key `constants`), written as in a cell.
  ///
  /// A constant goes with what a row says itself: a row without a value of its own gets none, and a
  /// constant alone makes no list element. Only in a sheet that has nothing but key columns are the
  /// constants the patch.
  public var constants: [(path: String, value: String)] = []
  /// The cell text that clears an attribute.
  public var nullMarker = "<null>"
  /// Further words that clear an attribute (job key `nulls`), such as `NULL` of a database's dump.
  public var nulls: Set<String> = []
  /// How the sheet writes points in time that are not ISO 8601, such as `dd-MM-yyyy HH:mm`.
  public var dateTimeFormat: String?
  /// The zone of those points in time; needed as soon as `dateTimeFormat` is set.
  public var timeZone: TimeZone?
  /// The types of a site's own attributes by path (job key `custom_fields`); unlisted ones stay text.
  public var customFields: [String: DeclaredType] = [:]
  /// The sheet's folder: files to attach lie in it or below, or in the one that the job names.
  public var attachmentFolder = "."
  /// The folder of files to attach that the job names; hidden and private files are taken from it alone.
  public var namedAttachmentFolder: String?
  /// Files that logins come from: they are never attached.
  public var secretFiles: [String] = []
  /// The largest file that is attached, in bytes.
  public var attachmentLimit = 20 << 20
  /// Where a row goes that only rewrites one element.
  public var rewriteThrough = RewriteRoute.record

  public init() {}
}

/// The address that takes the rewrite of one list element.
public enum RewriteRoute: String, Sendable, CaseIterable {
  /// The record's own address, the element in the body.
  case record
  /// The element's address, such as `/incidents/2/threads/3`, where the list has one.
  case element
}
