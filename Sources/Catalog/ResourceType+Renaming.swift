/// The reason an attribute cannot be given a site's own spelling.
public struct RenamingError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    /// There is no such attribute; `inferredNames` has the possible ones.
    case unknown
    /// The API's own pages have the name, so that no site spells it differently.
    case confirmed
    /// Another attribute has the new spelling already.
    case taken
    /// The new spelling is no name of an attribute.
    case notAName
  }

  /// The attribute by the catalogue's name.
  public var name: String
  /// The requested spelling.
  public var spelling: String
  public var reason: Reason

  public var description: String {
    switch reason {
    case .unknown: "\(name): no attribute of this name"
    case .confirmed: "\(name): the API reference confirms this spelling, so no site has another"
    case .taken: "\(name): another attribute is spelt \(spelling)"
    case .notAName: "\(name): not an attribute name: '\(spelling)'"
    }
  }
}

extension ResourceType {
  /// The attributes with inferred spellings, with their lists: `SubstatusCd`, `interactionReferences.ObjectNumber`.
  public var inferredNames: [String] {
    fields.filter(\.isNameInferred).map(\.path)
      + lists.flatMap { list in list.inferredNames.map { "\(list.name).\($0)" } }
  }

  /// Returns this resource with a site's own spellings, by the catalogue's names as in `inferredNames`.
  ///
  /// All uses of an attribute follow: keys, selectors, the requirements of operations. The examples stay.
  ///
  /// - Throws: for the first name, in alphabetical order, that is not among `inferredNames`, and for a spelling that
  ///   another attribute has or that is not a name.
  public func renaming(_ spellings: [String: String]) throws(RenamingError) -> ResourceType {
    var result = self
    for (name, spelling) in spellings.sorted(by: { $0.key < $1.key }) {
      let steps = name.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
      let isName = !spelling.isEmpty && !spelling.contains { $0 == "." || $0.isWhitespace }
      do throws(RenamingError.Failure) {
        guard isName else { throw RenamingError.Failure(.notAName) }
        if steps.count == 1 {
          try result.fields.rename(name, to: spelling, besides: lists.map(\.name))
          result.alternateKeys = result.alternateKeys.map { $0 == name ? spelling : $0 }
        } else {
          try result.lists.rename(steps[...], to: spelling)
        }
      } catch {
        throw RenamingError(name: name, spelling: spelling, reason: error.reason)
      }
    }
    return result
  }
}

extension RenamingError {
  /// The reason alone, before its name in the mapping is known.
  fileprivate struct Failure: Error {
    var reason: Reason

    init(_ reason: Reason) { self.reason = reason }
  }
}

extension [Field] {
  fileprivate mutating func rename(
    _ name: String, to spelling: String, besides others: [String]
  ) throws(RenamingError.Failure) {
    guard let index = firstIndex(where: { $0.path == name }) else { throw RenamingError.Failure(.unknown) }
    guard self[index].isNameInferred else { throw RenamingError.Failure(.confirmed) }
    let taken = enumerated().contains { $0.offset != index && $0.element.path == spelling }
    guard !taken, !others.contains(spelling) else { throw RenamingError.Failure(.taken) }
    self[index].path = spelling
    self[index].isNameInferred = false
    for other in indices {
      if self[other].follows == name { self[other].follows = spelling }
      if self[other].goesWith == name { self[other].goesWith = spelling }
    }
  }
}

extension [ChildList] {
  fileprivate mutating func rename(
    _ steps: ArraySlice<String>, to spelling: String
  ) throws(RenamingError.Failure) {
    guard let index = firstIndex(where: { $0.name == steps.first }) else {
      throw RenamingError.Failure(.unknown)
    }
    let rest = steps.dropFirst()
    guard rest.count == 1, let name = rest.first else {
      try self[index].lists.rename(rest, to: spelling)
      return
    }
    try self[index].rename(name, to: spelling)
  }
}

extension ChildList {
  fileprivate var inferredNames: [String] {
    fields.filter(\.isNameInferred).map(\.path)
      + lists.flatMap { list in list.inferredNames.map { "\(list.name).\($0)" } }
  }

  fileprivate mutating func rename(_ name: String, to spelling: String) throws(RenamingError.Failure) {
    var fields = fields
    try fields.rename(name, to: spelling, besides: lists.map(\.name))
    element = .object(fields)
    for index in operations.indices {
      operations[index].required = operations[index].required.map { $0 == name ? spelling : $0 }
    }
    if substance == name { substance = spelling }
    if upload?.data == name { upload?.data = spelling }
    if upload?.fileName == name { upload?.fileName = spelling }
  }
}
