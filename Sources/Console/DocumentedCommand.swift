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
  public var text: String {
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
    for (code, meaning) in exitCodes {
      let number = String(code.rawValue)
      text += "  \(number)\(String(repeating: " ", count: 5 - number.count))\(meaning)\n"
    }
    return text
  }
}
