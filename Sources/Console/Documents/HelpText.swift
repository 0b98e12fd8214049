import ArgumentParser
import Foundation

/// The help of one command: ArgumentParser's part, its options in an order of use, then the command's manual.
///
/// A text that is longer than a screen or two is folded: of the options in groups it has the names only, and
/// `help COMMAND` has all of it.
struct HelpText {
  /// The number of lines that a help text may have.
  static let limit = 60
  /// The number of characters of a folded line.
  private static let width = 78

  let command: any DocumentedCommand.Type
  /// The command that prints the help in full, such as `bulkpatch help run`.
  let fullHelp: String
  /// The command that explains exit codes; `nil` if the help does so itself.
  let exitCodeTopic: String?
  /// The other topics of `help`, in the program's own help.
  let topics: [HelpTopic]
  private let sections: [String]

  /// - Parameter text: ArgumentParser's help of the command.
  init(
    _ command: any DocumentedCommand.Type, text: String, fullHelp: String, exitCodeTopic: String?,
    topics: [HelpTopic]
  ) {
    self.command = command
    self.fullHelp = fullHelp
    self.exitCodeTopic = exitCodeTopic
    self.topics = topics
    sections = HelpText.dailyFirst(text.trimmingCharacters(in: .newlines).components(separatedBy: "\n\n"))
  }

  /// The help with every option explained.
  var full: String {
    sections.joined(separator: "\n\n") + "\n\n" + listOfTopics
      + command.manual.text(exitCodesIn: exitCodeTopic)
  }

  /// The help in at most `limit` lines.
  var short: String {
    guard full.count(where: { $0 == "\n" }) > HelpText.limit else { return full }
    let groups = sections.filter(HelpText.isOptionGroup)
    let shown = sections.filter { !HelpText.isOptionGroup($0) }.joined(separator: "\n\n") + "\n\n"
    let folded =
      groups.isEmpty
      ? "" : "MORE OPTIONS:\n" + groups.map(HelpText.folded).joined() + "\n"
    let manual = Manual(
      examples: Array(command.manual.examples.prefix(2)), exitCodes: command.manual.exitCodes)
    return shown + folded + listOfTopics + manual.text(exitCodesIn: exitCodeTopic)
      + "\nSee '\(fullHelp)' for every option, explained.\n"
  }

  private var listOfTopics: String {
    guard !topics.isEmpty else { return "" }
    return "TOPICS OF HELP:\n"
      + topics.map { topic in
        "  \(topic.name.padding(toLength: 24, withPad: " ", startingAt: 0))\(topic.abstract)\n"
      }.joined() + "\n"
  }

  /// Returns the sections with the command's own options above the groups, which are needed less often.
  ///
  /// ArgumentParser puts options without a group last.
  private static func dailyFirst(_ sections: [String]) -> [String] {
    var sections = sections
    guard let own = sections.firstIndex(where: { $0.hasPrefix("OPTIONS:") }),
      let first = sections.firstIndex(where: isOptionGroup), first < own
    else { return sections }
    sections.insert(sections.remove(at: own), at: first)
    return sections
  }

  private static func isOptionGroup(_ section: String) -> Bool {
    let title = String(section.prefix { $0 != ":" })
    let others = ["OVERVIEW", "USAGE", "ARGUMENTS", "OPTIONS", "SUBCOMMANDS"]
    return title.allSatisfy { $0.isUppercase || $0 == " " } && !others.contains(title)
  }

  /// Returns a group of options as their names, below its title.
  private static func folded(_ section: String) -> String {
    let lines = section.split(separator: "\n")
    let title = lines.first.map { $0.prefix(1) + $0.dropFirst().lowercased() } ?? ""
    let names = lines.dropFirst().filter { $0.hasPrefix("  -") }.compactMap { line in
      line.range(of: "--").map { line[$0.lowerBound...].prefix { !" /,".contains($0) } }
    }
    let indent = String(repeating: " ", count: 20)
    var text = ""
    var last = "  \(title)".padding(toLength: indent.count, withPad: " ", startingAt: 0)
    for name in names {
      if last.count + name.count > width {
        text += last.trimmingSuffix(" ") + "\n"
        last = indent
      }
      last += name + " "
    }
    return text + last.trimmingSuffix(" ") + "\n"
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> Substring {
    self[...(lastIndex { $0 != character } ?? startIndex)]
  }
}
