public import JSON

/// A problem that a user must know and can act on: place, message, hint, and exit code.
public struct UserError: Error, Equatable {
  /// The file and line, flag, site or run; `nil` for the command as a whole.
  public var place: String?
  /// The problem: lower case, no full stop, with the value if there is one.
  public var message: String
  /// A site's answer to it.
  ///
  /// The answer may repeat parts of the request, so a log leaves it out.
  public var reply: String?
  /// The advice for the user.
  public var hint: String?
  public var code: ExitCode

  public init(_ code: ExitCode, place: String? = nil, _ message: String, hint: String? = nil) {
    self.code = code
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The problem, with the site's answer.
  public var fullMessage: String { [message, reply].compactMap { $0 }.joined(separator: ": ") }

  /// The error in the form of standard error, with the line end.
  public var text: String { text(of: Program.name) }

  /// Returns the error in the form of a program's standard error, with the line end.
  func text(of program: String) -> String {
    let what = [place, fullMessage].compactMap { $0?.printable() }.joined(separator: ": ")
    let advice = hint.map { "hint: \($0.printable())\n" } ?? ""
    return "\(program): \(what)\n\(advice)"
  }

  /// The error in the form of `--json`.
  public var json: JSONObject {
    ["error": .object(details), "exit_code": .integer(Int64(code.rawValue))]
  }

  /// The error alone, for a command with its own JSON document.
  public var details: JSONObject {
    var details: JSONObject = ["code": .string(code.name), "message": .string(fullMessage)]
    details["place"] = place.map(JSONValue.string)
    details["hint"] = hint.map(JSONValue.string)
    return details
  }
}
