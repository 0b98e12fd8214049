import ArgumentParser
import Catalog
import Foundation
import JSON

/// One call of a program: parses the arguments, performs the command, and reports every ending with an exit code.
struct CommandLineRun<Root: DocumentedCommand> {
  var arguments: [String]

  init(_ root: Root.Type, _ arguments: [String]) { self.arguments = arguments }

  func perform() -> ExitCode {
    if let topic = topics.first(where: { arguments == ["help", $0.name] }) { return show(topic.text) }
    if arguments == ["help"], commands.isEmpty { return show(help(Root.helpMessage())) }
    if arguments.first == ProgramDocuments<Root>.flag { return writeDocuments() }
    do {
      guard !arguments.isEmpty || commands.isEmpty else {
        // A script with an empty variable must not look like a success.
        Output.toStandardError(help(Root.helpMessage()))
        return .usage
      }
      var command = try Root.parseAsRoot(arguments)
      try command.run()
      return .success
    } catch let code as ExitCode {
      return code
    } catch let error as UserError {
      return report(error)
    } catch {
      return conclude(parserError: error)
    }
  }

  /// Reports an error on standard error, and under `--json` on standard output too.
  private func report(_ error: UserError) -> ExitCode {
    // A log on standard error contains the error already, as an event.
    if !Output.isStandardErrorLeft { Output.toStandardError(error.text(of: programName)) }
    if wantsJSON {
      let output = Output.standardOutput()
      output.write(error.json.text() + "\n")
      output.flush()
    }
    return error.code
  }

  /// Handles ArgumentParser's errors: a request for help, version or completions, or a mistake in the arguments.
  private func conclude(parserError error: any Error) -> ExitCode {
    guard Root.exitCode(for: error) != .success else { return show(help(Root.fullMessage(for: error))) }
    guard Root.exitCode(for: error) == .validationFailure else {
      return report(
        UserError(
          .internalError, "\(error)", hint: "this is a bug in bulkpatch; please report how it happened"))
    }
    return report(usageError(Root.message(for: error)))
  }

  private func show(_ text: String) -> ExitCode {
    let output = Output.standardOutput()
    output.write(text)
    do { try output.finish() } catch { return report(error) }
    return .success
  }

  /// Returns ArgumentParser's sentence in the wording of all other errors.
  private func usageError(_ sentence: String) -> UserError {
    if !commands.isEmpty, let first = arguments.first, !first.hasPrefix("-"), !commandNames.contains(first) {
      let near = NearestNames.hint(for: first, among: commandNames)
      return UserError(
        .usage, "there is no command '\(first)'", hint: near ?? "'\(programName) --help' lists the commands")
    }
    var message = sentence.prefix(1).lowercased() + sentence.dropFirst()
    var hint = "see '\(commandName) --help'"
    if let question = message.range(of: ". Did you mean ") {
      hint = "did you mean \(message[question.upperBound...])"
      message.removeSubrange(question.lowerBound...)
    }
    while message.hasSuffix(".") { message.removeLast() }
    return UserError(.usage, message, hint: hint)
  }

  /// The command as the user would type it.
  private var commandName: String {
    let name = arguments.first.flatMap { commandNames.contains($0) ? $0 : nil }
    return [programName, name].compactMap { $0 }.joined(separator: " ")
  }

  private var programName: String { Root.configuration.commandName ?? Program.name }
  private var commands: [any ParsableCommand.Type] { Root.configuration.subcommands }

  private var commandNames: [String] {
    commands.compactMap { $0.configuration.commandName } + ["help"]
  }

  /// Indicates the form of errors, which even unparsable arguments show.
  private var wantsJSON: Bool { arguments.prefix { $0 != "--" }.contains("--json") }

  /// The topics of `help`; a program with one command has none.
  private var topics: [HelpTopic] { ProgramDocuments<Root>.topics }

  private func writeDocuments() -> ExitCode {
    do throws(UserError) {
      try ProgramDocuments<Root>.write(Array(arguments.dropFirst()))
      return .success
    } catch { return report(error) }
  }

  /// Returns a help text with the command's manual below it; any other text unchanged.
  ///
  /// ArgumentParser puts a command's discussion above the usage, but the exit codes belong last. Only the parser
  /// knows whose help was requested, so the command is read from the text.
  private func help(_ text: String) -> String {
    let asked = ([Root.self] + commands).first { command in
      [false, true].contains { text.hasPrefix(Root.helpMessage(for: command, includeHidden: $0)) }
    }
    guard let asked = asked as? any DocumentedCommand.Type else {
      return text.hasSuffix("\n") ? text : text + "\n"
    }
    let help = HelpText(
      asked, text: text, fullHelp: fullHelp(of: asked),
      exitCodeTopic: commands.isEmpty ? nil : "\(programName) help exit-codes",
      topics: asked == Root.self ? topics : [])
    return arguments.first == "help" ? help.full : help.short
  }

  private func fullHelp(of command: any ParsableCommand.Type) -> String {
    let name = command == Root.self ? nil : command.configuration.commandName
    return [programName, "help", name].compactMap { $0 }.joined(separator: " ")
  }
}
