import JSON
package import Sheets

extension Finding {
  /// Returns the finding as text: place in the sheet, column, problem, value, rule, and a hint below.
  package func text(sheet: String) -> String {
    let sheet = sheet.printable()
    let place = [row == 0 && line == 0 ? sheet : "\(sheet):\(line)", column?.printable()]
    let what = value.map { "\(message), '\($0)'" } ?? message
    let parts = place.compactMap { $0 } + [severity == .warning ? "warning: \(what)" : what]
    let advice = hint.map { "  hint: \($0)\n" } ?? ""
    return "\(parts.joined(separator: ": ")) [\(rule)]\n\(advice)"
  }
}
