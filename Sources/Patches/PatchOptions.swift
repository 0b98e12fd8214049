public import Catalog

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
  /// The address for a row that only rewrites one element.
  public var rewriteThrough = RewriteRoute.record

  public init() {}
}

/// The address that takes the rewrite of one list element.
public enum RewriteRoute: String, Sendable, CaseIterable {
  /// The record's own address, the element in the body.
  case record
  /// The element's address, such as `/incidents/2/threads/3`, if the list has one.
  case element
}
