import Catalog
import JSON
import Sheets

/// The rule for a code of a lookup: it is written unchanged, whether delivered or added by the site.
final class CodeRule: Sendable {
  private let known: [String]
  private let codes: Set<String>
  private let lookup: String?
  private let maximumLength: Int
  /// Indicates that the codes are those of the site's own lookup.
  private let isListed: Bool

  init(known: [String], lookup: String?, maximumLength: Int, isListed: Bool = false) {
    self.isListed = isListed
    self.known = known
    self.lookup = lookup
    self.maximumLength = maximumLength
    codes = Set(known)
  }

  /// Checks the length, and warns of a code that is not known.
  ///
  /// It may be one of the site's own, or the meaning that a form shows in place of the code.
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
    if isListed, !codes.contains(code) {
      report.warning(
        "unlisted-code", column, value: code, "not in the site's lookup when the overlay was saved",
        hint: NearestNames.hint(for: code, among: known)
          ?? "ask the site with 'check --live', or save the overlay again")
    } else if !codes.isEmpty, !codes.contains(code) {
      report.warning(
        "unlisted-code", column, value: code,
        "not among the known codes\(lookup.map { " of \($0)" } ?? "")",
        hint: NearestNames.hint(for: code, among: known)
          ?? "sites extend this lookup; the known codes are \(known.joined(separator: ", "))")
    }
    return .string(code)
  }
}
