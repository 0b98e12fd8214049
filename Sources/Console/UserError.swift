public import JSON

/// Something a user has to know and can act on: where, what, what to do, and how the process ends.
public struct UserError: Error, Equatable {
  /// The file and line, flag, site or run that is meant; `nil` for the command as a whole.
  public var place: String?
  /// What is wrong: lower case, no full stop, with the value where there is one.
  public var message: String
  /// What a site said to it.
  ///
  /// That may repeat what it was sent, so that a log leaves it out.
  public var reply: String?
  /// What to do about it.
  public var hint: String?
  public var code: ExitCode

  public init(_ code: ExitCode, place: String? = nil, _ message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// What is wrong, with what the site said.
  public var fullMessage: String { [message, reply].compactMap { $0 }.joined(separator: ": ") }

  /// The error as standard error shows it, with the line end.
  public var text: String { text(of: Program.name) }

  /// The error as standard error of a program shows it, with the line end.
  func text(of program: String) -> String {
    let what = [place, fullMessage].compactMap { $0?.printable() }.joined(separator: ": ")
    let advice = hint.map { "hint: \($0.printable())\n" } ?? ""
    return "\(program): \(what)\n\(advice)"
  }

  /// The error as `--json` shows it.
  public var json: JSONObject {
    ["error": .object(details), "exit_code": .integer(Int64(code.rawValue))]
  }

  /// The error alone, for a command that has a JSON document of its own under way.
  public var details: JSONObject {
    var details: JSONObject = ["code": .string(code.name), "message": .string(fullMessage)]
    details["place"] = place.map(JSONValue.string)
    details["hint"] = hint.map(JSONValue.string)
    return details
  }
}
