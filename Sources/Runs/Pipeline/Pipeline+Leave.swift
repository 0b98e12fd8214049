package import Console
package import Execution
import Reports
import Sheets
import Staging

/// Whether a run may go on once its rows are staged.
package enum Leave {
  case given
  /// Something of what is staged must not be sent.
  case objection(UserError)
  /// Somebody was asked and has not said yes.
  case declined(UserError)
  /// A signal, the end of the window or the like came in place of an answer.
  case stopped(StopReason)
}

extension Pipeline {
  /// Looks for a reason not to send what is staged, and asks whoever can be asked.
  ///
  /// - Throws: `UserError` with exit code 74.
  func askLeave() throws(UserError) -> Leave {
    let earlier = site == nil || isPlanning ? nil : try earlierSending()
    if let objection = try objectionToSending(again: earlier) { return .objection(objection) }
    guard site != nil, !isPlanning else { return .given }
    switch try confirm(earlier) {
    case .yes: return .given
    case .no: return .declined(declined(earlier))
    case .stopped(let reason): return .stopped(reason)
    }
  }

  /// Asks, unless something was sent before: then it has been decided, if nobody has put it back since.
  private func confirm(_ earlier: EarlierSending?) throws(UserError) -> Confirmation.Answer {
    let patience = max(plan.execution.breaker.patience, .seconds(60))
    func question() throws(UserError) -> (outline: String, question: String)? {
      guard try !hasSent() || !session.rollbacks.isEmpty else { return nil }
      let question = try SendingQuestion(session, earlier)
      return question.outline.rows == 0 ? nil : (question.text, question.question)
    }
    return try intent.confirmation.ask(
      patience: patience, reasonToStop: { control.reasonToStop }, question)
  }

  /// Where the very sheet of this run was sent before, as long as nothing of this run was and nobody has said that it is
  /// meant.
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
      .stoppedEarly, place: session.directory.id, "nothing was sent: the question was not answered with yes",
      hint: "every row is kept as it was; '\(sendCommand)' asks again, and with \(flag) does not ask")
  }

  /// What to type to have sent after all what was not sent now.
  private var sendCommand: String {
    intent.approvesPlan ? "bulkpatch apply \(ShellWord.quoted(session.name))" : session.resumeCommand
  }

  /// Why nothing of what is staged may be sent, if so.
  private func objectionToSending(again earlier: EarlierSending?) throws(UserError) -> UserError? {
    let counts = try session.counts()
    let rejections = session.directory.file(try session.record().failedFile)
    if plan.purpose.hasSheet, counts.total == counts[.rejected] {
      return UserError(
        .unreadableSheet, place: plan.sheetName, "none of its \(counts.total) rows is valid",
        hint: "see \(rejections), or 'bulkpatch check' for every finding")
    }
    if plan.isStrict, counts[.rejected] > 0 {
      return UserError(
        .unreadableSheet, place: plan.sheetName,
        "\(counts[.rejected]) of its \(counts.total) rows are not valid, and the job is strict",
        hint: "see \(rejections); nothing was sent")
    }
    // Who has once gone beyond the guard has decided, and a dry run is there to be looked at.
    if let limit = plan.maxRecords, !isPlanning, try !hasSent() {
      let records = try session.file { run throws(StagingError) in try run.recordsToSend() }
      guard records <= limit else {
        return UserError(
          .unreadableSheet, place: plan.sheetName,
          "its \(counts[.staged]) valid rows touch \(records) records, and no more than \(limit) are allowed "
            + "(max_records)",
          hint: "nothing was sent; if so many are meant: '\(sendCommand) --max-records \(records)'")
      }
    }
    if let earlier, earlier.adds, !intent.confirmation.isAsked { return earlier.refusal(plan.sheetName) }
    return nil
  }

  /// Whether a row of the run may have been sent, by whichever process.
  func hasSent() throws(UserError) -> Bool {
    try session.file { run throws(StagingError) in try run.hasSent() }
  }
}
