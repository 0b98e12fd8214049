extension B2CService {
  /// Checks the credentials.
  ///
  /// - Throws: `Refusal` with status 401.
  func checkCredentials(_ request: Exchange) throws(Refusal) {
    guard credentials.admit(request) else { throw Self.unauthorized }
  }

  static var unauthorized: Refusal {
    var refusal = Refusal(401, .unauthorized, "The credentials are missing or not valid")
    refusal.headers = [("WWW-Authenticate", "Basic realm=\"B2C Service\"")]
    return refusal
  }

  /// Checks the headers of the reference's section 2.1.
  func checkHeaders(_ request: Exchange, _ method: String, _ version: String) throws(Refusal) {
    if hasTokens(version) {
      try checkContext(request.headers["osvc-crest-application-context"])
      if let token = request.headers["osvc-crest-api-access-token"] { try checkToken(token) }
    }
    try checkSuppression(request, method)
    if let language = request.headers["accept-language"] { try checkLanguage(language) }
    if method == "POST" || method == "PATCH" { try checkContentType(request.headers["content-type"]) }
  }

  private func checkContext(_ context: String?) throws(Refusal) {
    let length = (context ?? "").unicodeScalars.count
    guard length > 0 else {
      throw Refusal(
        400, code: choices.contextCode, "The header OSvC-CREST-Application-Context is missing or empty")
    }
    guard length <= 40 else {
      throw Refusal(
        400, code: choices.contextCode,
        "The header OSvC-CREST-Application-Context has \(length) characters; at most 40 are allowed")
    }
  }

  private func checkToken(_ token: String) throws(Refusal) {
    guard tokens.isGenuine(token) else {
      throw Refusal(400, code: choices.tokenCode, "The access token is not valid")
    }
    if choices.tokenReuse == .refused, tokens.use(token) {
      throw Refusal(400, code: choices.tokenCode, "The access token was used before")
    }
  }

  /// Checks the suppress headers: suppression is for writes, and rules cannot be suppressed on a deletion.
  private func checkSuppression(_ request: Exchange, _ method: String) throws(Refusal) {
    for (name, value) in request.suppressing {
      let what = name.dropFirst("osvc-crest-suppress".count)
      guard ["-rules", "-rule", "-externalevents", "-all"].contains(what) else {
        throw Refusal(.unsupportedAccess, "Unknown header: \(name)")
      }
      guard ["true", "yes"].contains(value.lowercased()) else {
        throw Refusal(.unsupportedAccess, "The header \(name) must be true or yes")
      }
      guard ["POST", "PATCH", "DELETE"].contains(method) else {
        throw Refusal(.unsupportedAccess, "The header \(name) is not allowed with \(method)")
      }
      guard method != "DELETE" || !what.hasPrefix("-rule") else {
        throw Refusal(.unsupportedAccess, "The header \(name) is not allowed with DELETE")
      }
    }
  }

  private func checkLanguage(_ header: String) throws(Refusal) {
    let languages = header.split(separator: ",").map {
      $0.prefix { $0 != ";" && $0 != "-" && $0 != "_" }.trimmed.lowercased()
    }
    guard languages.contains("en") || languages.contains("*") || languages.isEmpty else {
      throw Refusal(.unsupportedLanguage, "The language does not match the interface: \(header)")
    }
  }

  private func checkContentType(_ header: String?) throws(Refusal) {
    guard choices.contentType == .json, header != "application/json" else { return }
    let type = (header ?? "").prefix { $0 != ";" }.trimmed.lowercased()
    guard type == "application/json" else {
      throw Refusal(415, .unsupportedAccess, "The content type must be application/json")
    }
  }
}
