import Console
import Foundation
import Reports
import Sheets
import Sites
import Staging

/// The earlier sending of a run's sheet to the same site, with the same mapping or the same additions.
struct EarlierSending {
  let mark: SendingMark
  /// The folder of that run; `nil` if it was removed.
  package let directory: RunDirectory?
  /// The run that has rolled it back, or has begun to.
  private let rolledBackBy: String?
  /// The name of that run in messages.
  private let name: String

  /// Finds the newest run of a state folder that has sent a sheet.
  ///
  /// - Parameters:
  ///   - size: the sheet's size, if known without reading it.
  ///   - digests: the sheet's digests; computed only if a sheet of its size was sent.
  ///   - run: the id of the run that wants to send, which does not count.
  /// - Returns: `nil` if there is none.
  /// - Throws: the errors of `digests`.
  init?(
    of size: Int64?, _ digests: () throws(UserError) -> Set<SheetDigest>, by plan: RunPlan,
    otherThan run: String? = nil,
    in stateFolder: String, options: CallOptions
  ) throws(UserError) {
    let (mapping, additions) = (plan.mappingHash, plan.additionsHash)
    var candidates = SendingMark.sent(in: stateFolder, otherThan: run) { mark in
      guard size == nil || mark.sheet?.size == size else { return false }
      // The job may read the sheet differently now, but the same notes would be added a second time.
      return mark.mappingSHA256 == mapping || mark.additions > 0 && mark.additionsSHA256 == additions
    }
    candidates.removeAll { !SiteAddress.isSameSite($0.siteURL, plan.site?.url ?? "") }
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

  /// Indicates that sending the sheet again adds something again, such as a note.
  var adds: Bool { mark.additions > 0 }

  /// The event with its time and its run.
  package var text: String { "\(event) by run \(mark.run): \(facts)" }

  /// The event, such as an application of the sheet, with its time.
  private var event: String {
    let verb = mark.isFinished ? "was applied" : "was started"
    let time = (mark.isFinished ? mark.ended ?? mark.began : mark.began).prefix(16).replacing("T", with: " ")
    return "\(verb) on \(time) UTC"
  }

  /// The number of rows, and their outcome since.
  private var facts: String {
    var facts = Quantity.rows(mark.rows)
    if adds { facts += ", \(Quantity.count(mark.additions)) of which add something to their records" }
    let rollback = rolledBackBy.map { ", and rolled back by run \($0)" } ?? ""
    return facts + rollback
  }

  /// The command for that run's open rows.
  var advice: String {
    guard let directory else { return "the run's folder is gone, so it cannot be resumed" }
    if let holder = FileLock.holder(of: directory.lockFile) { return "it is under way (\(holder))" }
    guard mark.isFinished else { return "'bulkpatch resume \(name)' sends the remaining rows" }
    guard let left = mark.left, left > 0 else { return "all of its rows are done" }
    let rows = left == 1 ? "the row that is not done" : "the \(Quantity.count(left)) rows that are not done"
    return "'bulkpatch show \(name)' says what to do about \(rows)"
  }

  /// Returns the message that the sheet is skipped.
  func passing(_ sheet: String) -> String {
    "\(sheet) is the sheet of run \(mark.run), which \(event): \(facts); it is not run again "
      + "(\(advice); --again sends it again)"
  }

  /// Returns the refusal to send the sheet without a confirmation.
  func refusal(_ sheet: String) -> UserError {
    UserError(
      .usage, place: sheet, "this sheet \(text); sent again, it would add that a second time",
      hint: "\(advice); add --again to send all of it again")
  }
}

/// The handling of a sheet that was sent before.
package struct Repetition {
  /// The flag that allows a repetition.
  package static let flag = "--again"

  /// Indicates that the user has allowed it.
  var isMeant = false
  /// Skips a sheet that is done (`--continue`).
  var isPassedOver = false
  /// Indicates that the user will be asked before anything is sent.
  var isAskedAbout = false
  /// Indicates that the call sends rows.
  var sends = true

  package init(isMeant: Bool, isPassedOver: Bool, isAskedAbout: Bool, sends: Bool) {
    self.isMeant = isMeant
    self.isPassedOver = isPassedOver
    self.isAskedAbout = isAskedAbout
    self.sends = sends
  }
}
