import JSON
import Sites

/// Something a user has to know and can act on: where, what, what to do, and how the process ends.
struct UserError: Error, Equatable {
  /// The file and line, flag, site or run that is meant; `nil` for the command as a whole.
  var place: String?
  /// What is wrong: lower case, no full stop, with the value where there is one.
  var message: String
  /// What a site said to it.
  ///
  /// That may repeat what it was sent, so that a log leaves it out.
  var reply: String?
  /// What to do about it.
  var hint: String?
  var code: ExitCode

  init(_ code: ExitCode, place: String? = nil, _ message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The error that a site has caused: its words where it has answered, else ours.
  init(_ code: ExitCode, place: String? = nil, _ fact: String, of refusal: Refusal, hint: String? = nil) {
    self.init(code, place: place, fact, hint: hint)
    if refusal.status == nil { message += ": \(refusal.message)" } else { reply = refusal.message }
  }

  /// What is wrong, with what the site said.
  var fullMessage: String { [message, reply].compactMap { $0 }.joined(separator: ": ") }

  /// The error as standard error shows it, with the line end.
  var text: String {
    let what = [place, fullMessage].compactMap { $0 }.joined(separator: ": ")
    let advice = hint.map { "hint: \($0)\n" } ?? ""
    return "bulkpatch: \(what)\n\(advice)"
  }

  /// The error as `--json` shows it.
  var json: JSONObject {
    ["error": .object(details), "exit_code": .integer(Int64(code.rawValue))]
  }

  /// The error alone, for a command that has a JSON document of its own under way.
  var details: JSONObject {
    var details: JSONObject = ["code": .string(code.name), "message": .string(fullMessage)]
    details["place"] = place.map(JSONValue.string)
    details["hint"] = hint.map(JSONValue.string)
    return details
  }
}
