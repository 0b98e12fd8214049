import ArgumentParser

/// The topic `help exit-codes`: the meaning of every exit code, with the words of single commands.
struct ExitCodeTopic {
  static let arguments = ["help", "exit-codes"]

  let commands: [any ParsableCommand.Type]

  var text: String {
    var text = "EXIT CODES:\n"
    for code in ExitCode.allCases {
      text += Manual.line(String(code.rawValue), code.meaning)
      for command in commands {
        guard let words = words(of: command, for: code), words != code.meaning else { continue }
        text += Manual.line("", "\(command.configuration.commandName ?? ""): \(words)")
      }
    }
    return text
  }

  private func words(of command: any ParsableCommand.Type, for code: ExitCode) -> String? {
    (command as? any DocumentedCommand.Type)?.manual.exitCodes.first { $0.0 == code }?.1
  }
}
