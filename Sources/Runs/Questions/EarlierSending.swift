import Console
import Foundation
import Reports
import Sheets
import Sites
import Staging

/// What became of the very sheet of a run when it was sent before, to the same site, mapped in the same way, or so that it
/// adds the same.
struct EarlierSending {
  let mark: SendingMark
  /// Where the run is; `nil` when it has been removed.
  package let directory: RunDirectory?
  /// The run that has put that one back, or has begun to.
  private let rolledBackBy: String?
  /// How a user names that run.
  private let name: String

  /// Looks for the newest run of a state folder that has sent a sheet.
  ///
  /// - Parameters:
  ///   - size: of the sheet, where it is known without reading it.
  ///   - digests: of the sheet; asked for only when a sheet of its size was sent.
  ///   - run: the id of the run that wants to send it, which does not count.
  /// - Returns: `nil` when none has.
  /// - Throws: what `digests` throws.
  init?(
    of size: Int64?, _ digests: () throws(UserError) -> Set<SheetDigest>, by plan: RunPlan,
    otherThan run: String? = nil,
    in stateFolder: String, options: CallOptions
  ) throws(UserError) {
    let (mapping, additions) = (plan.mappingHash, plan.additionsHash)
    var candidates = SendingMark.sent(in: stateFolder) { mark in
      guard size == nil || mark.sheet?.size == size else { return false }
      // However the job reads its sheet otherwise by now: what it adds would be added a second time.
      return mark.mappingSHA256 == mapping || mark.additions > 0 && mark.additionsSHA256 == additions
    }
    candidates.removeAll { mark in
      mark.run == run || !SiteAddress.isSameSite(mark.siteURL, plan.site?.url ?? "")
    }
    guard !candidates.isEmpty else { return nil }
    let known = try digests()
    guard let mark = candidates.last(where: { $0.sheet.map(known.contains) == true }) else { return nil }
    self.mark = mark
    let place = RunDirectory(path: "\(stateFolder)/\(mark.run)")
    let record = try? place.readRecord()
    directory = record == nil ? nil : place
    rolledBackBy = record.flatMap { Rollbacks.begun(of: $0, in: place).last?.id }
    name = ShellWord.quoted(options.name(of: place))
  }

  /// Whether sending the sheet once more adds something once more, such as a note.
  var adds: Bool { mark.additions > 0 }

  /// What happened, when, and in which run.
  package var text: String { "\(event) by run \(mark.run): \(facts)" }

  /// That the sheet was applied, and when.
  private var event: String {
    let verb = mark.isFinished ? "was applied" : "was begun"
    let time = (mark.isFinished ? mark.ended ?? mark.began : mark.began).prefix(16).replacing("T", with: " ")
    return "\(verb) on \(time) UTC"
  }

  /// How much there was, and what became of it since.
  private var facts: String {
    var facts = Quantity.rows(mark.rows)
    if adds { facts += ", of which \(Quantity.count(mark.additions)) add something to their records" }
    let rollback = rolledBackBy.map { ", and put back by run \($0)" } ?? ""
    return facts + rollback
  }

  /// The way to the rows of that run that are still open.
  var advice: String {
    guard let directory else { return "the run's folder is gone, so that nothing of it can be resumed" }
    if let holder = FileLock.holder(of: directory.lockFile) { return "it is under way (\(holder))" }
    guard mark.isFinished else { return "'bulkpatch resume \(name)' goes on with what is not done yet" }
    guard let left = mark.left, left > 0 else { return "every row of it is done" }
    let rows = left == 1 ? "the row that is not done" : "the \(Quantity.count(left)) rows that are not done"
    return "'bulkpatch show \(name)' says what to do about \(rows)"
  }

  /// Why the sheet is passed over.
  func passing(_ sheet: String) -> String {
    "\(sheet) is the very sheet of run \(mark.run), which \(event): \(facts); it is not run a second time "
      + "(\(advice); --again sends it again)"
  }

  /// Why the sheet is not sent when nobody can be asked.
  func refusal(_ sheet: String) -> UserError {
    UserError(
      .usage, place: sheet, "this very sheet \(text); sent again, it would add that a second time",
      hint: "\(advice); if all of it is meant to be sent again, add --again")
  }
}

/// What a call does with a sheet that was sent before.
package struct Repetition {
  /// The flag that says that it is meant.
  package static let flag = "--again"

  /// Whether somebody has said that it is meant.
  var isMeant = false
  /// Whether it is passed over when it is done (`--continue`).
  var isPassedOver = false
  /// Whether a person will be asked before anything is sent.
  var isAskedAbout = false
  /// Whether anything is sent at all.
  var sends = true

  package init(isMeant: Bool, isPassedOver: Bool, isAskedAbout: Bool, sends: Bool) {
    self.isMeant = isMeant
    self.isPassedOver = isPassedOver
    self.isAskedAbout = isAskedAbout
    self.sends = sends
  }
}
