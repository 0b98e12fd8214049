import Foundation
import JSON
import Records
import Sheets
import Staging

/// The values that the templates need; their size does not depend on that of the run.
struct PageContext {
  private let page: RunPage
  private let calls: [CallRecord]
  private let changedRecords: Int

  init(_ page: RunPage) throws(StagingError) {
    self.page = page
    calls = try page.file.calls()
    changedRecords = try page.file.records(in: page.summary.plan == nil ? [.applied] : [.staged])
  }

  private var summary: RunSummary { page.summary }
  private var record: RunRecord { page.summary.record }
  private var isPlan: Bool { page.summary.plan != nil }

  /// The root of the rendered values.
  ///
  /// - Throws: `StagingError` if the run file cannot be read.
  var values: [String: Any] {
    get throws(StagingError) {
      var values: [String: Any] = [
        "title": "\(record.job.printable()) · \(record.id.printable())", "kind": kind, "headline": headline,
        "lede": summary.sentence.printable(), "mood": mood, "facts": facts, "why": [why], "bars": bars,
        "style": PageStyle.text, "script": PageScript.text,
        "styleHash": SHA256Hash.base64(of: PageStyle.text),
        "scriptHash": SHA256Hash.base64(of: PageScript.text),
        "attributes": page.tally.attributes.sorted { $0.changes > $1.changes }.prefix(
          PageContext.shownAttributes
        )
        .map { PageMatrix(attribute: $0, tally: page.tally).context },
        "causes": causes, "warnings": warnings, "irreversible": irreversible,
        "calls": calls.map(PageContext.values),
        "papers": papers,
        "next": summary.nextCommands.map {
          ["purpose": $0.purpose.printable(), "command": $0.command.printable()]
        },
      ]
      values.merge(sections) { $1 }
      values.merge(list) { $1 }
      values["progress"] = isPlan ? nil : PageCharts.progress(try page.file.progress(steps: 120))
      values["answers"] = isPlan ? nil : PageCharts.answers(try tempo)
      values["hasCharts"] = values["progress"] != nil || values["answers"] != nil
      return values
    }
  }

  /// The site's response times while rows were sent, without those of an earlier dry run.
  private var tempo: [TempoSlice] {
    get throws(StagingError) {
      let approved = record.approved.flatMap(Timestamp.date) ?? .distantPast
      return try page.file.tempo().filter { $0.started + Double($0.seconds) >= approved }
    }
  }

  private static let shownAttributes = 40
  private static let shownCauses = 20

  /// The sections that exist: mustache asks a list about each of its elements.
  private var sections: [String: Any] {
    var sections: [String: Any] = [
      "hasCauses": !causes.isEmpty, "hasWarnings": !summary.warnings.isEmpty,
      "hasIrreversible": !irreversible.isEmpty,
      "hasAttributes": !page.tally.attributes.isEmpty, "hasCalls": !calls.isEmpty,
      "hasNext": !summary.nextCommands.isEmpty && !isPlan,
      "hasDecision": !summary.nextCommands.isEmpty && isPlan,
      "changeTitle": isPlan ? "What would change" : "What changed",
      "causeTitle": isPlan ? "What would fail, by cause" : "Rows not done, by cause",
      "irreversibleTitle": isPlan ? "Could not be undone" : "Cannot be undone",
      "listTitle": isPlan ? "Every planned change" : "Every change",
    ]
    let more = page.tally.attributes.count - PageContext.shownAttributes
    if more > 0 { sections["moreAttributes"] = Quantity.count(more) }
    if let text = record.jobText { sections["job"] = text.harmless }
    if let rollback = summary.rollback { sections["rollback"] = buckets(rollback) }
    return sections
  }

  // MARK: What happened

  private var kind: String {
    if summary.rollback != nil { return isPlan ? "Plan of a rollback" : "Report of a rollback" }
    return isPlan ? "Plan, for approval" : "Report of a run"
  }

  /// The subject of the page, in a few words that a manager reads first.
  private var headline: String {
    let noun = record.resource.printable()
    let records = "\(Quantity.count(changedRecords)) \(noun)"
    let changes = page.tally.changes
    if let rollback = summary.rollback {
      let count = rollback.reversed.changes + rollback.retracted.changes
      let what = "\(Quantity.count(count)) \(count == 1 ? "change" : "changes")"
      return isPlan ? "\(what) would be rolled back" : "\(what) rolled back"
    }
    let what = "\(Quantity.count(changes)) \(changes == 1 ? "change" : "changes")"
    guard let plan = summary.plan else {
      return changes == 0 ? "Nothing was changed" : "\(what) to \(records)"
    }
    guard plan.counts[.change] > 0 else { return "Nothing would change" }
    return "\(what) would be made to \(noun)"
  }

  private var mood: [String: Any] {
    func mood(_ name: String, _ word: String) -> [String: Any] { ["class": name, "word": word] }
    switch summary.standing {
    case .underWay: return mood("wait", "under way")
    case .planned: return mood("wait", "waits for approval")
    case .stagingCutShort, .cutShort: return mood("bad", "cut short")
    case .stopped: return mood("bad", summary.awaitsReview ? "waits for a review" : "stopped early")
    case .onlyStaged: return mood("wait", "not sent")
    case .split: return mood("wait", "split into shards")
    case .finished:
      let good = RowState.allCases.filter(\.isDone).reduce(0) { $0 + summary.counts[$1] }
      let isComplete = summary.rollback?.isComplete ?? (good == summary.rows)
      return isComplete ? mood("good", "complete") : mood("fair", "partly done")
    }
  }

  /// The rows by outcome, as the summary counts them.
  private var bars: [[String: Any]] {
    var rows = RowState.allCases.map { ($0.rawValue, summary.counts[$0], summary.meaning(of: $0)) }
    if let plan = summary.plan { rows = summary.planRows(plan).map { ($0.name, $0.count, $0.meaning) } }
    return PageContext.bars(rows.filter { $0.1 > 0 }, of: summary.rows)
  }

  private func buckets(_ rollback: RollbackReport) -> [String: Any] {
    let buckets = rollback.buckets.filter { $0.bucket.changes > 0 }
    let total = buckets.reduce(0) { $0 + $1.bucket.changes }
    return [
      "source": rollback.sourceRun.printable(),
      "bars": PageContext.bars(buckets.map { ($0.name, $0.bucket.changes, $0.meaning) }, of: total),
      "title": isPlan ? "Planned outcome of its changes" : "Outcome of its changes",
    ]
  }

  private static func bars(_ rows: [(name: String, count: Int, meaning: String)], of total: Int) -> [[String:
    Any]]
  {
    rows.map { row in
      let share = Double(row.count) * 100 / Double(max(1, total))
      return [
        "name": row.name, "count": Quantity.count(row.count), "meaning": row.meaning,
        // A bar too short to be seen says nothing.
        "width": String(max(0.4, (share * 10).rounded() / 10)), "class": tone(of: row.name),
        "share": share > 0 && share < 1 ? "< 1 %" : "\(Int(share.rounded())) %",
      ]
    }
  }

  private static func tone(of name: String) -> String {
    switch name {
    case "applied", "reversed", "change", "retracted": "good"
    case "unchanged": "calm"
    case "failed", "missing", "rejected": "bad"
    default: "fair"
    }
  }

  // MARK: What went wrong, and what stays

  private var causes: [[String: Any]] {
    let groups = summary.shownGroups + (summary.plan?.errors ?? [])
    return groups.prefix(PageContext.shownCauses).map { group in
      var cause: [String: Any] = [
        "count": Quantity.rows(group.rows), "state": group.state.rawValue, "code": group.code.printable(),
        "message": group.words.printable(limit: 600),
        "place":
          "\(group.rows == 1 ? "" : "first in ")row \(group.firstRow), line \(group.firstLine) of the sheet",
      ]
      cause["hint"] = group.advice?.printable()
      return cause
    }
  }

  private var warnings: [[String: Any]] {
    summary.warnings.prefix(PageContext.shownCauses).map { group in
      var warning: [String: Any] = [
        "rule": group.rule.printable(), "place": group.place, "message": group.words.printable(limit: 600),
      ]
      warning["hint"] = group.hint?.printable(limit: 600)
      return warning
    }
  }

  private var irreversible: [[String: Any]] {
    if let rollback = summary.rollback {
      return rollback.irreversibleGroups.prefix(PageContext.shownCauses).map { group in
        [
          "text": "\(Quantity.count(group.changes)) of \(group.attribute): \(group.text)".printable(
            limit: 600)
        ]
      }
    }
    return page.tally.irreversible.map { ["text": $0.text.printable(limit: 600)] }
  }

  private var list: [String: Any] {
    var list: [String: Any] = [
      "lines": Quantity.count(page.tally.lines), "hasLines": page.tally.lines > 0,
      "plain": page.first.map(PageContext.plain), "plainCount": Quantity.count(page.first.count),
    ]
    if page.tally.lines > RunPage.lineLimit { list["limit"] = Quantity.count(RunPage.lineLimit) }
    return list
  }

  private static func plain(_ entry: PageEntry) -> [String: Any] {
    [
      "record": entry.record, "attribute": entry.change?.place.printable() ?? entry.kind.printable(),
      "before": ChangeText(entry.change?.now).shown(limit: PageTally.valueLimit) ?? "",
      "after": ChangeText(entry.change?.result).shown(limit: PageTally.valueLimit) ?? entry.note ?? "",
      "row": String(entry.row), "outcome": entry.outcome.rawValue,
    ]
  }

  private static func values(of call: CallRecord) -> [String: Any] {
    [
      "at": PageFacts.time(call.at), "command": call.command.printable(), "person": call.person.printable(),
      "login": call.siteLogin?.printable() ?? "", "reason": call.reason?.printable() ?? "",
      "version": call.toolVersion.printable(),
    ]
  }

  private var facts: [[String: Any]] { PageFacts(summary, calls).facts }
  private var why: [String: Any] { PageFacts(summary, calls).why }
  private var papers: [[String: Any]] { PageFacts(summary, calls).papers }
}
