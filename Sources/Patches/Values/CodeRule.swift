import Catalog
import JSON
import Sheets

/// How a code of a lookup is written: as it stands, the codes every site has and those a site added alike.
final class CodeRule: Sendable {
  private let known: [String]
  private let codes: Set<String>
  private let lookup: String?
  private let maximumLength: Int

  init(known: [String], lookup: String?, maximumLength: Int) {
    self.known = known
    self.lookup = lookup
    self.maximumLength = maximumLength
    codes = Set(known)
  }

  /// Checks the length; a code that is not among the known ones is worth a warning, because it may be one of
  /// the site's own, or the meaning a form shows in its place.
  func check(_ text: Substring, at column: String, _ report: inout RowReport) -> JSONValue? {
    let code = String(text)
    guard !code.trimmingBlanks().isEmpty else {
      report.error(
        "not-a-code", column, value: code, "the code is blank",
        hint: "write null to clear the attribute")
      return nil
    }
    guard ValueRule.isFine(code, maximumLength, nil, nil, at: column, &report) else {
      return nil
    }
    if !codes.isEmpty, !codes.contains(code) {
      report.warning(
        "unlisted-code", column, value: code,
        "not among the known codes\(lookup.map { " of \($0)" } ?? "")",
        hint: NearestNames.hint(for: code, among: known)
          ?? "sites extend this lookup; known are \(known.joined(separator: ", "))")
    }
    return .string(code)
  }
}
