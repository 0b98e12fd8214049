import JSON

/// The contents of an error answer's body, in whatever form.
///
/// The APIs answer with `application/problem+json`. Gateways, proxies and crashes answer with HTML, plain text, a
/// truncated JSON text, or nothing.
struct ErrorBody: Equatable {
  /// The API's own code, such as `OSC-CREST-00013`.
  var code: String?
  /// The error in words, on one line; `nil` if the body contains none.
  var message: String?
  /// Indicates that it has members that only the APIs' own errors have.
  ///
  /// A title or a text is not enough, because gateways write them too (anything may use `application/problem+json`).
  var isOfAPI = false

  /// The bytes of a body that are read: enough for an error text, and a limit for a huge page.
  private static let sizeLimit = 1 << 16
  /// The length to which a text that is no error object is cut.
  private static let excerptLimit = 200

  /// Login data that the body repeats is blanked out before any text is cut.
  init(_ answer: HTTPAnswer) {
    let body = answer.body
    var text = answer.traces.hidden(
      in: String(decoding: body.prefix(Self.sizeLimit), as: UTF8.self))
    // The cut may be in the middle of a text to hide.
    if body.count > Self.sizeLimit { text = String(text.dropLast(answer.traces.longest)) }
    text = text.trimmingBlanks()
    guard let first = text.first else { return }
    if first == "{" || first == "[" {
      readJSON(body, text: text, answer.traces)
    } else if first == "<" {
      message = Self.wordsOfPage(text).nonEmpty?.asOneLine(limit: Self.excerptLimit)
    } else {
      message = text.asOneLine(limit: Self.excerptLimit).nonEmpty
    }
  }

  private mutating func readJSON(_ body: [UInt8], text: String, _ traces: LoginTraces) {
    let value = body.count > Self.sizeLimit ? nil : try? JSONValue(parsing: body)
    guard let object = value?.object ?? value?.array?.first?.object else {
      message = "an error that cannot be read: \(text.asOneLine(limit: Self.excerptLimit))"
      return
    }
    isOfAPI = Self.hasAPIMembers(object)
    // Fusion CX lists the errors, one object each with a code; B2C Service has only a title and a detail.
    let list = object["o:errorDetails"]?.array ?? []
    let codes = [object["o:errorCode"]] + list.map { $0["o:errorCode"] }
    code =
      codes.lazy.compactMap { $0?.string.map(traces.hidden)?.asOneLine(limit: 100).nonEmpty }.first
      ?? Self.code(in: object["type"], traces)
    let details = list.compactMap { $0["detail"]?.string }
    var parts: [String] = []
    for part in [object["title"]?.string, object["detail"]?.string] + details {
      guard let part = part.map(traces.hidden)?.asOneLine(limit: 1000).nonEmpty, !parts.contains(part) else {
        continue
      }
      parts.append(part)
    }
    if parts.isEmpty { parts = ["message", "error"].compactMap { object[$0]?.string.map(traces.hidden) } }
    message =
      (parts.isEmpty ? text.asOneLine(limit: Self.excerptLimit) : parts.joined(separator: ": "))
      .asOneLine(limit: 1000).nonEmpty
  }

  /// Returns the code at the end of a problem's `type`, a URL such as `…/exceptions/OSC-CREST-00013`.
  private static func code(in type: JSONValue?, _ traces: LoginTraces) -> String? {
    guard let last = type?.string?.split(separator: "/").last, last.hasPrefix("OSC-CREST-") else {
      return nil
    }
    return traces.hidden(in: String(last)).asOneLine(limit: 100)
  }

  /// Returns whether an object is an error of one of the APIs (reference, section 10 of both).
  static func hasAPIMembers(_ object: JSONObject) -> Bool {
    object["o:errorCode"]?.string != nil || object["o:errorDetails"]?.array != nil
      || code(in: object["type"], LoginTraces()) != nil
  }

  /// Indicates an error that will be gone in a moment: a lock of another client, or a transaction rolled back in
  /// favour of another.
  ///
  /// Oracle's codes are the same in every language.
  var namesLock: Bool {
    let text = "\(code ?? "") \(message ?? "")".lowercased()
    return Self.locks.contains { text.firstRange(of: $0) != nil }
  }

  private static let locks = [
    // Deadlock; busy, with and without a wait; serialization; snapshot too old; the row is locked by another session.
    "ora-00060", "ora-00054", "ora-30006", "ora-08177", "ora-01555", "jbo-26030", "deadlock",
    "resource busy", "row locked", "record locked", "is locked", "are locked", "been locked", "locked by",
    "lock the record", "lock the row", "holds the lock", "acquire lock", "obtain lock", "lock timeout",
    "lock wait",
  ]

  /// Returns the title of an HTML page, else its words without the tags.
  private static func wordsOfPage(_ page: String) -> String {
    if let start = page.range(ofASCII: "<title>"),
      let end = page.range(ofASCII: "</title>", from: start.upperBound)
    {
      let title = String(page[start.upperBound..<end.lowerBound]).trimmingBlanks()
      if !title.isEmpty { return title }
    }
    var words = ""
    var isInTag = false
    for character in page {
      switch character {
      case "<": isInTag = true
      case ">":
        isInTag = false
        words.append(" ")
      default: if !isInTag { words.append(character) }
      }
    }
    return words.trimmingBlanks()
  }
}

extension String {
  /// The text; `nil` if it is empty.
  var nonEmpty: String? { isEmpty ? nil : self }

  /// Returns the range of an ASCII text, upper or lower case, from an index on.
  fileprivate func range(ofASCII wanted: String, from start: Index? = nil) -> Range<Index>? {
    let wanted = Array(wanted.utf8)
    var position = start ?? startIndex
    while position < endIndex {
      var end = position
      var matched = 0
      while matched < wanted.count, end < endIndex, utf8[end].asciiLowercase == wanted[matched] {
        end = utf8.index(after: end)
        matched += 1
      }
      if matched == wanted.count { return position..<end }
      position = utf8.index(after: position)
    }
    return nil
  }
}
