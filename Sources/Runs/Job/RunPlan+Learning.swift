import Catalog
package import Console
import Execution
import Foundation
import Patches
import Sheets
package import Sites
import Staging

extension RunPlan {
  /// Returns this plan with the types of the custom fields that neither job nor site file declares, as the site
  /// describes them.
  ///
  /// They become flags of the request, so that a resume reads the sheet in the same way.
  ///
  /// - Throws: `UserError`: 65 for a field that the site does not have; 69, 75, 77 or 78 for the site's trouble.
  package func learningTypes(from site: any Site) throws(UserError) -> RunPlan {
    let paths = undeclaredPaths
    guard !paths.isEmpty else { return self }
    let (exchange, found) = site.makeConnection().description(of: SiteDescription.places(of: paths))
    switch exchange.outcome {
    case .applied: break
    case .refused(let refusal), .foreign(let refusal):
      noteUnread(paths, refusal.message)
      return self
    default:
      if let error = UserError(exchange.outcome, at: site.location) { throw error }
    }
    let unread = paths.filter { found.has($0) == nil }
    if !unread.isEmpty { noteUnread(unread, found.refused.min { $0.key < $1.key }?.value ?? "") }
    var plan = self
    for path in paths where found.has(path) != nil {
      guard let type = found.attributes[path]?.type else {
        throw UserError(
          .unreadableSheet, place: sheetName, "the site has no custom field \(path)",
          hint: NearestNames.hint(
            for: path, among: found.attributes.keys.filter { resource.isCustom($0) }.sorted())
            ?? "leave the column out with 'ignore'")
      }
      plan.settings.customFields[path] = type
      plan.resource.customKinds[path] = type.kind(in: resource.dialect)
      plan.request.flags.append(
        RunRequest.Flag(MappingSettings.customFields.flag, ["\(path)=\(type.text)"]))
    }
    plan.execution.completion = try plan.completion()
    return plan
  }

  private func noteUnread(_ paths: [String], _ reason: String) {
    Output.toStandardError(
      "note: the types of \(paths.joined(separator: ", ")) could not be read at the site, so that cells are sent as "
        + "text: \(reason)\n  hint: declare them with custom_fields\n")
  }

  /// Returns the custom fields of the sheet's header, of the constants and in templates whose types nothing declares.
  ///
  /// The header of standard input is not known yet, what is read of a pipe would be missing from the sheet, and JSON
  /// has types of its own.
  private var undeclaredPaths: [String] {
    var paths = settings.constants.map(\.path) + execution.completion.attributes.map(\.path)
    // What is wrong with the sheet is told when it is staged.
    if !isSpooled, Sheet.isFile(self.sheet), let sheet = try? openSheet(spool: ""), sheet.format.hasHeader {
      paths += sheet.header.filter { !settings.ignored.contains($0) }.map { settings.columns[$0] ?? $0 }
    }
    var found: [String] = []
    for path in paths where !found.contains(path) {
      let isOwn = resource.customFields.contains { $0.contains(path) } && resource.isCustom(path)
      if isOwn, resource.customKinds[path] == nil, resource.siteRefusal(at: path) == nil {
        found.append(path)
      }
    }
    return found
  }
}
