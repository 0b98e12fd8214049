import Catalog

/// The attribute that a column of a sheet is for, and why.
struct ColumnGuess {
  var path: String
  var reason: String
}

/// Finds the attributes of a sheet's columns: by name, by title, by the words that people use, and by content.
///
/// Nothing near is taken: a column that could be two things is a question.
struct ColumnGuesses {
  let resource: ResourceType
  /// The guesses by header.
  private(set) var found: [String: ColumnGuess] = [:]
  /// The headers that name one attribute together.
  private(set) var contested: [String: String] = [:]

  /// - Parameter vocabulary: the names of the site, if it can be asked.
  init(_ profile: SheetProfile, of resource: ResourceType, _ vocabulary: SiteVocabulary? = nil) {
    self.resource = resource
    for column in profile.columns { found[column.header] = guess(column) }
    if let vocabulary { findNames(in: profile, vocabulary) }
    for (path, guesses) in Dictionary(grouping: found, by: \.value.path) where guesses.count > 1 {
      // An exact name is no guess.
      let exact = guesses.filter { $0.key == path }
      for (header, _) in guesses where exact.isEmpty || header != path {
        found[header] = nil
        contested[header] = path
      }
    }
  }

  private func guess(_ column: ColumnProfile) -> ColumnGuess? {
    if let path = key(of: column) {
      return ColumnGuess(
        path: path, reason: "\(column.cells) cell\(column.cells == 1 ? "" : "s") of its form")
    }
    let name = Self.letters(column.header)
    let named = paths.first { Self.letters($0) == name }
    let titled = resource.titles.first { $0.value.contains { Self.letters($0) == name } }?.key
    guard let path = named ?? titled, fits(column, path) else { return nil }
    return ColumnGuess(path: path, reason: column.words)
  }

  /// Finds what is left by the names that the site has; what could be two attributes stays a question.
  private mutating func findNames(in profile: SheetProfile, _ vocabulary: SiteVocabulary) {
    let taken = Set(found.values.map(\.path))
    for column in profile.columns where found[column.header] == nil {
      // Numbers may be ids of anything.
      guard column.cells > 0, !column.hasMore, !column.isOfTimes, column.wholeNumbers == 0 else { continue }
      let paths = vocabulary.attributes(holding: column.values.map(\.text)).filter { !taken.contains($0) }
      let words = column.values.count == 1 ? "the only value is" : "all \(column.values.count) values are"
      if paths.count == 1 {
        found[column.header] = ColumnGuess(path: paths[0], reason: "\(words) there at the site")
      } else if paths.count > 1 {
        contested[column.header] = paths.joined(separator: " or ")
      }
    }
  }

  /// The paths that a column can be for.
  private var paths: [String] {
    [resource.key] + resource.alternateKeys
      + resource.fields.filter { $0.access == .writable && $0.isWrittenBySheets && !$0.isTrigger }.map(\.path)
  }

  /// Returns the key that the cells have the form of, such as `240317-000042`.
  private func key(of column: ColumnProfile) -> String? {
    resource.alternateKeys.first { name in
      guard case .string(_, let pattern?)? = resource.field(at: name)?.kind else { return false }
      return column.matches(pattern)
    }
  }

  /// Returns whether the cells can be values of an attribute.
  private func fits(_ column: ColumnProfile, _ path: String) -> Bool {
    guard column.cells > 0 else { return true }
    if path == resource.key { return column.isOfNumbers }
    switch resource.field(at: path)?.kind {
    case .string(_, let pattern?)?: return column.matches(pattern)
    case .date?, .dateTime?: return column.isOfTimes
    case .integer?, .number?: return column.isOfNumbers || column.decimalCommas > 0
    default: return true
    }
  }

  /// Returns the letters and digits in lower case.
  static func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}
