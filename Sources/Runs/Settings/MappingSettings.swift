import Catalog
import Console
import Patches
import Sheets
import Staging

/// The settings that turn rows into patches.
package enum MappingSettings: SettingList {
  package static let settings = [
    columns, match, ignored, missingColumns, constants, values, otherValues, templates, skippedAtEnd,
    skippedPatterns,
    customFields, extraAttributes, overlay, nullMarker, nulls, dateFormat, dateTimeFormat, timeZone,
    decimalSign,
    attachmentFolder, attachmentLimit, rewriteThrough, cardRule,
  ]

  package static let columns = Setting.named(
    "columns", "column", .text, expected: "a mapping of headers to attribute paths",
    // A header may contain '=', an attribute path never does.
    splitsAtLast: true, { header, path, settings in settings.columns[header] = path },
    help: "Take this attribute from the column with this header; repeatable.", value: "header=path")

  static let match = Setting.named(
    "key.match", "match", .text, expected: "a mapping of attribute paths to headers",
    { path, header, settings in
      settings.match.removeAll { $0.path == path }
      settings.match.append((path, header))
    },
    help: """
      Find the record by this attribute, with the value of the column with this header; with several, by all of them \
      together. No record, or more than one, fails the row.
      """, value: "path=header")

  static let ignored = Setting.set(
    "ignore", "ignore", .text, \.ignored,
    help: "Ignore the column with this header; repeatable.", value: "header")

  static let constants = Setting.named(
    "constants", "constant", .text, expected: "a mapping of attribute paths to values",
    { path, value, settings in
      settings.constants.removeAll { $0.path == path }
      settings.constants.append((path, value))
    }, help: "Give this attribute the same value on every row; repeatable.", value: "path=value")

  static let missingColumns = Setting.one(
    "missing_columns", "missing-columns", Form<MissingColumns>.word, \.missingColumns,
    help: "Refuse a sheet without one of the mapped columns, or leave it out (default: error).",
    value: "error|ignore")

  /// A job gives a table by itself, `{Prio: {P1: "1 - Critical"}}`, or the name of a CSV file with two columns.
  static let values = Setting(
    key: "values", flag: "values", shape: .list,
    help: """
      What a cell of a column stands for, such as 'Prio:P1=1 - Critical'; repeatable. Every other cell of that column \
      is a mistake, unless --default says what it means. A job may name a CSV file of two columns: \
      {Prio: priorities.csv}.
      """, value: "header:cell=text", expected: "a mapping of headers to tables",
    readFlag: { given, settings throws(UserError) in
      for text in given.values {
        guard let colon = text.firstIndex(of: ":"), let equals = text[colon...].firstIndex(of: "=") else {
          throw UserError(.usage, "--values must be HEADER:CELL=TEXT, not '\(text)'")
        }
        let cell = String(text[text.index(after: colon)..<equals]).trimmingBlanks()
        settings.values[String(text[..<colon]), default: [:]][String(cell)] = String(
          text[text.index(after: equals)...])
      }
    },
    readKey: { mapping, key, settings throws(UserError) in
      guard let tables = try mapping.mapping(key, "a mapping of headers to tables") else { return }
      for entry in tables.entries { settings.values[entry.key] = try tables.valueTable(entry.key) }
    })

  static let otherValues = Setting.named(
    "default", "default", .anyText, expected: "a mapping of headers to texts",
    { header, text, settings in settings.otherValues[header] = text },
    help:
      "What every cell of a column stands for that --values does not have, blank ones excepted; repeatable.",
    value: "header=text")

  static let templates = Setting.named(
    "templates", "template", .text, expected: "a mapping of attribute paths to texts",
    { path, text, settings in settings.templates[path] = text },
    help: """
      A text made of a row's cells, such as 'threads.append.text=Moved from {Old team} to {New team}'; repeatable. A \
      row whose cells are all blank gets none; {live.subject} is what the record holds when it is looked at; {{ stands \
      for a brace.
      """, value: "path=text")

  static let skippedAtEnd = Setting(
    key: "skip_rows.last", flag: "skip-last-rows",
    help: "Leave out the last N rows of the sheet, such as a line of totals; they count as skipped.",
    value: "n", expected: Form.skippedRows.expected,
    readFlag: { given, settings throws(UserError) in
      settings.skipped.last = try Form.skippedRows.value(ofFlag: given.name, given.values.last) ?? 0
    },
    readKey: { mapping, key, settings throws(UserError) in
      settings.skipped.last = try mapping.value(key, .skippedRows) ?? 0
    })

  static let skippedPatterns = Setting.set(
    "skip_rows.where", "skip-rows-where", .text, \.skipped.patterns,
    help: "Leave out rows whose first cell with a text is like this, such as 'Total*'; repeatable.",
    value: "pattern")

  static let customFields = Setting.named(
    "custom_fields", "custom-field", .declaredType, expected: "a mapping of attribute paths to types",
    { path, type, settings in settings.customFields[path] = type },
    help: "The type of a custom field: \(DeclaredType.expected); repeatable.", value: "path=type")

  static let extraAttributes = Setting.named(
    "extra_attributes", "extra-attribute", .declaredType, expected: "a mapping of attribute paths to types",
    { path, type, settings in settings.extraAttributes[path] = type },
    help: "The type of an attribute that the catalogue does not have; repeatable.", value: "path=type")

  static let overlay = Setting.path(
    "overlay", "overlay", \.overlayFile,
    help: "What the site adds to the catalogue, as 'bulkpatch resources NAME --save' writes it.")

  static let nullMarker = Setting.one(
    "csv.null", "null", .nullWord, \.nullMarker,
    help: "The cell that clears an attribute (default: <null>).", value: "text")

  static let nulls = Setting.set(
    "nulls", "nulls", .nullWord, \.nulls,
    help: "Another word that clears an attribute, such as NULL; repeatable.", value: "text")

  static let dateFormat = Setting.one(
    "csv.date", "date", .dateFormat, \.dateFormat,
    help: "How days are written, such as dd/MM/yyyy (default: yyyy-MM-dd).", value: "pattern")

  static let decimalSign = Setting.one(
    "csv.decimal", "decimal", Form<DecimalSign>.word, \.decimalSign,
    help: "The sign before the decimals of a number (default: point).", value: "point|comma")

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

  static let cardRule = Setting.one(
    "card_numbers", "card-numbers", Form<CardRule>.word, \.cardRule,
    help: "Warn of a row that would add a text with a card number, reject it, or allow it (default: warn).",
    value: "warn|error|allow")

  static let rewriteThrough = Setting.one(
    "rewrite_through", "rewrite-through", Form<RewriteRoute>.word, \.rewriteThrough,
    help: "Rewrite threads through their record, or at the thread's own address (element).",
    value: "record|element")
}
