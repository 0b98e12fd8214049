extension FaultRefusal {
  /// The answer without anything of the service's own; none if the service words it.
  var gatewayAnswer: Answer? {
    switch body {
    case .api: return nil
    case .none: return Answer(status: status, headers: headers, mediaType: nil, hasServiceHeaders: false)
    case .html:
      let page = "<html><head><title>\(status)</title></head><body><h1>\(status)</h1></body></html>\n"
      return Answer(
        status: status, headers: headers, mediaType: "text/html; charset=UTF-8",
        body: .bytes(Array(page.utf8)), hasServiceHeaders: false)
    }
  }

  /// The headers in addition to the service's own.
  var headers: [(name: String, value: String)] {
    switch retryAfter {
    case nil: []
    case .seconds(let seconds): [("Retry-After", String(seconds))]
    case .date(let seconds):
      [("Retry-After", Timestamp(seconds: Timestamp.microsecondsNow / 1_000_000 + Int64(seconds)).httpDate)]
    }
  }
}

extension B2CService {
  /// The answer to a request that is refused whatever its content, in the form of the reference's section 10.
  func answer(_ fault: FaultRefusal, _ request: Exchange) -> Answer {
    if let answer = fault.gatewayAnswer { return answer }
    var refusal =
      switch fault.status {
      case 401: Self.unauthorized
      case 403: Refusal(403, .forbidden, "Not Allowed: No permission granted to \(verb(request)) Incident.")
      case 429, 503: Refusal(fault.status, .throttled, "The request was throttled")
      case 500...: Refusal(fault.status, .internalError, "The request could not be handled")
      default: Refusal(fault.status, .writeFailed, "The request is refused")
      }
    refusal.headers += fault.headers
    return Self.errorAnswer(refusal, request)
  }

  func rejectedLogin(_ request: Exchange) -> Answer {
    Self.errorAnswer(Self.unauthorized, request)
  }

  /// The permission that a method needs, in the service's own words.
  private func verb(_ request: Exchange) -> String {
    switch faultTarget(request).method {
    case "POST": "Create"
    case "PATCH": "Update"
    case "DELETE": "Destroy"
    default: "Read"
    }
  }
}

extension FusionCX {
  /// The answer to a request that is refused whatever its content, in the form of the reference's section 10.
  func answer(_ refusal: FaultRefusal, _ request: Exchange) -> Answer {
    if let answer = refusal.gatewayAnswer { return answer }
    var fault =
      switch refusal.status {
      case 401: Fault.unauthorized
      case 403: Fault(403, "Forbidden")
      default: Fault(refusal.status, "The request is refused.")
      }
    fault.headers += refusal.headers
    return answer(fault, request)
  }

  func rejectedLogin(_ request: Exchange) -> Answer { answer(Fault.unauthorized, request) }

  private func answer(_ fault: Fault, _ request: Exchange) -> Answer {
    let version = FrameworkVersion(
      request.headers["rest-framework-version"], default: choices.frameworkVersion)
    let form = version ?? FrameworkVersion(choices.frameworkVersion)
    return fault.answer(form, Acceptance(request.headers["accept"]), choices)
  }
}
