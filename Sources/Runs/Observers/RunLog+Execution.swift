import Execution
import Logging
import Records
import Sites
import Staging

extension RunLog {
  /// Logs an event of a run's execution.
  ///
  /// - Parameter run: the run's id, the first part of its request ids.
  func note(_ event: ExecutionEvent, run: String) {
    switch event {
    case .requested(let request, let purpose, let sequence):
      note("request", .debug, facts(of: request, purpose, "\(run)/\(purpose.identifier).\(sequence)"))
    case .settled(let outcome, let recordID):
      let isGood = outcome.state.isDone
      note("row.finished", isGood ? .debug : .warning, facts(of: outcome, recordID))
    case .throttled(let now, let before): note(now, before)
    case .askedToWait(let time): note("site.asked", .debug, ["wait_ms": .milliseconds(time)])
    case .stopping(let reason): note("run.stopping", .warning, facts(of: reason))
    }
  }

  private func facts(
    of request: RequestRecord, _ purpose: RequestPurpose, _ identifier: String
  ) -> [String: Logger.MetadataValue?] {
    var facts: [String: Logger.MetadataValue?] = [
      "request": .string(identifier), "purpose": .string(purpose.name), "method": .string(request.method),
      "path": .string(request.path), "status": request.status.map { .stringConvertible($0) },
      "duration_ms": .milliseconds(request.duration), "site_request": .optional(request.siteRequestID),
    ]
    switch purpose {
    case .preparation, .verification: break
    case .look(_, let records): facts["records"] = .stringConvertible(records)
    case .write(let rows) where rows.count == 1:
      facts["row"] = .stringConvertible(rows[0].number)
      facts["record"] = rows[0].recordID.metadata
      facts["attempt"] = .stringConvertible(rows[0].attempt)
    case .write(let rows): facts["rows"] = .array(rows.map { .stringConvertible($0.number) })
    }
    if holdsBodies, let bodies = request.bodies {
      facts["request_body"] = .string(bodies.request)
      facts["answer_body"] = .string(bodies.answer)
    }
    return facts
  }

  private func facts(of outcome: RowOutcome, _ recordID: RecordID?) -> [String: Logger.MetadataValue?] {
    [
      "row": .stringConvertible(outcome.number), "state": .string(outcome.state.rawValue),
      "record": recordID?.metadata, "attempts": .stringConvertible(outcome.attempts),
      "status": outcome.httpStatus.map { .stringConvertible($0) }, "code": .optional(outcome.errorCode),
      "error": .optional(holdsBodies ? outcome.error : nil),
    ]
  }

  private func note(_ now: ThrottleStanding, _ before: ThrottleStanding) {
    if now.isBreakerOpen != before.isBreakerOpen {
      note(now.isBreakerOpen ? "breaker.opened" : "breaker.closed", now.isBreakerOpen ? .warning : .info)
    }
    if now.isPaused != before.isPaused { note(now.isPaused ? "pause.began" : "pause.ended") }
    guard now.lanes != before.lanes || now.rate != before.rate else { return }
    note(
      "throttle.changed", .debug,
      ["lanes": .stringConvertible(now.lanes), "rate": now.rate.map { .stringConvertible($0) }])
  }

  private func facts(of reason: StopReason) -> [String: Logger.MetadataValue?] {
    let refusal = reason.refusal
    // If a site has answered, the words are its own.
    let isOurs = refusal?.status == nil
    return [
      "reason": .string(reason.name), "code": .optional(refusal?.code),
      "status": refusal?.status.map { .stringConvertible($0) },
      "message": .optional(isOurs || holdsBodies ? reason.text : nil),
    ]
  }
}

extension RecordID {
  fileprivate var metadata: Logger.MetadataValue {
    switch self {
    case .integer(let number): .stringConvertible(number)
    case .text(let text): .string(text)
    }
  }
}

extension RequestPurpose {
  fileprivate var name: String {
    switch self {
    case .preparation: "preparation"
    case .verification: "verification"
    case .look: "look"
    case .write: "write"
    }
  }

  /// The part of a request id that is unique to this purpose in the process; a resent row has a new attempt number.
  fileprivate var identifier: String {
    switch self {
    case .preparation: "preparation"
    case .verification: "verification"
    case .look(let number, _): "look.\(number)"
    case .write(let rows): rows.first.map { "\($0.number).\($0.attempt)" } ?? "write"
    }
  }
}
