/// A table that `bulkpatch help TOPIC` prints and that the reference in `docs/` has as a page.
public struct HelpTopic: Sendable {
  /// The rows below one heading.
  public struct Section: Sendable {
    /// The heading; `nil` for a topic with one table.
    public var title: String?
    /// The cells of each row; the last one is a sentence.
    public var rows: [[String]]

    public init(_ title: String? = nil, rows: [[String]]) {
      self.title = title
      self.rows = rows
    }
  }

  /// The word after `help`, and the name of the page.
  public var name: String
  /// One sentence for the list of topics.
  public var abstract: String
  /// The heads of the columns.
  public var columns: [String]
  public var sections: [Section]

  public init(name: String, abstract: String, columns: [String], sections: [Section]) {
    self.name = name
    self.abstract = abstract
    self.columns = columns
    self.sections = sections
  }

  /// The section that explains this word, such as a flag; `nil` if none does.
  func section(explaining word: String) -> Section? {
    sections.first { $0.rows.contains { $0.contains(word) } }
  }

  /// The topic in the layout of the rest of the help.
  var text: String {
    sections.map { section in
      let title = section.title ?? name.replacing("-", with: " ")
      return title.uppercased() + ":\n" + section.rows.map(text).joined()
    }.joined(separator: "\n")
  }

  private func text(_ row: [String]) -> String {
    guard row.count > 3 else {
      return Manual.line(row[0], row.dropFirst().filter { !$0.isEmpty }.joined(separator: ": "))
    }
    let facts = row[1..<(row.count - 1)].filter { !$0.isEmpty }.joined(separator: "; ")
    return "  \(row[0])  (\(facts))\n      \(row[row.count - 1])\n"
  }
}
