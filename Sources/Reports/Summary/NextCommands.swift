import Foundation
import JSON
import Records
import Staging

/// A command for the user to type, and its purpose.
public struct NextCommand: Sendable, Equatable {
  public var purpose: String
  public var command: String
}

extension RunSummary {
  /// The number of commands that are named, the first included.
  private static let shownCommands = 4

  /// The next commands, the one to type first in front; none if every row is done.
  public var nextCommands: [NextCommand] { Array(allCommands.prefix(RunSummary.shownCommands)) }

  private var allCommands: [NextCommand] {
    if let commands = commandsOfShards { return commands }
    switch standing {
    case .underWay: return [NextCommand(purpose: "look again", command: "bulkpatch show \(word)")]
    case .planned: return planCommands
    // Until that is done, the other tasks are not known.
    case .stagingCutShort, .onlyStaged: return [resume]
    case .cutShort, .stopped, .split, .finished: break
    }
    var commands = awaitsReview ? reviewCommands : []
    let isStoppedByFailures = record.exitCode == 3 && !awaitsReview && counts[.failed] > 0
    if standing.isResumable, isStoppedByFailures {
      commands.append(
        NextCommand(
          purpose: "see why \(Quantity.rows(counts[.failed])) failed: the next ones will hardly fare better",
          command: "bulkpatch results \(word) --state failed"))
    }
    if standing.isResumable { commands.append(resume) }
    commands += doubtCommands
    // A retry comes first where the trouble has been the site's, and not at all where it is the sheet's.
    let retry = self.retry
    commands += retry + repair + commandsAfterRollback
    if counts[.blocked] > 0 {
      // Afterwards it would be too late.
      let warning = retry.isEmpty ? "" : "; failed rows before them then stay failed"
      commands.append(
        NextCommand(
          purpose:
            "when the rows they wait for are resolved, send the blocked rows (\(Quantity.count(counts[.blocked])))\(warning)",
          command: "bulkpatch resume \(word) --on-failure continue"))
    }
    return commands
  }

  private var word: String { ShellWord.quoted(run) }

  private var resume: NextCommand {
    NextCommand(purpose: resumePurpose, command: "bulkpatch resume \(word)")
  }

  private var reviewCommands: [NextCommand] {
    [
      NextCommand(purpose: "check the outcome of the first records", command: "bulkpatch results \(word)"),
      NextCommand(
        purpose: "read them back and compare them with what was asked", command: "bulkpatch verify \(word)"),
    ]
  }

  private var planCommands: [NextCommand] {
    guard let plan else { return [] }
    let changing = plan.counts[.change]
    var commands: [NextCommand] = []
    if changing > PlanOverview.shownRows {
      commands.append(NextCommand(purpose: "see the whole plan", command: "bulkpatch show \(word) --full"))
    }
    if changing > 0 {
      commands.append(
        NextCommand(
          purpose: "apply it: \(Quantity.rows(changing)), each only if its record is still as shown",
          command: "bulkpatch apply \(word)"))
    }
    return commands + repair
  }

  /// The commands about rows and records whose state is not known or not as asked.
  private var doubtCommands: [NextCommand] {
    var commands: [NextCommand] = []
    if counts[.unknown] > 0 {
      commands.append(
        NextCommand(
          purpose:
            "see which records to look up on the site: \(Quantity.rows(counts[.unknown])) may have been applied",
          command: "bulkpatch results \(word) --state unknown"))
      commands.append(
        NextCommand(
          purpose: "when you know which were applied (or: not-applied), give their row numbers",
          command: "bulkpatch resume \(word) --assume applied --only ROWS"))
    }
    if let verified, verified[.different] + verified[.missing] > 0 {
      commands.append(
        NextCommand(
          purpose: "read the records back again and list every difference",
          command: "bulkpatch verify \(word) --full"))
    }
    return commands
  }

  /// The command to send failed rows again, if the cause of some may be gone.
  private var retry: [NextCommand] {
    // A rollback has no sheet to fix, so a retry is all there is.
    guard rollback != nil || groups.contains(where: \.isWorthARetry), counts[.failed] > failedOutOfTurn
    else { return [] }
    let held = counts[.blocked] > 0 ? ", and the rows that wait for them" : ""
    let rest = counts[.failed] - failedOutOfTurn
    let rows = failedOutOfTurn == 0 ? "the failed rows" : "\(Quantity.count(rest)) of the failed rows"
    return [
      NextCommand(
        purpose: "if the site would accept them now, retry \(rows)\(held)",
        command: "bulkpatch resume \(word) --retry-failed")
    ]
  }

  private var resumePurpose: String {
    if let plan, standing != .stagingCutShort {
      let left = max(0, counts[.staged] - plan.counts.total)
      return "complete the plan: \(Quantity.rows(left)) not looked at yet; nothing has been sent"
    }
    let rows = "\(Quantity.rows(unprocessed)) not done yet"
    if standing == .stagingCutShort { return "stage the sheet again; nothing has been sent" }
    if standing == .onlyStaged { return "send the \(Quantity.rows(unprocessed))" }
    if !rollbacks.isEmpty {
      return "it has been rolled back; if you still want it, resume with the \(rows)"
    }
    if unprocessed == 0 { return "finish the run" }
    if awaitsReview { return "if all is well, resume with the \(rows)" }
    switch record.exitCode {
    case 3: return "when you know why, resume with the \(rows)"
    case 12:
      return "resume with the \(rows), in the next window or with another --window, --until or --max-duration"
    case 69, 75: return "when the site answers again, resume with the \(rows)"
    case 74: return "when there is room on the disk, resume with the \(rows)"
    case 77: return "when the login works, resume with the \(rows)"
    default: return "resume with the \(rows)"
    }
  }

  /// The commands to fix rows and run them: in a copy, because a resume rewrites the result files.
  private var repair: [NextCommand] {
    let bad = counts[.failed] + counts[.rejected] + counts[.conflict]
    // A rollback has no sheet to fix.
    guard bad > 0, rollback == nil else { return [] }
    let copy = freeName("\(record.job)-repaired", record.rowFormat.rawValue)
    let isElsewhere = workingFolder != record.request.folder
    let place = isElsewhere ? "cd \(ShellWord.quoted(record.request.folder)) && " : ""
    let again = (["run"] + rerunArguments(sheet: copy)).map(ShellWord.quoted).joined(separator: " ")
    let late =
      failedOutOfTurn == 0
      ? ""
      : " (for \(Quantity.count(failedOutOfTurn)), a later row of the record is done: check that you still want it)"
    return [
      NextCommand(
        purpose:
          "fix the \(Quantity.rows(bad)) of \(record.failedFile) in a copy\(late); columns from _row on are not read",
        command: place + copyCommand(record.failedFile, to: copy)),
      NextCommand(purpose: "then run the copy", command: "\(place)bulkpatch \(again)"),
    ]
  }

  /// Returns an unused name beside the sheet that no program takes for an option.
  ///
  /// The copy of an earlier round may be the sheet of this run.
  private func freeName(_ stem: String, _ ending: String) -> String {
    let folder = copyFolder
    var name = "\(stem).\(record.rowFormat.rawValue)"
    var number = 2
    while FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
      name = "\(stem)-\(number).\(record.rowFormat.rawValue)"
      number += 1
    }
    if folder == record.request.folder { return RunRequest.operand(name) }
    let path = "\(folder)/\(name)"
    return RunRequest.operand(RunRequest.relative(path, to: record.request.folder))
  }

  /// The folder of the sheet, to which its attachments are relative; if that cannot be written to, the one the run
  /// was started in.
  private var copyFolder: String {
    let folder = (record.sheetPath as NSString).deletingLastPathComponent
    // A pipe of the shell is no file beside which there could be another.
    let isPlace =
      record.sheetPath != directory.spool && !["/dev", "/dev/fd", "/proc/self/fd"].contains(folder)
    return isPlace && FileManager.default.isWritableFile(atPath: folder) ? folder : record.request.folder
  }

  /// Returns the command to copy a result file; after a kill there is none, and the copy is made from the run file.
  private func copyCommand(_ name: String, to copy: String) -> String {
    guard standing == .cutShort else {
      return "cp \(ShellWord.quoted(directory.file(name))) \(ShellWord.quoted(copy))"
    }
    return
      "bulkpatch results \(ShellWord.quoted(run)) --state failed,rejected,conflict --format \(record.rowFormat.rawValue) "
      + "> \(ShellWord.quoted(copy))"
  }

  /// Returns the run's request, for another sheet.
  private func rerunArguments(sheet: String) -> [String] {
    let request = record.request
    guard !request.source.isEmpty else {
      return [sheet, "--resource", record.resource, "--site", record.siteArgument]
    }
    // If the site has moved, the request leads to the old address.
    let hasMoved = !record.siteMoves.isEmpty
    let words = request.words(leavingOut: RunSummary.aboutTheSheet.union(hasMoved ? ["site"] : []))
    let site = hasMoved ? ["--site", record.siteArgument] : []
    guard request.isJob else { return [sheet] + words + site }
    return [request.operand] + words + ["--sheet", sheet] + site
  }

  /// The flags about the sheet's bytes: a result file describes itself.
  private static let aboutTheSheet: Set = ["sheet", "delimiter", "encoding", "format"]
}

/// Quotes a word of a command line for a POSIX shell, if necessary.
public enum ShellWord {
  public static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "_./:=@%+,-".unicodeScalars.contains(scalar)
    }
    guard !isPlain || word.isEmpty else { return word }
    guard word.printable() == word else { return printed(word) }
    return "'\(word.replacing("'", with: "'\\''"))'"
  }

  /// Returns a word with unprintable characters in a typeable form.
  private static func printed(_ word: String) -> String {
    let text = word.utf8.enumerated().map { position, byte -> String in
      switch byte {
      case UInt8(ascii: "-") where position == 0: "\\055"
      case UInt8(ascii: "%"): "%%"
      case UInt8(ascii: "'"), UInt8(ascii: "\\"), 0..<0x20, 0x7F...:
        "\\" + String(0o1000 + Int(byte), radix: 8).dropFirst()
      default: String(UnicodeScalar(byte))
      }
    }
    return "\"$(printf '\(text.joined())')\""
  }
}
