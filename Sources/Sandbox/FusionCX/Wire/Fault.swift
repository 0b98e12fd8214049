import JSON

/// The reason a request is refused; one answer can report several details (API reference 10).
struct Fault: Error {
  struct Detail: Equatable {
    /// The value of `o:errorCode`; none if the service gives none.
    var code: String?
    var text: String
    /// The value of `o:errorPath`, such as `/OwnerResourceId`.
    var path = ""
  }

  var status = 400
  var details: [Detail]
  var headers: [(name: String, value: String)] = []
  /// The current item, if a precondition failed.
  var item: Answer?
}

extension Fault {
  /// A refusal with one detail.
  init(_ status: Int = 400, code: String? = nil, _ text: String, path: String = "") {
    self.init(status: status, details: [Detail(code: code, text: text, path: path)])
  }

  /// A refusal that is only a status.
  static func bare(_ status: Int, headers: [(name: String, value: String)] = []) -> Fault {
    Fault(status: status, details: [], headers: headers)
  }

  static let notFound = Fault(404, "Not Found")

  static var unauthorized: Fault {
    var fault = Fault(401, "Unauthorized")
    fault.headers = [("WWW-Authenticate", "Basic realm=\"Fusion CX\"")]
    return fault
  }

  /// A query parameter that cannot be understood.
  static func parameter(_ name: String, _ problem: String, _ choices: FusionChoices) -> Fault {
    Fault(
      code: choices.parseCode, "URL request parameter \(name) cannot be used in this context: \(problem)")
  }

  /// The codes of the details, for the log.
  var code: String? { details.lazy.compactMap(\.code).first }

  /// The title that belongs to the status.
  private var title: String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 412: "Precondition Failed"
    case 413: "Request Entity Too Large"
    default: "Error"
    }
  }

  /// The answer that reports this, in the form that the version and the client require.
  func answer(_ version: FrameworkVersion, _ acceptance: Acceptance, _ choices: FusionChoices) -> Answer {
    if status == 412, let item, choices.staleItem == .payload { return item }
    var answer = Answer(status: status, headers: headers, mediaType: nil, errorCode: code)
    let isPayload = version.hasErrorPayload && acceptance.takesErrors
    let ordinary = isPayload ? FusionChoices.Body.payload : choices.plainErrors
    let form: FusionChoices.Body
    switch status {
    case 401, 403: form = choices.loginPage == .payload ? ordinary : choices.loginPage
    case 404: form = choices.notFound == .payload ? ordinary : choices.notFound
    // A stale row is shown or not; a batch has no row to show.
    case 412: form = item == nil ? ordinary : .empty
    case 405, 406, 415, 429, 500...: form = .empty
    default: form = ordinary
    }
    switch form {
    case .empty: break
    case .html:
      answer.mediaType = "text/html; charset=UTF-8"
      let page = "<html><head><title>\(status) \(title)</title></head><body><h1>\(title)</h1></body></html>\n"
      answer.body = .bytes(Array(page.utf8))
    case .text:
      answer.mediaType = "text/plain; charset=UTF-8"
      let text = details.map(\.text).joined(separator: "; ").replacing("\n", with: " ")
      answer.body = .bytes(Array(text.utf8))
    case .payload:
      answer.mediaType = MediaType.error
      answer.body = .json(.object(payload))
    }
    return answer
  }

  private var payload: JSONObject {
    [
      "title": .string(title), "status": .string(String(status)),
      "o:errorDetails": .array(
        details.map { detail in
          var object: JSONObject = ["detail": .string(detail.text)]
          if let code = detail.code { object["o:errorCode"] = .string(code) }
          object["o:errorPath"] = .string(detail.path)
          return .object(object)
        }),
    ]
  }
}
