import Console
import Execution
import JSON
import Patches
import Records
import Sheets

extension RunPlan {
  /// Reads the job's conditions on records.
  ///
  /// - Throws: `UserError` with exit code 78 for one that cannot be; 64 if the records are not to be read.
  func conditions() throws(UserError) -> RowConditions {
    guard !settings.onlyIf.isEmpty || !settings.columnConditions.isEmpty || !settings.updates.isEmpty else {
      return RowConditions()
    }
    let (conditions, findings) = PatchBuilder.conditions(resource: resource, options: patchOptions)
    let code: ExitCode = jobPath == nil ? .usage : .configuration
    if let finding = findings.first(where: { $0.severity == .error }) {
      let value = finding.value.map { ", '\($0)'" } ?? ""
      throw UserError(
        code, place: jobPath ?? sheet, "\(finding.column ?? "only_if"): \(finding.message)\(value)",
        hint: finding.hint)
    }
    guard conditions.isEmpty || execution.takesSnapshots else {
      throw UserError(
        code, place: jobPath ?? sheet, "only_if and update need the records as they are",
        hint: "leave 'snapshot: false' or --no-snapshot out")
    }
    return conditions
  }

  /// Reads what the job rewrites in the threads of records; `nil` if nothing.
  ///
  /// - Throws: `UserError` with exit code 78, or 64 without a job, for what cannot be.
  func readRewriting() throws(UserError) -> TextRewriting? {
    guard
      !settings.rewriteKinds.isEmpty || settings.rewritePattern != nil || settings.rewriteReplacement != nil
    else { return nil }
    let code: ExitCode = jobPath == nil ? .usage : .configuration
    let place = jobPath ?? sheet
    let rewriting: TextRewriting
    do throws(TextRewriting.Fault) {
      rewriting = try TextRewriting(
        of: resource, kinds: settings.rewriteKinds, pattern: settings.rewritePattern,
        replacement: settings.rewriteReplacement)
    } catch {
      let key = ["rewrite", error.key].compactMap(\.self).joined(separator: ".")
      throw UserError(code, place: "\(place): \(key)", error.message, hint: error.hint)
    }
    guard settings.rewriteThrough != .element else {
      throw UserError(
        code, place: "\(place): rewrite",
        "goes through the record, and not through each thread's own address",
        hint: "leave 'rewrite_through: element' out")
    }
    return rewriting
  }

  /// Returns what rows take from their records.
  ///
  /// - Throws: `UserError` with exit code 78, or 64 without a job, if the records are not to be read.
  func completion() throws(UserError) -> RowCompletion {
    let completion = RowCompletion(resource: resource, options: patchOptions)
    guard completion.isEmpty || execution.takesSnapshots else {
      throw UserError(
        jobPath == nil ? .usage : .configuration, place: jobPath ?? sheet,
        "rewrite, and templates with {live.…}, need the records as they are",
        hint: "leave 'snapshot: false' or --no-snapshot out")
    }
    return completion
  }

  /// The settings for values made from the sheet, and for rows left out, in canonical form; null where not given.
  var madeValues: [(key: String, value: JSONValue)] {
    func texts(_ values: [String: String]) -> JSONValue {
      values.isEmpty
        ? .null : .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    let tables = settings.values.sorted { $0.key < $1.key }.map { ($0.key, texts($0.value)) }
    let patterns = settings.skipped.patterns.sorted().map(JSONValue.string)
    return [
      ("values", tables.isEmpty ? .null : .object(JSONObject(tables))),
      ("default", texts(settings.otherValues)), ("templates", texts(settings.templates)),
      (
        "only_if",
        settings.onlyIf.isEmpty
          ? .null
          : .object(
            JSONObject(
              settings.onlyIf.sorted { $0.key < $1.key }.map {
                ($0.key, .array($0.value.sorted().map(JSONValue.string)))
              }))
      ),
      ("only_if.columns", columnConditions), ("rewrite", rewrite),
      ("update", texts(settings.updates.filter { $0.value != .always }.mapValues(\.rawValue))),
      ("missing_columns", settings.missingColumns == .ignore ? "ignore" : .null),
      ("card_numbers", settings.cardRule.flatMap { $0 == .warn ? nil : .string($0.rawValue) } ?? .null),
      ("date", settings.dateFormat.map(JSONValue.string) ?? .null),
      ("decimal", settings.decimalSign == .comma ? "comma" : .null),
      ("skip_rows.last", settings.skipped.last == 0 ? .null : .integer(Int64(settings.skipped.last))),
      ("skip_rows.where", patterns.isEmpty ? .null : .array(patterns)),
    ]
  }

  /// The conditions of columns in canonical form; null without any.
  private var columnConditions: JSONValue {
    guard !settings.columnConditions.isEmpty else { return .null }
    var columns = JSONObject()
    for (header, paths) in settings.columnConditions.sorted(by: { $0.key < $1.key }) {
      var column = JSONObject()
      for (path, values) in paths.sorted(by: { $0.key < $1.key }) {
        column[path] = .array(values.sorted().map(JSONValue.string))
      }
      columns[header] = .object(column)
    }
    return .object(columns)
  }

  /// The rewriting in canonical form; null without one.
  private var rewrite: JSONValue {
    guard rewriting != nil else { return .null }
    return [
      .array(settings.rewriteKinds.map(\.rawValue).sorted().map(JSONValue.string)),
      settings.rewritePattern.map(JSONValue.string) ?? .null,
      settings.rewriteReplacement.map(JSONValue.string) ?? .null,
    ]
  }
}
