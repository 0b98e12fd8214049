public import ArgumentParser

/// A command whose help ends with examples and its exit codes.
public protocol DocumentedCommand: ParsableCommand {
  static var manual: Manual { get }
  /// The topics of `help` beside the commands; exit codes are always among them.
  static var topics: [HelpTopic] { get }
}

extension DocumentedCommand {
  public static var topics: [HelpTopic] { [] }
}

/// The part of a command's help below its options.
public struct Manual: Sendable {
  /// Example command lines, each with its purpose.
  public var examples: [(command: String, purpose: String)]
  public var notes: String?
  /// The command's exit codes, in words that fit it.
  public var exitCodes: [(ExitCode, String)]

  public init(
    examples: KeyValuePairs<String, String>, notes: String? = nil, exitCodes: [(ExitCode, String)]
  ) {
    self.init(
      examples: examples.map { ($0.key, $0.value) }, notes: notes, exitCodes: exitCodes)
  }

  init(
    examples: [(command: String, purpose: String)], notes: String? = nil, exitCodes: [(ExitCode, String)]
  ) {
    self.examples = examples
    self.notes = notes
    self.exitCodes = exitCodes
  }

  /// Returns the text below the options, in the layout of the rest of the help.
  ///
  /// - Parameter topic: the command that explains the exit codes; without one, their meanings are printed here.
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
