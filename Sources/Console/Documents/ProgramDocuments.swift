import ArgumentParser
import Foundation

/// The pages that are made from a program itself: `make docs` writes those of the reference, `make install` the manual.
enum ProgramDocuments<Root: DocumentedCommand> {
  /// The first argument of a call that writes pages; the kind and the folder follow.
  static var flag: String { "--generate-documents" }

  private static var name: String { Root.configuration.commandName ?? Program.name }
  private static var commands: [any DocumentedCommand.Type] {
    Root.configuration.subcommands.compactMap { command in
      command.configuration.shouldDisplay ? command as? any DocumentedCommand.Type : nil
    }
  }

  /// The topics of `help`; a program with one command has none.
  static var topics: [HelpTopic] {
    let commands = Root.configuration.subcommands
    return commands.isEmpty ? [] : [.exitCodes(of: commands)] + Root.topics
  }

  /// Writes the pages of a kind, `markdown` or `man`, into a folder.
  ///
  /// - Throws: `UserError` with exit code 64 for other arguments, 74 if a page cannot be written.
  static func write(_ arguments: [String]) throws(UserError) {
    let kinds = ["markdown": markdown, "man": manual]
    guard arguments.count == 2, let pages = kinds[arguments[0]] else {
      throw UserError(
        .usage, "\(flag) must be followed by \(kinds.keys.sorted().joined(separator: " or ")) and a folder")
    }
    let folder = URL(fileURLWithPath: arguments[1])
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for page in pages {
        try Data(page.text.utf8).write(to: folder.appendingPathComponent(page.name))
      }
    } catch { throw UserError(.inputOutput, place: arguments[1], "the pages cannot be written: \(error)") }
  }

  /// The pages of the reference.
  static var markdown: [(name: String, text: String)] {
    guard !commands.isEmpty else {
      return [("\(name).md", MarkdownPage.command(name, Root.self, topics: []))]
    }
    let pages = commands.map {
      MarkdownPage.command("\(name) \($0.configuration.commandName ?? "")", $0, topics: topics)
    }
    let list = commands.map { command in
      let word = command.configuration.commandName ?? ""
      return
        "- [`\(name) \(word)`](#\(name)-\(word)): \(MarkdownPage.prose(command.configuration.abstract))\n"
    }
    let commandPage =
      MarkdownPage.note + "# Commands\n\n" + list.joined() + "\n"
      + MarkdownPage.prose(Root.manual.notes ?? "") + "\n\n"
      + pages.joined(separator: "\n")
    return [("commands.md", commandPage)] + topics.map { ("\($0.name).md", MarkdownPage.topic($0)) }
  }

  /// The pages of the manual, a page a command.
  static var manual: [(name: String, text: String)] {
    let root = ManualPage(name, Root.self, commands: commands, topics: topics)
    return [("\(name).1", root.text)]
      + commands.map { command in
        let name = "\(name)-\(command.configuration.commandName ?? "")"
        return ("\(name).1", ManualPage(name, command, commands: [], topics: []).text)
      }
  }
}
