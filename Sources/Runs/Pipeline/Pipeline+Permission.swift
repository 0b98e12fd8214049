import Catalog
package import Console
package import Execution
import Reports
import Sheets
import Staging

/// The permission for a run to continue once its rows are staged.
package enum Permission {
  case given
  /// A reason not to send some of the staged rows.
  case objection(UserError)
  /// A question that the user has not answered with yes.
  case declined(UserError)
  /// A signal, the end of the window or the like, in place of an answer.
  case stopped(StopReason)
}

extension Pipeline {
  /// Looks for a reason not to send the staged rows, and asks the user on a terminal.
  ///
  /// - Throws: `UserError` with exit code 74.
  func askPermission() throws(UserError) -> Permission {
    let earlier = site == nil || isPlanning ? nil : try earlierSending()
    if let objection = try objectionToSending(again: earlier) { return .objection(objection) }
    guard site != nil, !isPlanning else { return .given }
    switch try confirm(earlier) {
    case .yes: return .given
    case .no: return .declined(declined(earlier))
    case .none: return .declined(unanswered(earlier))
    case .stopped(let reason): return .stopped(reason)
    }
  }

  /// Looks again for a reason not to send the rows: names that the site does not have may have rejected some.
  ///
  /// - Throws: `UserError` with exit code 74.
  func permissionOnceNamesAreKnown(_ work: WorkDone) throws(UserError) -> Permission {
    guard work.stopReason == nil, plan.purpose.hasSheet, try !hasSent() else { return .given }
    return try objectionToSending(again: nil).map { .objection($0) } ?? .given
  }

  /// Asks the user, unless the run has sent rows before and has not been rolled back since.
  private func confirm(_ earlier: EarlierSending?) throws(UserError) -> Confirmation.Answer {
    let patience = max(plan.execution.breaker.patience, .seconds(60))
    func question() throws(UserError) -> Confirmation.Question? {
      guard try !hasSent() || !session.rollbacks.isEmpty else { return nil }
      let question = try SendingQuestion(session, earlier, stopTime: control.stopTime)
      return question.outline.rows == 0
        ? nil : Confirmation.Question(outline: question.text, questions: question.questions)
    }
    return try intent.confirmation.ask(
      patience: patience, reasonToStop: { control.reasonToStop }, question)
  }

  /// Returns the earlier sending of this very sheet, if this run has sent nothing and the user has not allowed the
  /// repetition.
  func earlierSending() throws(UserError) -> EarlierSending? {
    let record = try session.record()
    guard plan.purpose.hasSheet, let sheet = record.sheetDigest, try !hasSent(), !intent.isRepetitionMeant,
      !record.request.isRepetitionMeant
    else { return nil }
    return try EarlierSending(
      of: sheet.size, { [sheet] }, by: plan, otherThan: record.id, in: session.home, options: options)
  }

  private func declined(_ earlier: EarlierSending?) -> UserError {
    let flag = earlier.map { $0.adds ? "\(Repetition.flag) --yes" : "--yes" } ?? "--yes"
    return UserError(
      .stoppedEarly, place: session.directory.id, "nothing was sent: not confirmed",
      hint: "run '\(sendCommand)' to be asked again, or add \(flag) to skip the question")
  }

  private func unanswered(_ earlier: EarlierSending?) -> UserError {
    if let earlier, earlier.adds { return earlier.refusal(plan.sheetName) }
    return UserError(
      .usage, place: session.directory.id,
      "nothing was sent: there is no terminal to ask on, and no answer on standard input",
      hint: "every row is kept as it was; '\(sendCommand) --yes' sends it; a schedule needs --yes")
  }

  /// The command that sends after all.
  private var sendCommand: String {
    if case .split(let division) = intent.errand { return division.command(for: session.name) }
    return intent.approvesPlan ? "bulkpatch apply \(ShellWord.quoted(session.name))" : session.resumeCommand
  }

  /// Returns the reason to send none of the staged rows, if any.
  private func objectionToSending(again earlier: EarlierSending?) throws(UserError) -> UserError? {
    let counts = try session.counts()
    let rejections = session.directory.file(try session.record().failedFile)
    if plan.purpose.hasSheet, counts[.rejected] > 0, counts.total == counts[.rejected] + counts[.skipped] {
      return UserError(
        .unreadableSheet, place: plan.sheetName, "none of its \(counts[.rejected]) rows is valid",
        hint: "see \(rejections), or 'bulkpatch check' for every finding")
    }
    if plan.isStrict, counts[.rejected] > 0 {
      return UserError(
        .unreadableSheet, place: plan.sheetName,
        "\(counts[.rejected]) of its \(counts.total) rows are not valid, and the job is strict",
        hint: "see \(rejections); nothing was sent")
    }
    // A run that once passed the guard may go on, and a dry run is there to be looked at.
    if let limit = plan.maxRecords, !isPlanning, try !hasSent() {
      let records = try session.file { run throws(StagingError) in try run.recordsToSend() }
      guard records <= limit else {
        return UserError(
          .unreadableSheet, place: plan.sheetName,
          "its \(counts[.staged]) valid rows touch \(records) records, more than the \(limit) allowed "
            + "(max_records)",
          hint: "nothing was sent; to allow them: '\(sendCommand) --max-records \(records)'")
      }
    }
    if plan.purpose.hasSheet, plan.resource.isUnlisted, plan.settings.acceptsUnlisted != true, site != nil,
      !isPlanning, !intent.confirmation.isAsked, try !hasSent()
    {
      return UserError(
        .usage, place: plan.resource.name,
        "nothing was sent: only the site describes it, and the rules for that are not accepted",
        hint:
          "read them above, then '\(sendCommand) --accept-unlisted', or 'accept_unlisted: true' in the job")
    }
    if let earlier, earlier.adds, !intent.confirmation.isAsked { return earlier.refusal(plan.sheetName) }
    return nil
  }

  /// Returns whether any process may have sent a row of the run.
  func hasSent() throws(UserError) -> Bool {
    try session.file { run throws(StagingError) in try run.hasSent() }
  }
}
