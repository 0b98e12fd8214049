package import Catalog
import JSON
import Sheets

/// A job drafted from a sheet: what was seen in it or said on the terminal, and a comment for every question that is left.
package struct JobDraft {
  let profile: SheetProfile
  package let resource: ResourceType
  /// Header → attribute, with the reason.
  private(set) var columns: [(header: String, path: String, reason: String)] = []
  /// The columns that are left out, with what is asked about them.
  private(set) var left: [(header: String, question: String)] = []
  /// Header → what its cells stand for; a cell without a text is a question.
  private(set) var values:
    [(header: String, path: String, cells: [(text: String, rows: Int, meaning: String?)])] = []
  /// The kind of an appended thread; `nil` if none is appended.
  private(set) var audience: Int?

  package init(
    _ profile: SheetProfile, of resource: ResourceType, knowing vocabulary: SiteVocabulary? = nil,
    asking ask: (DraftQuestion) -> String? = { _ in nil }
  ) {
    self.profile = profile
    self.resource = resource
    let guesses = ColumnGuesses(profile, of: resource, vocabulary)
    for column in profile.columns where !ResultColumns.names.contains(column.header) {
      if let guess = guesses.found[column.header] {
        columns.append((column.header, guess.path, guess.reason))
        continue
      }
      let contested = guesses.contested[column.header]
      if let path = ask(.attribute(column.header, column.words, contested)), !path.isEmpty {
        columns.append((column.header, path, column.words))
      } else {
        left.append((column.header, question(column, contested)))
      }
    }
    if columns.contains(where: { $0.path == "threads.append.text" }) {
      audience = ask(.audience).flatMap { Int($0) } ?? 1
    }
    for column in columns { addValues(column.header, column.path, ask) }
  }

  private func question(_ column: ColumnProfile, _ contested: String?) -> String {
    if let contested {
      let others =
        contested.contains(" or ") ? "The site has its values in each" : "Another column could be, too"
      return "\(column.words): is it \(contested)? \(others)"
    }
    let isCustom = !resource.customFields.isEmpty
    return
      "\(column.words): which attribute is it?\(isCustom ? " One of the site's own needs custom_fields, too" : "")"
  }

  /// Adds the cells of a menu that it is not known to have.
  private mutating func addValues(_ header: String, _ path: String, _ ask: (DraftQuestion) -> String?) {
    guard case .menu(let known, _)? = resource.field(at: path)?.kind,
      let column = profile.columns.first(where: { $0.header == header }), !column.hasMore
    else { return }
    let names = Set(known.map(\.name))
    let open = column.values.filter { cell in
      // A name may be the site's own; a code hardly is what the site calls it.
      known.isEmpty
        ? cell.text.count <= 3 && cell.text.contains(where: \.isLetter) : !names.contains(cell.text)
    }
    guard open.contains(where: { !$0.text.allSatisfy(\.isNumber) }) else { return }
    let cells = column.values.map { cell -> (text: String, rows: Int, meaning: String?) in
      guard open.contains(where: { $0.text == cell.text }) else { return (cell.text, cell.rows, cell.text) }
      let said = ask(.value(header, cell.text, cell.rows, path, known.map(\.name)))
      return (cell.text, cell.rows, said.flatMap { $0.isEmpty ? nil : $0 })
    }
    values.append((header, path, cells))
  }

  /// The questions that are left as comments.
  package var questions: Int {
    left.count + values.count { $0.cells.contains { $0.meaning == nil } } + (ambiguousTimes.isEmpty ? 0 : 1)
  }

  /// The columns of times whose form does not tell the day from the month.
  var ambiguousTimes: [ColumnProfile] {
    profile.columns.filter { $0.isOfTimes && !$0.times.isISO && $0.times.pattern == nil }
  }

  package var mapped: Int { columns.count }
  package var total: Int { profile.columns.count }
}

/// A question about a sheet that its contents do not answer.
package enum DraftQuestion {
  /// The attribute of a column, with its cells in words, and an attribute that it shares with another.
  case attribute(String, String, String?)
  /// The choice between a note and a response for an appended thread.
  case audience
  /// The meaning of a cell: the column, the cell, its rows, the attribute and its known values.
  case value(String, String, Int, String, [String])
}
