package import Catalog

extension ResourceType {
  /// Returns the header that a user means by an attribute's name or title; `nil` if there is none, with the nearest.
  package func header(meant answer: String) -> (path: String?, hint: String?) {
    let paths = possibleHeaders
    let letters = ColumnGuesses.letters(answer)
    if let path = paths.first(where: { $0 == answer })
      ?? paths.first(where: { ColumnGuesses.letters($0) == letters })
    {
      return (path, nil)
    }
    if let path = titles.first(where: { $0.value.contains { ColumnGuesses.letters($0) == letters } })?.key {
      return (path, nil)
    }
    if customFields.contains(where: { $0.contains(answer) }) { return (answer, nil) }
    let names = paths + titles.values.flatMap(\.self).sorted()
    return (
      nil, NearestNames.hint(for: answer, among: names) ?? "'bulkpatch resources \(ownName)' lists them"
    )
  }

  /// The headers of attributes that a sheet may set, and of the keys.
  private var possibleHeaders: [String] {
    [key] + alternateKeys
      + fields.filter { $0.access == .writable && $0.isWrittenBySheets }.map(\.path)
      + lists.flatMap { list in
        (list.operations.map(\.verb) + list.knownKeys).flatMap { word in
          list.fields.map { "\(list.name).\(word).\($0.path)" }
        }
      }
  }
}

extension ChildList {
  /// The ids by which headers name the elements that every site has.
  fileprivate var knownKeys: [String] {
    guard isAddressedByKey, case .menu(let known, _)? = selectors.first?.kind else { return [] }
    return known.compactMap { $0.id.map { String($0) } }
  }
}
