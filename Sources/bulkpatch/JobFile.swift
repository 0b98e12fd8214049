import Catalog
import Console
import Foundation
import Sites

/// A job file (`jobs/*.yaml`), read and checked key by key; what it asks for is in `settings`.
struct JobFile {
  var path: String
  var settings: JobSettings
  /// The file as it is, a byte order mark excepted.
  var text: String

  /// The file's name without its ending: the job's name in runs and reports.
  var name: String { Path.stem(of: path) }
  var folder: String { Path.folder(of: path) }

  /// Whether an argument names a job file, and not a sheet.
  static func isJob(_ path: String) -> Bool {
    ["yaml", "yml"].contains(Path.ending(of: path))
  }

  /// Reads a job file.
  ///
  /// - Throws: `UserError`: 66 when there is no such file, 74 when it cannot be read, 78 with the line when
  ///   a key is unknown, given twice, not yet supported, or its value has the wrong form.
  init(path: String) throws(UserError) {
    let file = try SettingsFile(path: path, kind: "job file")
    self.path = path
    text = file.text
    settings = JobSettings()
    let root = file.root
    try root.allow(JobFile.keys)

    settings.resource = try root.value("resource", .resource)
    settings.sheet = try root.value("sheet", .text).map { JobFile.resolve($0, in: file.folder) }
    settings.site = try JobFile.site(root, file: file)
    settings.reason = try root.value("reason", .reason)

    for column in try root.mapping("columns", "a mapping of headers to attribute paths")?.texts() ?? [] {
      settings.columns[column.key] = column.text
    }
    settings.ignored = Set(try root.values("ignore", .text) ?? [])
    for constant in try root.mapping("constants", "a mapping of attribute paths to values")?.texts() ?? [] {
      settings.constants.append((constant.key, constant.text))
    }
    settings.customFields = try root.declaredTypes("custom_fields")
    settings.extraAttributes = try root.declaredTypes("extra_attributes")

    settings.format = try root.value("format", .word)
    try readCSV(root)
    if let attachments = try root.mapping("attachments", "a mapping with the keys folder, limit") {
      try attachments.allow(["folder", "limit"])
      settings.attachmentFolder = try attachments.value("folder", .text).map {
        JobFile.resolve($0, in: file.folder)
      }
      settings.attachmentLimit = try attachments.value("limit", .size)
    }
    settings.rewriteThrough = try root.value("rewrite_through", .word)
    settings.isStrict = try root.value("strict", .boolean)
    settings.allowsEmpty = try root.value("allow_empty", .boolean)
    settings.nulls = Set(try root.values("nulls", .nullWord) ?? [])
    settings.retractText = try root.value("retract_text", .text)
    settings.execution.takesSnapshots = try root.value("snapshot", .boolean)
    settings.execution.maxRecords = try root.value("max_records", .records)
    settings.execution.canary = try root.value("canary", .records)
    settings.execution.verifies = try root.value("verify", .boolean)
    settings.suppressed = Set(try root.values("suppress", .word) ?? [])
    settings.metricsPath = try root.value("metrics", .text).map { JobFile.resolve($0, in: file.folder) }
    try readExecution(root)
    if let keep = try root.mapping("keep", "a mapping with the keys runs, days") {
      try keep.allow(["runs", "days"])
      settings.keep.runs = try keep.value("runs", .keptRuns)
      settings.keep.days = try keep.value("days", .keptDays)
    }
    if let hooks = try root.mapping("on", "a mapping with the keys finished, failed") {
      try hooks.allow(["finished", "failed"])
      settings.hooks.finished = try hooks.value("finished", .text)
      settings.hooks.failed = try hooks.value("failed", .text)
    }
  }

  private mutating func readCSV(_ root: SettingsMapping) throws(UserError) {
    guard let csv = try root.mapping("csv", "a mapping with the keys delimiter, encoding, …") else { return }
    try csv.allow(["delimiter", "encoding", "null", "datetime", "timezone"])
    settings.delimiter = try csv.value("delimiter", .delimiter)
    settings.encoding = try csv.value("encoding", .encoding)
    settings.nullMarker = try csv.value("null", .nullWord)
    settings.dateTimeFormat = try csv.value("datetime", .dateTimeFormat)
    settings.timeZone = try csv.value("timezone", .timeZone)
  }

  private mutating func readExecution(_ root: SettingsMapping) throws(UserError) {
    guard let execution = try root.mapping("execution", "a mapping with the keys lanes, retries, …") else {
      return
    }
    try execution.allow(
      [
        "lanes", "rate", "retries", "breaker", "stop_after", "on_failure", "batch", "settle", "until",
        "max_duration",
      ])
    settings.execution.batch = try execution.value("batch", .word)
    settings.execution.settle = try execution.value("settle", .duration)
    settings.execution.until = try execution.value("until", .until)
    settings.execution.maximumDuration = try execution.value("max_duration", .duration)
    settings.execution.lanes = try execution.value("lanes", .lanes)
    settings.execution.onFailure = try execution.value("on_failure", .word)
    if let retries = try execution.mapping("retries", "a mapping with the keys attempts, base, cap") {
      try retries.allow(["attempts", "base", "cap"])
      settings.execution.attempts = try retries.value("attempts", .attempts)
      settings.execution.base = try retries.value("base", .duration)
      settings.execution.cap = try retries.value("cap", .duration)
    }
    settings.execution.rate = try execution.value("rate", .rate)
    if let breaker = try execution.mapping("breaker", "a mapping with the keys failures, patience") {
      try breaker.allow(["failures", "patience"])
      settings.execution.breakerFailures = try breaker.value("failures", .failures)
      settings.execution.breakerPatience = try breaker.value("patience", .duration)
    }
    if let stop = try execution.mapping(
      "stop_after", "a mapping with the keys failures, failure_rate, same_reason")
    {
      try stop.allow(["failures", "failure_rate", "same_reason"])
      settings.execution.stopAfterFailures = try stop.value("failures", .failures)
      settings.execution.stopAfterFailureRate = try stop.value("failure_rate", .percent)
      settings.execution.stopAfterSameReason = try stop.value("same_reason", .limit)
    }
  }

  private static func site(_ root: SettingsMapping, file: SettingsFile) throws(UserError)
    -> SiteReference?
  {
    guard root.isMapping("site"), let mapping = try root.mapping("site", "a name or a mapping") else {
      return try root.value("site", .siteName).map(SiteReference.init)
    }
    return .settings(try SiteSettings(mapping, name: nil, folder: file.folder))
  }

  /// A path of a settings file as seen from the working folder; `-` stays standard input.
  static func resolve(_ path: String, in folder: String) -> String {
    guard !path.hasPrefix("/"), path != "-", !folder.isEmpty else { return path }
    // `jobs/../a.csv` is `a.csv`, unless `jobs` is a link to somewhere else.
    let last = Path.name(of: folder)
    if path.hasPrefix("../"), ![".", "..", ""].contains(last),
      (try? FileManager.default.destinationOfSymbolicLink(atPath: folder)) == nil
    {
      return resolve(String(path.dropFirst(3)), in: Path.folder(of: folder))
    }
    return Path.join(folder, path)
  }

  private static let keys = [
    "resource", "sheet", "site", "columns", "ignore", "constants", "csv", "format", "execution",
    "suppress", "custom_fields", "extra_attributes", "attachments", "rewrite_through", "snapshot", "strict",
    "max_records", "canary", "verify", "retract_text", "keep", "on", "metrics", "nulls", "allow_empty",
    "reason",
  ]
}

extension SettingsMapping {
  /// What a mapping of attribute paths to types says.
  ///
  /// - Throws: `UserError` with exit code 78 at the line of what is no type.
  func declaredTypes(_ key: String) throws(UserError) -> [String: DeclaredType] {
    var types: [String: DeclaredType] = [:]
    guard let fields = try mapping(key, "a mapping of attribute paths to types") else { return types }
    for entry in fields.entries { types[entry.key] = try fields.value(entry.key, .declaredType) }
    return types
  }

  /// Every entry of a mapping of texts to texts.
  ///
  /// - Throws: `UserError` with exit code 78 when a value is no text, or empty.
  fileprivate func texts() throws(UserError) -> [(key: String, text: String)] {
    var texts: [(key: String, text: String)] = []
    for entry in entries {
      if let text = try value(entry.key, .text) { texts.append((entry.key, text)) }
    }
    return texts
  }
}
