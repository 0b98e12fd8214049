/// Markdown of the reference: a section for each command, a page for each topic.
enum MarkdownPage {
  /// The first line of every page that is written by the program.
  static let note = "<!-- Written by 'make docs' from the program's own help. -->\n\n"

  /// Returns the section of a command.
  ///
  /// Options that a topic explains are named by their group, with a link.
  static func command(_ name: String, _ command: any DocumentedCommand.Type, topics: [HelpTopic]) -> String {
    let info = CommandInfo(command)
    let usage = ([name, "[options]"] + info.positionals.map(\.spelling)).joined(separator: " ")
    var text = topics.isEmpty ? note + "# \(name)\n\n" : "## \(name)\n\n"
    text += "\(prose(info.abstract ?? ""))\n\n    \(usage)\n\n"
    let own = info.positionals + info.groups.flatMap(\.options).filter { explanation(of: $0, topics) == nil }
    text +=
      table(["argument", "meaning"], own.map { ["`\($0.spelling)`", prose($0.abstract ?? "")] }) + "\n"
    let groups = info.groups.flatMap(\.options).compactMap { explanation(of: $0, topics) }
    if !groups.isEmpty { text += "Settings: \(unique(groups).joined(separator: ", ")).\n\n" }
    text += "Examples:\n\n"
    for (command, purpose) in command.manual.examples { text += "- `\(command)`: \(prose(purpose))\n" }
    if let notes = command.manual.notes, topics.isEmpty { text += "\n```text\n\(notes)\n```\n" }
    if let notes = command.manual.notes, !topics.isEmpty { text += "\n\(prose(notes))\n" }
    guard !topics.isEmpty else {
      let codes = command.manual.exitCodes.map { [String($0.0.rawValue), prose($0.1)] }
      return text + "\n" + table(["exit code", "meaning"], codes)
    }
    let codes = command.manual.exitCodes.map { String($0.0.rawValue) }.joined(separator: ", ")
    return text + "\n[Exit codes](exit-codes.md): \(codes).\n"
  }

  /// Returns the page of a topic.
  static func topic(_ topic: HelpTopic) -> String {
    let title = topic.name.replacing("-", with: " ")
    var text = note + "# \(title.prefix(1).uppercased() + title.dropFirst())\n\n\(prose(topic.abstract))\n"
    for section in topic.sections {
      if let title = section.title { text += "\n## \(title)\n" }
      var rows: [[String]] = []
      for row in section.rows {
        let cells = row.enumerated().map { index, cell in
          // The last two columns are words, the others what is typed.
          index + 2 < max(row.count, 4) && !cell.isEmpty ? "`\(cell)`" : prose(cell)
        }
        // A row without a name goes on with the one before.
        if row[0].isEmpty, let last = rows.indices.last {
          rows[last][row.count - 1] += "<br>\(cells[row.count - 1])"
        } else {
          rows.append(cells)
        }
      }
      text += "\n" + table(topic.columns, rows)
    }
    return text
  }

  /// Returns a text in which nothing is markup.
  static func prose(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("<", with: "\\<").replacing("*", with: "\\*").replacing(
      "_", with: "\\_")
  }

  private static func explanation(of option: CommandInfo.Argument, _ topics: [HelpTopic]) -> String? {
    guard let name = option.longName else { return nil }
    for topic in topics {
      guard let title = topic.section(explaining: name)?.title else { continue }
      return "[\(title)](\(topic.name).md#\(title.lowercased().replacing(" ", with: "-")))"
    }
    return nil
  }

  private static func table(_ heads: [String], _ rows: [[String]]) -> String {
    let rule = heads.map { _ in "---" }.joined(separator: "|")
    return "| \(heads.joined(separator: " | ")) |\n|\(rule)|\n"
      + rows.map { "| \($0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n" }.joined()
  }

  private static func unique(_ words: [String]) -> [String] {
    words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
