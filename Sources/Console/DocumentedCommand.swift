public import ArgumentParser

/// A command whose help ends with examples and with the exit codes it can end with.
public protocol DocumentedCommand: ParsableCommand {
  static var manual: Manual { get }
}

/// What a command's help has below its options.
public struct Manual: Sendable {
  /// Command lines, and what each is for.
  public var examples: KeyValuePairs<String, String>
  public var notes: String?
  /// The codes the command can end with, in the words that fit it.
  public var exitCodes: [(ExitCode, String)]

  public init(
    examples: KeyValuePairs<String, String>, notes: String? = nil, exitCodes: [(ExitCode, String)]
  ) {
    self.examples = examples
    self.notes = notes
    self.exitCodes = exitCodes
  }

  /// The text below the options, in the layout of the rest of the help.
  ///
  /// - Parameter topic: the command that says what the exit codes mean; when there is none, the meanings are printed here.
  public func text(exitCodesIn topic: String?) -> String {
    var text = "EXAMPLES:\n"
    for (command, purpose) in examples {
      text += "  \(command)\n      \(purpose)\n"
    }
    if let notes {
      text +=
        "\nNOTES:\n"
        + notes.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
    }
    text += "\nEXIT CODES:\n"
    if let topic {
      let codes = exitCodes.map { String($0.0.rawValue) }.joined(separator: ", ")
      return text + "  \(codes) ('\(topic)' says what they mean)\n"
    }
    for (code, meaning) in exitCodes { text += Manual.line(String(code.rawValue), meaning) }
    return text
  }

  static func line(_ number: String, _ meaning: String) -> String {
    "  \(number)\(String(repeating: " ", count: 5 - number.count))\(meaning)\n"
  }
}
