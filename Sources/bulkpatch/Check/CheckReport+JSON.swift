import Catalog
import Console
import JSON
import Patches
import Sheets

/// A check's report for programs: one JSON object, written as it grows, so that memory does not.
///
/// Its members are `sheet`, `resource`, `format`, `encoding`, `delimiter`, `compressed`, `columns`, `disagreements` if there are any, `findings`, then
/// `rows`, `valid`, `rejected`, `skipped`, `warnings`, `rules`, `error` if the sheet could not be read to its end, and
/// `exit_code`.
final class JSONCheckReport: CheckReport {
  private let output: Output
  private var isFirstFinding = true

  init(_ output: Output) { self.output = output }

  var isClosed: Bool { output.isClosed }

  func begin(_ sheet: CheckedSheet) {
    var head: JSONObject = [
      "sheet": .string(sheet.name), "resource": .string(sheet.resource),
      "format": .string(sheet.format.rawValue),
      "encoding": sheet.encoding.map { .string($0.rawValue) } ?? .null,
      "delimiter": sheet.delimiter.map { .string(String(Unicode.Scalar($0))) } ?? .null,
      "compressed": .bool(sheet.isCompressed),
      "columns": .array(
        sheet.columns.map {
          ["header": .string($0.header), "attribute": $0.role.attribute, "role": $0.role.name]
        }),
    ]
    if !sheet.disagreements.isEmpty {
      head["disagreements"] = .array(
        sheet.disagreements.map {
          ["attribute": .string($0.path), "message": .string($0.fact), "hint": .string($0.hint)]
        })
    }
    // The object stays open: `end` writes its brace.
    output.write(head.text().dropLast() + ",\"findings\":[")
  }

  func add(_ finding: Finding) {
    output.write((isFirstFinding ? "\n" : ",\n") + finding.json.text())
    isFirstFinding = false
  }

  func end(_ tally: CheckTally, failure: UserError?, code: ExitCode) {
    var tail: JSONObject = [
      "rows": .integer(Int64(tally.rows)), "valid": .integer(Int64(tally.valid)),
      "rejected": .integer(Int64(tally.rejected)), "skipped": .integer(Int64(tally.skipped)),
      "warnings": .integer(Int64(tally.warnings)),
      "rules": .object(JSONObject(tally.sortedRules.map { ($0.rule, .integer(Int64($0.count))) })),
    ]
    tail["error"] = failure.map { .object($0.details) }
    tail["exit_code"] = .integer(Int64(code.rawValue))
    output.write((isFirstFinding ? "]," : "\n],") + tail.text().dropFirst() + "\n")
    output.flush()
    if let failure { Output.toStandardError(failure.text) }
  }
}

extension PatchBuilder.Column.Role {
  fileprivate var name: JSONValue {
    switch self {
    case .key: "key"
    case .attribute: "attribute"
    case .ignored: "ignored"
    case .template: "template"
    case .result: "result"
    }
  }

  fileprivate var attribute: JSONValue {
    switch self {
    case .key(let path), .attribute(let path): .string(path)
    case .ignored, .template, .result: .null
    }
  }
}

extension Finding {
  /// The finding in the form of JSON output.
  var json: JSONObject {
    var json: JSONObject = [
      "severity": .string(severity.rawValue), "row": .integer(Int64(row)), "line": .integer(Int64(line)),
    ]
    json["column"] = column.map(JSONValue.string)
    json["value"] = value.map(JSONValue.string)
    json["rule"] = .string(rule)
    json["message"] = .string(message)
    json["hint"] = hint.map(JSONValue.string)
    return json
  }
}
