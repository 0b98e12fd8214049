import Catalog
package import Console
import Execution
import JSON
import Sheets
package import Sites

extension RunPlan {
  /// Returns this plan with what the site's metadata says now of the attributes that the rows touch.
  ///
  /// An attribute that the site does not have is a finding of each row that gives it. It is only for a check: a run
  /// keeps the catalogue that it was staged with.
  ///
  /// - Throws: `UserError`: 69, 75, 77 or 78 for the site's trouble; 64 or 78 for a condition on what it does not have.
  package func comparing(with site: any Site) throws(UserError) -> RunPlan {
    let paths = touchedPaths
    var places: [String]?
    if let paths { places = [""] + SiteDescription.places(of: paths).filter { !$0.isEmpty } }
    var (exchange, description) = site.makeConnection().description(of: places)
    switch exchange.outcome {
    case .applied: break
    case .refused(let refusal), .foreign(let refusal):
      Output.toStandardError(
        "note: \(site.location): the site does not say what attributes it has: \(refusal.message)\n")
      return self
    default: if let error = UserError(exchange.outcome, at: site.location) { throw error }
    }
    var now = ResourceOverlay(of: resource, as: &description)
    // A column keeps its name, and is told how the site spells it.
    let spellings = now.names
    now.names = [:]
    var plan = self
    for place in resource.siteRefusals.keys where description.has(place) == true {
      plan.resource.siteRefusals[place] = nil
    }
    // Every name and code is looked up at the site itself.
    for place in resource.siteValues.keys { plan.resource.siteValues[place] = [] }
    let news: [Disagreement]
    (plan.resource, news) = plan.resource.overlaid(by: now)
    plan.resource.sitePlaces = description.places
    for path in plan.resource.customKinds.keys where description.has(path) == false {
      plan.resource.siteRefusals[path] = .absent
    }
    for (name, spelling) in spellings { plan.resource.siteRefusals[name] = .spelt(spelling) }
    plan.execution.conditions = try plan.conditions()
    plan.disagreements += news.filter { !disagreements.contains($0) }
    return plan
  }

  /// The attributes of header, constants and templates, without verbs; `nil` if only the rows tell them.
  private var touchedPaths: [String]? {
    guard !isSpooled, Sheet.isFile(self.sheet), let sheet = try? openSheet(spool: ""), sheet.format.hasHeader
    else {
      return nil
    }
    let columns = sheet.header.filter { !settings.ignored.contains($0) }.map { settings.columns[$0] ?? $0 }
    let others = settings.constants.map(\.path) + Array(settings.templates.keys)
    return (columns + others).map { resource.withoutVerbs($0) }
  }

  /// Where the overlay is from, for messages.
  package var overlayPlace: String { overlayFile ?? site.map { "site '\($0.name)'" } ?? "overlay" }
}

extension Disagreement {
  /// Returns the disagreement as text: place, attribute, fact, and a hint below.
  package func text(place: String) -> String {
    "\(place.printable()): \(path): \(fact)\n  hint: \(hint)\n"
  }
}
