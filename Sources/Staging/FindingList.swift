public import JSON
public import Sheets

/// Findings as the run file and the reports write them: a JSON array.
public enum FindingList {
  public static func text(_ findings: [Finding]) -> String {
    JSONValue.array(findings.map { .object(object($0)) }).text()
  }

  /// The findings that such a text holds, as objects; none when it is no such text.
  public static func objects(_ text: String) -> [JSONObject] {
    ((try? JSONValue(parsing: text))?.array ?? []).compactMap(\.object)
  }

  /// One finding with the member names of `check --json`; row and line stand in the row itself too.
  public static func object(_ finding: Finding) -> JSONObject {
    var object: JSONObject = [
      "severity": .string(finding.severity.rawValue), "row": .integer(Int64(finding.row)),
      "line": .integer(Int64(finding.line)), "rule": .string(finding.rule),
      "message": .string(finding.message),
    ]
    object["column"] = finding.column.map { .string($0) }
    object["value"] = finding.value.map { .string($0) }
    object["hint"] = finding.hint.map { .string($0) }
    return object
  }
}
