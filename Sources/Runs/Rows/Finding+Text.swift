import JSON
package import Sheets

extension Finding {
  /// The finding as a person reads it: the place in the sheet, the column, what is wrong, the value, the
  /// rule, and below it what to do.
  package func text(sheet: String) -> String {
    let sheet = sheet.printable()
    let place = [row == 0 && line == 0 ? sheet : "\(sheet):\(line)", column?.printable()]
    let what = value.map { "\(message), '\($0)'" } ?? message
    let parts = place.compactMap { $0 } + [severity == .warning ? "warning: \(what)" : what]
    let advice = hint.map { "  hint: \($0)\n" } ?? ""
    return "\(parts.joined(separator: ": ")) [\(rule)]\n\(advice)"
  }
}
