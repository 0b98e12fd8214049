import Catalog
import Sheets

/// The texts that a job makes of a row's cells and of its record.
extension HeaderCompiler {
  /// Returns whether a header that names no attribute is taken by a template.
  func isOnlyInTemplates(_ name: String) -> Bool {
    guard !shape.keys.contains(where: { $0.attribute == name }), case .unknown = shape.resolve(name) else {
      return false
    }
    return isTaken(name)
  }

  /// Returns whether a template takes the cells of a column.
  func isTaken(_ name: String) -> Bool {
    options.templates.values.contains { (try? CellTemplate($0))?.columns.contains(name) ?? false }
  }

  mutating func addTemplate(_ path: String, _ text: String, _ header: [String]?) {
    guard let header else {
      report.error(
        "bad-template", path, value: text, "a template needs a sheet with a header", hint: "give it as CSV")
      return
    }
    guard case .route(let route) = shape.resolve(path), !shape.keys.contains(where: { $0.attribute == path })
    else {
      report.error(
        "unknown-attribute", path, value: text, "a template for an attribute that cannot be set here",
        hint: NearestNames.hint(for: path, among: shape.paths))
      return
    }
    do throws(BracedText.Fault) {
      var template = try CellTemplate(text)
      try template.find(in: header)
      guard areReadable(template.livePaths, for: route.rule, at: path) else { return }
      take(path, by: path)
      let slot = addSlot(route, path: path, name: path, .blank)
      mapping.templates.append((template, route.rule, slot, path))
    } catch { report.error(error.rule, path, value: error.value ?? text, error.message, hint: error.hint) }
  }

  /// Reports attributes of the record that a template cannot take.
  private mutating func areReadable(_ livePaths: [String], for rule: ValueRule, at path: String) -> Bool {
    guard let first = livePaths.first else { return true }
    switch rule.form {
    case .text, .unstated: break
    default:
      report.error(
        "bad-template", path, value: "{live.\(first)}", "only a text can hold what a record holds",
        hint: "use the template for a text, such as a note")
      return false
    }
    let errors = report.errors
    for livePath in livePaths {
      guard livePath != resource.key else {
        report.error(
          "bad-template", path, value: "{live.\(livePath)}", "the row itself says which record it is for",
          hint: "take the column with the key")
        continue
      }
      let field = resource.field(at: livePath)
      let isUnreadable = field?.kind == .base64 || field?.kind == .menuPath || field?.isTrigger == true
      guard isUnreadable || shape.ruleOfRecord(livePath, in: resource) == nil else { continue }
      report.error(
        "unknown-attribute", path, value: "{live.\(livePath)}",
        "the template takes what is not an attribute of the \(resource.singular) itself",
        hint: NearestNames.hint(for: livePath, among: resource.fields.map(\.path)))
    }
    return report.errors == errors
  }
}
