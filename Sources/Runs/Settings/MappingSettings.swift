import Catalog
import Patches

/// The settings that turn rows into patches.
package enum MappingSettings: SettingList {
  package static let settings = [
    columns, ignored, constants, customFields, extraAttributes, nullMarker, nulls, dateTimeFormat, timeZone,
    attachmentFolder, attachmentLimit, rewriteThrough,
  ]

  package static let columns = Setting.named(
    "columns", "column", .text, expected: "a mapping of headers to attribute paths",
    // A header may contain '=', an attribute path never does.
    splitsAtLast: true, { header, path, settings in settings.columns[header] = path },
    help: "Take this attribute from the column with this header; repeatable.", value: "header=path")

  static let ignored = Setting.set(
    "ignore", "ignore", .text, \.ignored,
    help: "Ignore the column with this header; repeatable.", value: "header")

  static let constants = Setting.named(
    "constants", "constant", .text, expected: "a mapping of attribute paths to values",
    { path, value, settings in
      settings.constants.removeAll { $0.path == path }
      settings.constants.append((path, value))
    }, help: "Give this attribute the same value on every row; repeatable.", value: "path=value")

  static let customFields = Setting.named(
    "custom_fields", "custom-field", .declaredType, expected: "a mapping of attribute paths to types",
    { path, type, settings in settings.customFields[path] = type },
    help: "The type of a custom field: \(DeclaredType.expected); repeatable.", value: "path=type")

  static let extraAttributes = Setting.named(
    "extra_attributes", "extra-attribute", .declaredType, expected: "a mapping of attribute paths to types",
    { path, type, settings in settings.extraAttributes[path] = type },
    help: "The type of an attribute that the catalogue does not have; repeatable.", value: "path=type")

  static let nullMarker = Setting.one(
    "csv.null", "null", .nullWord, \.nullMarker,
    help: "The cell that clears an attribute (default: <null>).", value: "text")

  static let nulls = Setting.set(
    "nulls", "nulls", .nullWord, \.nulls,
    help: "Another word that clears an attribute, such as NULL; repeatable.", value: "text")

  static let dateTimeFormat = Setting.one(
    "csv.datetime", "datetime", .dateTimeFormat, \.dateTimeFormat,
    help: "How date-times are written, such as 'dd-MM-yyyy HH:mm' (default: ISO 8601 with an offset).",
    value: "pattern")

  static let timeZone = Setting.one(
    "csv.timezone", "timezone", .timeZone, \.timeZone,
    help: "The time zone of date-times without an offset.", value: "name")

  static let attachmentFolder = Setting.path(
    "attachments.folder", "attachments-folder", \.attachmentFolder,
    help:
      "Take files to attach from this folder, even hidden and private ones (default: the sheet's, without those).",
    completion: .folder)

  static let attachmentLimit = Setting.one(
    "attachments.limit", "attachments-limit", .size, \.attachmentLimit,
    help: "The largest file that may be attached.", value: "size")

  static let rewriteThrough = Setting.one(
    "rewrite_through", "rewrite-through", Form<RewriteRoute>.word, \.rewriteThrough,
    help: "Rewrite threads through their record, or at the thread's own address (element).",
    value: "record|element")
}
