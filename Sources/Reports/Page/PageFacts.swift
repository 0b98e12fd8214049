import Foundation
import JSON
import Sheets
import Staging

/// The facts of a run: what, where, who, when, why and by whose approval, with the evidence.
struct PageFacts {
  private let summary: RunSummary
  private let calls: [CallRecord]

  init(_ summary: RunSummary, _ calls: [CallRecord]) {
    self.summary = summary
    self.calls = calls
  }

  private var record: RunRecord { summary.record }

  /// The facts that readers ask for first.
  var facts: [[String: Any]] {
    var facts = [
      fact("What", what),
      fact("Where", record.site.isEmpty ? "no site named yet" : record.site, record.siteURL),
      who, fact("When", when, duration),
    ]
    if record.isDryRun { facts.append(fact("Approved by", approver, record.approved.map(PageFacts.time))) }
    if let verified = summary.verified {
      facts.append(fact("Read back", verified.short, PageFacts.time(verified.checkedAt)))
    }
    if !summary.rollbacks.isEmpty {
      facts.append(fact("Rolled back by", summary.rollbacks.joined(separator: ", ")))
    }
    for move in record.siteMoves {
      facts.append(fact("Site moved", "from \(move.from) (\(move.fromURL))", PageFacts.time(move.at)))
    }
    return facts
  }

  private var what: String {
    let rows = "\(Quantity.rows(summary.rows)) of \(record.resource)"
    if let source = record.sourceRun { return "rolls back run \(source): \(rows)" }
    return record.jobText == nil ? "\(rows) from the sheet \(record.job)" : "job \(record.job): \(rows)"
  }

  private var who: [String: Any] {
    guard let first = calls.first else {
      return fact("Who", "not recorded by the version that made this run")
    }
    var people: [String] = []
    for call in calls where !people.contains(call.person) { people.append(call.person) }
    let shown = people.prefix(3).joined(separator: ", ")
    let more = people.count > 3 ? " and \(people.count - 3) more" : ""
    return fact("Who", shown + more, first.siteLogin.map { "logged in to the site as \($0)" })
  }

  private var when: String {
    let start = PageFacts.time(record.created)
    guard let end = record.finished.map(PageFacts.time) else { return start }
    guard start.prefix(10) == end.prefix(10) else { return "\(start) to \(end)" }
    return "\(start.replacing(" UTC", with: "")) to \(end.dropFirst(11))"
  }

  private var duration: String? {
    guard let start = Timestamp.date(record.created), let end = record.finished.flatMap(Timestamp.date) else {
      return nil
    }
    return Quantity.duration(.seconds(end.timeIntervalSince(start)))
  }

  /// The reason of the run, and that of the approval if it differs.
  var why: [String: Any] {
    let later = calls.last { $0.command == "apply" }?.reason
    guard let reason = record.reason ?? later else {
      var fact = fact("Why", "no reason was given")
      fact["isMissing"] = true
      return fact
    }
    return fact("Why", reason, later == reason ? nil : later.map { "when it was approved: \($0)" })
  }

  private var approver: String {
    guard record.approved != nil else { return "not approved yet" }
    return record.approvedBy ?? "not recorded by the version that made this run"
  }

  /// The further facts for an auditor.
  var papers: [[String: Any]] {
    var papers = [fact("Run", record.id, summary.directory.path)]
    papers.append(fact("Sheet", record.sheetPath))
    if let digest = record.sheetDigest {
      papers.append(
        fact("SHA-256 of the sheet", digest.sha256, "\(Quantity.count(Int(digest.size))) bytes", isCode: true)
      )
    }
    if let path = record.jobPath { papers.append(fact("Job", path)) }
    if let text = record.jobText {
      papers.append(fact("SHA-256 of the job", SHA256Hash.of(text), isCode: true))
    }
    papers.append(fact("SHA-256 of the mapping", record.mappingSHA256, isCode: true))
    papers.append(
      fact("Command", record.command.map(ShellWord.quoted).joined(separator: " "), isCode: true))
    papers.append(fact("In the folder", record.request.folder))
    papers.append(fact("Version", "bulkpatch \(record.toolVersion)"))
    return papers
  }

  private func fact(_ term: String, _ text: String, _ note: String? = nil, isCode: Bool = false) -> [String:
    Any]
  {
    var fact: [String: Any] = ["term": term, "text": text.printable(), "isCode": isCode, "isMissing": false]
    fact["note"] = note?.printable()
    return fact
  }

  /// Returns the time to the second: `2026-11-21 23:58:07 UTC`.
  static func time(_ text: String) -> String { text.prefix(19).replacing("T", with: " ") + " UTC" }
}
