import Catalog
import Console
import Execution
import JSON
import Patches
import Reports
import Sheets
import Sites
import Staging

/// The question before the first row of a run is sent, with the facts needed to answer it.
struct SendingQuestion {
  /// The number of attributes that are named one by one.
  private static let shownItems = 15
  /// The number of new values that are named for one attribute.
  private static let shownTargets = 3

  let session: RunSession
  let outline: RunOutline
  private let warnings: [WarningGroup]
  /// The earlier sending of this very sheet.
  private let earlier: EarlierSending?
  private let stopTime: String?
  private let counts: StateCounts
  /// The causes of rejected rows, the largest group first.
  private let rejections: [ErrorGroup]

  /// Counts the staged rows.
  ///
  /// - Parameter stopTime: the time at which the window closes, in words.
  /// - Throws: `UserError` with exit code 74.
  init(
    _ session: RunSession, _ earlier: EarlierSending? = nil, stopTime: String? = nil
  ) throws(UserError) {
    self.session = session
    self.earlier = earlier
    self.stopTime = stopTime
    do throws(StagingError) {
      outline = try RunOutline(reading: session.run, resource: session.plan.resource)
      counts = try session.run.counts()
      rejections =
        counts[.rejected] == 0 ? [] : try session.run.errorGroups().filter { $0.state == .rejected }
      warnings = session.plan.purpose.hasSheet ? try session.run.warningGroups() : []
    } catch { throw session.userError(error) }
  }

  private var plan: RunPlan { session.plan }

  /// The questions, without the choices; a second one if much of the sheet is left out.
  var questions: [String] {
    let changes = outline.rows == 1 ? "this change" : "these \(Quantity.count(outline.rows)) changes"
    let first = "Send \(changes) to \(host.printable())\(earlier == nil ? "" : " again")?"
    let rejected = counts[.rejected]
    guard plan.purpose.hasSheet, rejected * 10 > counts.total else { return [first] }
    return [
      first,
      "\(Quantity.count(rejected)) of \(Quantity.rows(counts.total)) are left out, more than a tenth of the sheet. "
        + "Send the other \(Quantity.count(outline.rows)) all the same?",
    ]
  }

  /// The facts about what will be sent, each line ended.
  package var text: String {
    let siteName = plan.site?.name ?? ""
    // A site given as a URL is named after it.
    let site = siteName.isEmpty || siteName == host ? "" : " (\(siteName))"
    let name = plan.purpose.title(job: plan.jobName)
    var text = "\(name): \(rows) for \(records) at \(plan.site?.url ?? "")\(site)".printable() + "\n"
    text += changes
    text += "Site: \(whereabouts)\n"
    if let earlier { text += "This sheet \(earlier.text)\n  \(earlier.advice)\n" }
    if let rollback = session.rollbacks.last {
      text += "What this run sent before has been rolled back by run \(rollback.id.printable())\n"
    }
    text += rules
    text += "Pace: \(pace)\n"
    text += "Stops: \(stops.joined(separator: "; "))\n"
    text += WarningGroup.text(of: warnings)
    for item in outline.items where item.isIrreversible { text += irreversible(item) }
    if let canary = plan.canary, canary < outline.records {
      text += "It stops for a review after the first \(canary == 1 ? "record" : "\(canary) records")\n"
    }
    return text
  }

  // MARK: Rows and attributes

  /// `149 of 299 rows (150 rejected: not UTF-8)`.
  private var rows: String {
    let rejected = counts[.rejected]
    guard plan.purpose.hasSheet, rejected > 0 else { return Quantity.rows(outline.rows) }
    let count = Quantity.count(outline.rows)
    return "\(count) of \(Quantity.rows(counts.total)) (\(Quantity.count(rejected)) rejected\(reason))"
  }

  /// The commonest reason for which rows are rejected.
  private var reason: String {
    guard let first = rejections.first else { return "" }
    let isOfEncoding = first.code == Finding.encodingRule
    let encoding = (plan.settings.encoding ?? .utf8).rawValue.uppercased()
    let words = isOfEncoding ? "not \(encoding)" : first.words(listing: false).printable(limit: 100)
    let others = rejections.count - 1
    guard others > 0 else { return ": \(words)" }
    return ": \(words) \(Quantity.count(first.rows)), and \(others) more \(others == 1 ? "cause" : "causes")"
  }

  /// The attributes with their commonest new values, each line ended.
  private var changes: String {
    var table = TextTable([.left, .left, .left])
    for item in outline.items.prefix(Self.shownItems) {
      let verb = item.isAddition ? "added" : "set"
      table.append([
        item.place, "\(verb) \(Quantity.count(item.count)) \(item.count == 1 ? "time" : "times")",
        targets(item),
      ])
    }
    if plan.purpose.hasSheet, let rewriting = plan.rewriting {
      table.append([
        "\(rewriting.list).\(rewriting.attribute)", "rewritten", "where it holds \(rewriting.words)",
      ])
    }
    let more = outline.items.count - Self.shownItems
    return table.text(indent: 2) + (more > 0 ? "  and \(more) more\n" : "")
  }

  /// `→ Tier 2 on 149`, or the number of values if hardly two rows have the same.
  private func targets(_ item: RunOutline.Item) -> String {
    let sorted = item.targets.sorted
    guard let first = sorted.first else { return "" }
    guard first.count > 1 || sorted.count == 1 else {
      let count = Quantity.count(sorted.count)
      return "→ \(item.targets.others > 0 ? "more than " : "")\(count) different values"
    }
    let shown = sorted.prefix(Self.shownTargets).map { "\($0.value) on \(Quantity.count($0.count))" }
    let rest = sorted.count - shown.count
    let more = rest > 0 || item.targets.others > 0 ? " and others" : ""
    return "→ \(shown.joined(separator: ", "))\(more)"
  }

  // MARK: The site

  /// Indicates a site that may be the sandbox, which is always on this machine.
  private var whereabouts: String {
    if SiteAddress.isOnThisMachine(plan.site?.url ?? "") {
      return "on this machine, so it is the sandbox, unless a tunnel leads elsewhere"
    }
    return "on the network, not the sandbox"
  }

  private var rules: String {
    unlistedRules + reactions
  }

  /// The rules that an answer with yes accepts.
  private var unlistedRules: String {
    guard plan.purpose.hasSheet, plan.resource.isUnlisted else { return "" }
    return RunPlan.unlistedRules.map { "\(plan.resource.name): \($0)\n" }.joined()
  }

  private var reactions: String {
    guard !plan.suppressed.isEmpty else {
      return "The site's own rules run on every change, and may mail, queue or assign\n"
    }
    let names = plan.suppressed.map(\.rawValue).sorted().joined(separator: ", ")
    return "Switched off on the site for these changes: \(names)\n"
  }

  // MARK: Pace and end

  private var pace: String {
    let lanes = plan.execution.lanes == 1 ? "1 lane" : "\(plan.execution.lanes) lanes"
    guard let rate = plan.execution.rate else { return "\(lanes), as fast as the site allows" }
    return "\(lanes), at most \(Quantity.rate(rate))"
  }

  /// The ends that may come before the last row.
  private var stops: [String] {
    let rule = plan.execution.stopRule
    var stops = [stopTime].compactMap { $0 }
    if let rows = rule.sameReason {
      stops.append("after \(rows) rows in a row refused for one reason, or the first 20")
    }
    if let failures = rule.failures { stops.append("after \(Quantity.rows(failures)) failed") }
    if let rate = rule.failureRate {
      stops.append("when \(Int((rate * 100).rounded())) % of the rows have failed")
    }
    if stops.isEmpty { stops = ["when every row is done"] }
    return stops + ["Ctrl-C stops it at any time, and it can be resumed"]
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
