public import JSON
public import Sheets

/// Findings in the form of the run file and the reports: a JSON array.
public enum FindingList {
  public static func text(_ findings: [Finding]) -> String {
    JSONValue.array(findings.map { .object(object($0)) }).text()
  }

  /// Returns findings after those of such a text, if there is one.
  static func text(_ findings: [Finding], after earlier: String?) -> String {
    let before = earlier.map(objects) ?? []
    return JSONValue.array((before + findings.map(object)).map { .object($0) }).text()
  }

  /// Returns the findings in such a text as objects; none for any other text.
  public static func objects(_ text: String) -> [JSONObject] {
    ((try? JSONValue(parsing: text))?.array ?? []).compactMap(\.object)
  }

  /// Returns one finding with the member names of `check --json`; the row itself also has row and line.
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
