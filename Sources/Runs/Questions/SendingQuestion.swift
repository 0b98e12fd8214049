import Catalog
import Console
import Execution
import JSON
import Reports
import Sites
import Staging

/// The question before the first row of a run is sent, with the facts needed to answer it.
struct SendingQuestion {
  /// The number of attributes that are named one by one.
  private static let shownItems = 15

  let session: RunSession
  let outline: RunOutline
  private let warnings: [WarningGroup]
  /// The earlier sending of this very sheet.
  private let earlier: EarlierSending?

  /// Counts the staged rows.
  ///
  /// - Throws: `UserError` with exit code 74.
  init(_ session: RunSession, _ earlier: EarlierSending? = nil) throws(UserError) {
    self.session = session
    self.earlier = earlier
    do throws(StagingError) {
      outline = try RunOutline(reading: session.run, resource: session.plan.resource)
      warnings = session.plan.purpose.hasSheet ? try session.run.warningGroups() : []
    } catch { throw session.userError(error) }
  }

  private var plan: RunPlan { session.plan }
  private var rows: String { Quantity.rows(outline.rows) }

  /// The last line, without the choices.
  var question: String {
    let changes = outline.rows == 1 ? "this change" : "these \(Quantity.count(outline.rows)) changes"
    return "Send \(changes) to \(host.printable())\(earlier == nil ? "" : " again")?"
  }

  /// The facts about what will be sent, each line ended.
  package var text: String {
    let siteName = plan.site?.name ?? ""
    // A site given as a URL is named after it.
    let site = siteName.isEmpty || siteName == host ? "" : " (\(siteName))"
    let name = plan.purpose.title(job: plan.jobName)
    var text = "\(name): \(rows) for \(records) at \(plan.site?.url ?? "")\(site)".printable() + "\n"
    var table = TextTable([.left, .left])
    for item in outline.items.prefix(Self.shownItems) {
      let verb = item.isAddition ? "added" : "set"
      table.append([
        item.place, "\(verb) \(Quantity.count(item.count)) \(item.count == 1 ? "time" : "times")",
      ])
    }
    text += table.text(indent: 2)
    let more = outline.items.count - Self.shownItems
    if more > 0 { text += "  and \(more) more\n" }
    if let earlier { text += "This sheet \(earlier.text)\n  \(earlier.advice)\n" }
    if let rollback = session.rollbacks.last {
      text += "What this run sent before has been rolled back by run \(rollback.id.printable())\n"
    }
    if !plan.suppressed.isEmpty {
      let names = plan.suppressed.map(\.rawValue).sorted().joined(separator: ", ")
      text += "Switched off on the site for these changes: \(names)\n"
    }
    text += WarningGroup.text(of: warnings)
    for item in outline.items where item.isIrreversible { text += irreversible(item) }
    if let canary = plan.canary, canary < outline.records {
      text += "It stops for a review after the first \(canary == 1 ? "record" : "\(canary) records")\n"
    }
    return text
  }

  private func irreversible(_ item: RunOutline.Item) -> String {
    let isOne = item.count == 1
    let count = Quantity.count(item.count)
    guard item.isAddition else {
      return "Cannot be undone: \(item.place.printable()) will be set \(count) \(isOne ? "time" : "times")\n"
    }
    let things =
      item.place == "threads"
      ? (isOne ? "thread" : "threads") : "\(isOne ? "element" : "elements") of \(item.place.printable())"
    return "Cannot be undone: \(count) \(things) will be added\n"
  }

  private var records: String {
    let count = Quantity.count(outline.records)
    return "\(count) \(outline.records == 1 ? plan.resource.singular : plan.resource.name)"
  }

  /// The address without scheme and path, which tells production from test.
  private var host: String {
    guard let url = plan.site?.url else { return "the site" }
    let rest = url.split(separator: "://", maxSplits: 1).last ?? url[...]
    return String(rest.prefix { $0 != "/" })
  }
}
