import JSON
import Records
import Staging

extension RunSummary {
  /// The summary for people, each line ended.
  public var text: String { text(isColored: false) }

  /// Returns the summary, with the first rows of a plan as a diff.
  ///
  /// - Parameter isColored: the output is a terminal that shows colours.
  public func text(isColored: Bool) -> String {
    let rows = plan.map { $0.first.isEmpty ? "" : firstRows($0, isColored: isColored) } ?? ""
    return [head, rows, tail].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The outcome, or planned outcome, of the rows together.
  public var head: String {
    var blocks = [opening + "\n" + origin, plan.map(planTable) ?? stateTable]
    if case .split = standing { blocks.append(ShardStanding.table(of: shards)) }
    if let plan { blocks += planBlocks(plan) }
    if !warnings.isEmpty { blocks.append(WarningGroup.text(of: warnings)) }
    if let rollback { blocks += rollback.blocks(isPlan: plan != nil) }
    if let left = sourceRowsLeft, let source = record.sourceRun {
      blocks.append(
        "Run \(source.printable()) is not finished: \(Quantity.rows(left)) of it \(left == 1 ? "is" : "are") still to be sent.\n"
          + "It is being rolled back, so 'run --continue' skips it.\n"
      )
    }
    if !rollbacks.isEmpty {
      blocks.append("Rolled back by run \(rollbacks.joined(separator: ", ").printable())\n")
    }
    let groups = shownGroups + (plan?.errors ?? [])
    if !groups.isEmpty {
      blocks.append(text(of: groups, plan == nil ? "What went wrong\n" : "What would go wrong\n"))
    }
    let left = skipped + (plan?.skipped ?? [])
    if !left.isEmpty {
      blocks.append(text(of: left, plan == nil ? "What was left out\n" : "What would be left out\n"))
    }
    if !suppressed.isEmpty {
      blocks.append("Switched off on the site for this run: \(suppressed.joined(separator: ", "))\n")
    }
    if !record.siteMoves.isEmpty {
      blocks.append(
        record.siteMoves.map { move in
          let assurance = move.isAssured ? ", confirmed to be the same site (--site-moved)" : ""
          let old = move.fromURL.isEmpty ? "no site" : "\(move.from) (\(move.fromURL))"
          return "Site: \(move.to) (\(move.toURL)) in place of \(old) since \(move.at)\(assurance)\n"
        }.joined())
    }
    if let verified { blocks.append("Verified at \(verified.checkedAt): \(verified.short)\n") }
    return blocks.joined(separator: "\n")
  }

  /// The figures, files, and next commands; empty if there are none.
  public var tail: String {
    var blocks: [String] = []
    if let figures { blocks.append(measured(figures)) }
    if !files.isEmpty { blocks.append(fileTable) }
    let next = nextCommands
    if !next.isEmpty {
      blocks.append("Next\n" + next.map { "  # \($0.purpose.printable())\n  \($0.command)\n" }.joined())
    }
    return blocks.joined(separator: "\n")
  }

  /// The result in one sentence.
  public var headline: String { "\(record.job.printable()): \(sentence)" }

  var sentence: String {
    let left = Quantity.rows(unprocessed)
    let notDone = unprocessed == 0 ? "" : "; \(left) not done yet"
    switch standing {
    case .underWay(let holder):
      return
        "under way, \(Quantity.count(counts.finished)) of \(Quantity.rows(rows)) done (\(holder.printable()))"
    case .stagingCutShort: return "cut short while its sheet was read; nothing has been sent"
    case .cutShort: return "cut short: its process was killed or the machine went down\(notDone)"
    case .stopped(let cause):
      let reason = cause.printable()
      let isSignal = record.exitCode == 130 || record.exitCode == 143
      return isSignal || awaitsReview ? "\(reason)\(notDone)" : "stopped early: \(reason)\(notDone)"
    case .planned:
      let changing = plan?.counts[.change] ?? 0
      return changing == 0
        ? "planned, and nothing would change" : "planned, \(Quantity.rows(changing)) would change something"
    case .onlyStaged: return "\(left) staged and ready; nothing has been sent"
    case .split(let out):
      return "split, \(out) of \(shards.count) shards not gathered yet; \(left) not done as far as gathered"
    case .finished:
      if let rollback { return sentence(of: rollback) }
      let good = RowState.allCases.filter(\.isDone).reduce(0) { $0 + counts[$1] }
      let skipped = counts[.skipped] == 0 ? "" : ", \(Quantity.count(counts[.skipped])) by leaving them out"
      let duration = figures.map { " in \(Quantity.duration($0.duration))" } ?? ""
      guard rows > good else { return "finished\(duration), every row is done\(skipped)" }
      let verb = rows - good == 1 ? "is" : "are"
      return "finished\(duration), \(Quantity.count(rows - good)) of \(Quantity.rows(rows)) \(verb) not done"
    }
  }

  private func sentence(of rollback: RollbackReport) -> String {
    let duration = figures.map { " in \(Quantity.duration($0.duration))" } ?? ""
    guard !rollback.isComplete else {
      // The threads still exist, with another text: they cannot be removed.
      let threads = rollback.retracted.changes
      let exception =
        switch threads {
        case 0: ""
        case 1: ", except for 1 retracted thread"
        default: ", except for \(Quantity.count(threads)) retracted threads"
        }
      return "finished\(duration), everything is as it was\(exception)"
    }
    let left = [rollback.kept, rollback.irreversible, rollback.failed, rollback.unsettled]
    let changes = left.reduce(0) { $0 + $1.changes }
    return
      "finished\(duration), \(Quantity.count(changes)) \(changes == 1 ? "change was" : "changes were") not rolled back"
  }

  /// The first line: what happened, whether it is safe to resume, and what to type.
  public var opening: String {
    guard let first = nextCommands.first else { return headline }
    return "\(headline); \(safety): \(first.command)"
  }

  /// The answer to whether the run can be resumed.
  private var safety: String {
    switch standing {
    case .underWay: "leave it alone and look again"
    case .planned: "nothing has been sent, next"
    case .onlyStaged: "it is safe to send"
    case .split: "its shards send the rows, next"
    case .stagingCutShort, .cutShort, .stopped:
      if !rollbacks.isEmpty {
        "it has been rolled back, so resume asks first"
      } else if nextCommands.first?.command.hasPrefix("bulkpatch resume") == true {
        "it is safe to resume"
      } else {
        "it is safe to resume, but first"
      }
    case .finished: "nothing is left to resume, next"
    }
  }

  /// The user, the machine and the outcome of the rows, for the first lines of a mail.
  private var account: String {
    let person = caller.map { "by \($0.person.printable()): " } ?? ""
    let states = counts.short
    return "\(person)\(states.isEmpty ? "no rows" : states)\n"
  }

  private var origin: String {
    let site = record.site.isEmpty ? ", no site named yet" : " at \(record.site) (\(record.siteURL))"
    let source =
      record.sourceRun.map { ", rolls back run \($0)" }
      ?? record.part.map { ", shard \($0.number) of \($0.count) of run \($0.parent)" } ?? ""
    let line = "run \(record.id): \(record.resource)\(site), sheet \(record.sheetPath)\(source)"
    return account + line.printable() + "\n\(times)\n"
  }

  /// The times for a reader of a nightly mail: to the minute, `2026-11-21 23:58 UTC`.
  private var times: String {
    func time(_ text: String) -> String { text.prefix(16).replacing("T", with: " ") + " UTC" }
    let started = "started \(time(record.created))"
    return record.finished.map { "\(started), ended \(time($0))" } ?? started
  }

  // MARK: Rows by state

  private var stateTable: String {
    var table = TextTable([.left, .right, .left])
    for state in RowState.allCases where counts[state] > 0 {
      table.append([state.rawValue, Quantity.count(counts[state]), meaning(of: state)])
    }
    let doubt =
      "but the states add up to \(Quantity.count(counts.total)): this is a bug in bulkpatch, please report it"
    table.append(["rows read", Quantity.count(rows), addsUp ? "every one is accounted for" : doubt])
    return table.text(indent: 2)
  }

  func meaning(of state: RowState) -> String {
    if rollback != nil, let meaning = RunSummary.meaning(ofRollback: state) { return meaning }
    return switch state {
    case .staged: "not sent yet"
    case .sending:
      if case .underWay = standing {
        "on their way"
      } else {
        "may have been sent before the end"
      }
    case .applied: "done, confirmed by the site"
    case .unchanged: "already as asked"
    case .failed: "refused for good"
    case .conflict: "left alone, because the record had changed"
    case .unknown: "sent, but the answer was lost: outcome unknown"
    case .rejected: "not valid, never sent"
    case .blocked: "not sent, because an earlier row of their record is not done"
    case .skipped: "left out, as the job says"
    }
  }

  /// Returns the meanings that differ in a rollback, which has no sheet of its own.
  private static func meaning(ofRollback state: RowState) -> String? {
    switch state {
    case .applied: "rolled back, confirmed by the site"
    case .unchanged: "already as it was before"
    case .conflict: "left alone in whole or in part, because it has changed since"
    case .rejected: "nothing in it can be rolled back, never sent"
    default: nil
    }
  }

  // MARK: What went wrong

  /// The groups to show; a rollback shows kept and irreversible changes separately.
  var shownGroups: [ErrorGroup] {
    guard rollback != nil else { return groups }
    return groups.filter { $0.code != KeptChange.errorCode && $0.state != .rejected }
  }

  private static let shownCauses = 5

  private func text(of groups: [ErrorGroup], _ title: String) -> String {
    var text = title
    for group in groups.prefix(RunSummary.shownCauses) {
      let code = group.code.isEmpty ? "" : " \(group.code)"
      let place = "\(group.rows == 1 ? "" : "first in ")row \(group.firstRow) (line \(group.firstLine))"
      text += "  \(group.state.rawValue)\(code.printable()): \(Quantity.rows(group.rows)), \(place)\n"
      let words = group.words
      if !words.isEmpty { text += "      \(words.printable(limit: 300))\n" }
      if let advice = group.advice { text += "      hint: \(advice.printable())\n" }
    }
    let rest = groups.dropFirst(RunSummary.shownCauses)
    guard !rest.isEmpty else { return text }
    let rows = rest.reduce(0) { $0 + $1.rows }
    let states = RowState.allCases.filter { state in rest.contains { $0.state == state } }.map(\.rawValue)
    let causes = "\(Quantity.count(rest.count)) more \(rest.count == 1 ? "cause" : "causes")"
    return text + "  and \(causes), \(Quantity.rows(rows)): "
      + "bulkpatch results \(ShellWord.quoted(run)) --state \(states.joined(separator: ","))\n"
  }

  // MARK: Figures and files

  private func measured(_ figures: RunFigures) -> String {
    let total = figures.requests.values.reduce(0, +)
    var parts: [String] = []
    if total > 0 {
      let kinds = figures.requests.sorted { $0.key < $1.key }.map { status, count in
        "\(Quantity.count(count)) \(status == 0 ? "without an answer" : "with \(status)")"
      }
      let requests = total == 1 ? "1 request" : "\(Quantity.count(total)) requests"
      parts.append("\(requests) (\(kinds.joined(separator: ", ")))")
    }
    if figures.retries > 0 { parts.append("\(Quantity.count(figures.retries)) retried") }
    for (reason, time) in figures.throttledByReason.sorted(by: { $0.key < $1.key }) where time > .zero {
      parts.append("\(Quantity.duration(time)) held back (\(Self.words(reason)))")
    }
    if let latency = figures.latency {
      parts.append(
        "answers within \(latency.p50.inMilliseconds) (half), \(latency.p99.inMilliseconds) (99 %)")
    }
    parts.append("\(Quantity.megabytes(figures.peakMemoryBytes)) of memory at most")
    return "Measured: \(parts.joined(separator: ", "))\n"
  }

  private static func words(_ reason: String) -> String {
    switch reason {
    case "adaptive": "the site refuses more"
    case "breaker": "the site did not answer"
    case "site_asked": "the site asked"
    default: reason
    }
  }

  private var fileTable: String {
    var table = TextTable([.left, .right])
    for file in files { table.append([file.name, Quantity.rows(file.rows)]) }
    return "Files in \(directory.path.printable())\n" + table.text(indent: 2)
  }
}

extension Duration {
  fileprivate var inMilliseconds: String {
    "\(Quantity.count(Int((self / .milliseconds(1)).rounded(.up)))) ms"
  }
}

extension ErrorGroup {
  /// The advice for the group: the finding's, else that for its state and code.
  var advice: String? {
    if let hint { return hint }
    switch (state, code) {
    case (.blocked, _): return "resolve the row it waits for first"
    case (.unknown, _): return "look up the record on the site before sending the row again"
    case (.conflict, "changed-since-plan"):
      return "look at the records; a new dry run shows what would change now"
    case (.failed, "not-found"): return "check the key, and whether this is the site that has the record"
    case (.failed, "ambiguous"): return "name the record by its id"
    default: return nil
    }
  }
}
