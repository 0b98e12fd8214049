import ArgumentParser

extension HelpTopic {
  /// Returns the topic `exit-codes`: the meaning of every exit code, with the words of single commands.
  static func exitCodes(of commands: [any ParsableCommand.Type]) -> HelpTopic {
    let rows = ExitCode.allCases.flatMap { code -> [[String]] in
      [[String(code.rawValue), code.name, code.meaning]]
        + commands.compactMap { command in
          let words = (command as? any DocumentedCommand.Type)?.manual.exitCodes.first { $0.0 == code }?.1
          guard let words, words != code.meaning else { return nil }
          return ["", "", "\(command.configuration.commandName ?? ""): \(words)"]
        }
    }
    return HelpTopic(
      name: "exit-codes", abstract: "The meaning of each exit code; the most serious wins.",
      columns: ["exit code", "name", "meaning"], sections: [Section(rows: rows)])
  }
}
