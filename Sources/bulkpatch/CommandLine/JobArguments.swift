import ArgumentParser
import Catalog
import Console
import Patches

/// What names the work to be done, and the flags that stand for a job's keys; spelled like them.
struct JobArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A job file (.yaml), or an update sheet (.csv, .jsonl, either with .gz, or - for standard input).",
      valueName: "job|sheet"),
    completion: .file())
  var jobOrSheet: String

  @Option(help: ArgumentHelp("What the sheet's rows are, such as incidents.", valueName: "name"))
  var resource: String?

  @Option(
    help: ArgumentHelp("Use this sheet in place of the job's.", valueName: "path"), completion: .file())
  var sheet: String?

  @Option(
    help: ArgumentHelp(
      """
      A site of sites.yaml, or its URL; then the login is taken from the environment variables \
      BULKPATCH_USER and BULKPATCH_PASSWORD.
      """, valueName: "name|url"))
  var site: String?

  @Option(
    name: .customLong("column"),
    help: ArgumentHelp(
      "Take this attribute from the column with this header; repeatable.", valueName: "header=path"))
  var columns: [String] = []

  @Option(
    name: .customLong("ignore"),
    help: ArgumentHelp("Leave the column with this header out; repeatable.", valueName: "header"))
  var ignored: [String] = []

  @Option(
    name: .customLong("constant"),
    help: ArgumentHelp(
      "Give this attribute the same value on every row; repeatable.", valueName: "path=value"))
  var constants: [String] = []

  @Option(
    name: .customLong("custom-field"),
    help: ArgumentHelp(
      "The type of a custom field: \(DeclaredType.expected); repeatable.",
      valueName: "path=type"))
  var customFields: [String] = []

  @Option(
    name: .customLong("extra-attribute"),
    help: ArgumentHelp(
      "The type of an attribute that the catalogue does not have; repeatable.", valueName: "path=type"))
  var extraAttributes: [String] = []

  @Option(help: ArgumentHelp("The sheet's format: csv or jsonl (default: by its name).", valueName: "name"))
  var format: String?

  @Option(
    help: ArgumentHelp("\",\", \";\", \"|\" or tab (default: detected).", valueName: "character"))
  var delimiter: String?

  @Option(
    help: ArgumentHelp(
      "utf-8, utf-16, windows-1252 or latin-1 (default: utf-8, or by the byte order mark).", valueName: "name"
    ))
  var encoding: String?

  @Option(
    name: .customLong("null"),
    help: ArgumentHelp("The cell that clears an attribute (default: <null>).", valueName: "text"))
  var nullMarker: String?

  @Option(
    name: .customLong("nulls"),
    help: ArgumentHelp(
      "A further word that clears an attribute, such as NULL; repeatable.", valueName: "text"))
  var nulls: [String] = []

  @Option(
    help: ArgumentHelp(
      "How date-times are written, such as 'dd-MM-yyyy HH:mm' (default: ISO 8601 with an offset).",
      valueName: "pattern"))
  var datetime: String?

  @Option(help: ArgumentHelp("The time zone of date-times without an offset.", valueName: "name"))
  var timezone: String?

  @Option(
    name: .customLong("attachments-folder"),
    help: ArgumentHelp(
      "Take the files to attach from this folder, hidden and private ones too (default: the sheet's, without those).",
      valueName: "path"),
    completion: .directory)
  var attachmentFolder: String?

  @Option(
    name: .customLong("attachments-limit"),
    help: ArgumentHelp("The largest file that may be attached.", valueName: "size"))
  var attachmentLimit: String?

  @Option(
    name: .customLong("rewrite-through"),
    help: ArgumentHelp(
      "Rewrite threads through their record, or at the thread's own address (element).",
      valueName: "record|element"))
  var rewriteThrough: String?

  @Flag(
    name: .customLong("strict"), inversion: .prefixedNo,
    help: "Send nothing at all when a row is rejected.")
  var isStrict: Bool?

  @Flag(
    name: .customLong("allow-empty"), inversion: .prefixedNo,
    help: "Take a sheet without rows for nothing to do (0), and not for a mistake (65).")
  var allowsEmpty: Bool?

  /// These flags as settings, to be put over a job's.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  func settings() throws(UserError) -> JobSettings {
    var settings = JobSettings()
    settings.resource = try Form.resource.value(ofFlag: "resource", resource)
    settings.sheet = try Form.text.value(ofFlag: "sheet", sheet)
    settings.site = try Form.siteName.value(ofFlag: "site", site).map(SiteReference.init)
    // A header may have a '=' in it, an attribute path never.
    settings.columns = try Assignment.dictionary(columns, flag: "column", form: .text, splitAtLast: true)
    settings.ignored = Set(ignored)
    settings.constants = try Assignment.all(constants, flag: "constant", form: .text)
      .map { ($0.name, $0.value) }
    settings.customFields = try Assignment.dictionary(customFields, flag: "custom-field", form: .declaredType)
    settings.extraAttributes = try Assignment.dictionary(
      extraAttributes, flag: "extra-attribute", form: .declaredType)
    settings.format = try Form.word.value(ofFlag: "format", format)
    settings.delimiter = try Form.delimiter.value(ofFlag: "delimiter", delimiter)
    settings.encoding = try Form.encoding.value(ofFlag: "encoding", encoding)
    settings.nullMarker = try Form.nullWord.value(ofFlag: "null", nullMarker)
    settings.dateTimeFormat = try Form.dateTimeFormat.value(ofFlag: "datetime", datetime)
    settings.timeZone = try Form.timeZone.value(ofFlag: "timezone", timezone)
    settings.attachmentFolder = try Form.text.value(ofFlag: "attachments-folder", attachmentFolder)
    settings.attachmentLimit = try Form.size.value(ofFlag: "attachments-limit", attachmentLimit)
    settings.rewriteThrough = try Form.word.value(ofFlag: "rewrite-through", rewriteThrough)
    settings.isStrict = isStrict
    settings.allowsEmpty = allowsEmpty
    for word in nulls {
      if let word = try Form.nullWord.value(ofFlag: "nulls", word) { settings.nulls.insert(word) }
    }
    return settings
  }
}

/// Flags of the form `name=value`, in the order given, each name once.
private enum Assignment {
  static func all<Value>(
    _ texts: [String], flag: String, form: Form<Value>, splitAtLast: Bool = false
  ) throws(UserError) -> [(name: String, value: Value)] {
    var values: [(name: String, value: Value)] = []
    for text in texts {
      let found = splitAtLast ? text.lastIndex(of: "=") : text.firstIndex(of: "=")
      guard let equals = found, equals != text.startIndex else {
        throw UserError(.usage, "--\(flag) must be NAME=VALUE, not '\(text)'")
      }
      let name = String(text[..<equals])
      guard !values.contains(where: { $0.name == name }) else {
        throw UserError(.usage, "--\(flag) is given twice for '\(name)'")
      }
      let value = String(text[text.index(after: equals)...])
      guard let value = try form.value(ofFlag: "\(flag) \(name)=", value) else { continue }
      values.append((name, value))
    }
    return values
  }

  static func dictionary<Value>(
    _ texts: [String], flag: String, form: Form<Value>, splitAtLast: Bool = false
  ) throws(UserError) -> [String: Value] {
    let values = try all(texts, flag: flag, form: form, splitAtLast: splitAtLast)
    return Dictionary(values.map { ($0.name, $0.value) }) { $1 }
  }
}
