import Catalog

/// The answers of Fusion CX that differ from the general rule.
extension Outcome {
  /// Classifies an exchange with a Fusion CX site.
  ///
  /// - Parameters:
  ///   - isConditional: the write named the state of the record that it is for.
  ///   - now: seconds since 1970, for a `Retry-After` with a date.
  init(fusion result: HTTPExchange.Result, isConditional: Bool, now: Int) {
    self = Outcome(result, of: .fusionCX, now: now)
    switch self {
    case .conflict(let refusal): self = .conflict(refusal.asChangedMeanwhile)
    case .refused(let refusal) where FrameworkFault(refusal) == .rowChanged:
      self = isConditional ? .conflict(refusal.asChangedMeanwhile) : .retryLater(after: nil, refusal)
    case .refused(let refusal) where FrameworkFault(refusal) == .rowLocked:
      self = .retryLater(after: nil, refusal)
    default: break
    }
  }
}

/// Faults of the framework that pass (reference, sections 8 and 10); they come bare or as `JBO-26030`.
private enum FrameworkFault: String, CaseIterable {
  case rowChanged = "25014"
  case rowLocked = "26030"

  /// Reads the code of a refusal, or a name in its words if the product's own code comes first.
  init?(_ refusal: Refusal) {
    let code = refusal.code
    if let fault = FrameworkFault(rawValue: String(code.hasPrefix("JBO-") ? code.dropFirst(4) : code[...])) {
      self = fault
    } else if let named = FrameworkFault.allCases.first(where: {
      refusal.message.firstRange(of: "JBO-\($0.rawValue)") != nil
    }) {
      self = named
    } else {
      return nil
    }
  }
}

extension Refusal {
  /// The refusal in our words: the site answers with the current record, or with a code.
  var asChangedMeanwhile: Refusal {
    Refusal(
      status: status, code: "changed-meanwhile",
      message: "the record has changed since it was looked at")
  }

  /// Creates the refusal for an answer at the API's address that is not the API's.
  init(notTheAPI exchange: HTTPExchange, of place: String, hint: String) {
    if let answer = exchange.answer, answer.isPage {
      self.init(pageInsteadOfAnswer: answer)
      message = "\(place): \(message)"
      return
    }
    let status = exchange.answer?.status
    let type =
      exchange.answer.flatMap { answer in
        answer.headers["Content-Type"].map(answer.traces.hidden)?.asOneLine(limit: 60)
      } ?? "no content type"
    let form = exchange.answer?.unannouncedForm.map { " (\($0))" } ?? ""
    self.init(
      status: status, code: Refusal.notTheAPICode,
      message: "\(place): HTTP \(status ?? 0) with \(type)\(form) where the REST API should be", hint: hint)
  }
}

extension HTTPAnswer {
  /// The form of a body that could be read if its headers declared it, or if it were complete.
  var unannouncedForm: String? {
    switch Array(body.prefix(2)) {
    case [0x1F, 0x8B]: "gzip, without Content-Encoding or cut off"
    case [0xFF, 0xFE], [0xFE, 0xFF]: "UTF-16 text"
    default: nil
    }
  }
}
