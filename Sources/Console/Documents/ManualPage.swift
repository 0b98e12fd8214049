import ArgumentParser
import Foundation

/// A command's page for `man`, in the macros of man(7).
struct ManualPage {
  private let name: String
  private let command: any DocumentedCommand.Type
  private let commands: [any DocumentedCommand.Type]
  private let topics: [HelpTopic]
  private let info: CommandInfo

  /// - Parameters:
  ///   - name: with a dash between the words.
  ///   - commands: the program's commands, for the page of the program itself.
  ///   - topics: the topics of `help`, likewise.
  init(
    _ name: String, _ command: any DocumentedCommand.Type, commands: [any DocumentedCommand.Type],
    topics: [HelpTopic]
  ) {
    self.name = name
    self.command = command
    self.commands = commands
    self.topics = topics
    info = CommandInfo(command)
  }

  var text: String {
    let day = Date().formatted(Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day())
    let typed =
      commands.isEmpty && name != Program.name ? name.replacing("bulkpatch-", with: "bulkpatch ") : name
    let abstract = info.abstract ?? ""
    var text = ".TH \(name.uppercased()) 1 \(day) \"bulkpatch \(Program.version)\" \"User commands\"\n"
    text +=
      ".SH NAME\n\(quoted(name)) \\- \(quoted(abstract.trimmingCharacters(in: ["."]).lowercasedFirst))\n"
    text += ".SH SYNOPSIS\n.B \(quoted(typed))\n"
    text += commands.isEmpty ? "[\\fIoptions\\fR]" : "\\fIcommand\\fR [\\fIoptions\\fR]"
    text += info.positionals.map { " \\fI\(quoted($0.spelling))\\fR" }.joined() + "\n"
    text += list("COMMANDS", commands.map { ($0.configuration.commandName ?? "", $0.configuration.abstract) })
    text += list("ARGUMENTS", info.positionals.map { ($0.spelling, $0.abstract ?? "") })
    for group in info.groups {
      text += list(
        group.title?.uppercased() ?? "OPTIONS", group.options.map { ($0.spelling, $0.abstract ?? "") })
    }
    text += list("TOPICS OF HELP", topics.map { ($0.name, $0.abstract) })
    text += list("EXAMPLES", command.manual.examples.map { ($0.command, $0.purpose) })
    if let notes = command.manual.notes { text += ".SH NOTES\n.nf\n\(quoted(notes))\n.fi\n" }
    text += list("EXIT STATUS", command.manual.exitCodes.map { (String($0.0.rawValue), $0.1) })
    guard name != Program.name else { return text }
    return text + ".SH SEE ALSO\n.BR bulkpatch (1)\n"
  }

  private func list(_ title: String, _ entries: [(term: String, text: String)]) -> String {
    guard !entries.isEmpty else { return "" }
    return ".SH \(title)\n"
      + entries.map { ".TP\n\\fB\(quoted($0.term))\\fR\n\(quoted($0.text))\n" }.joined()
  }

  /// Returns a text in which nothing is a request or an escape.
  private func quoted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = line.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
      return plain.hasPrefix(".") ? "\\&\(plain)" : plain
    }.joined(separator: "\n").replacing("\n\n", with: "\n.sp\n")
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
