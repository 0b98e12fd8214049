import Catalog
import Records
import Sites

/// Reads rows that name what the site does not know.
///
/// That may be an attribute of a newer release, one that is spelled differently there, or a misspelled custom field.
extension RowDecision {
  /// Reads the records of rows after the site has refused the request itself (400).
  ///
  /// Only the rows that ask for an unknown attribute fail. Unknown companion attributes are left out.
  func readWithoutUnknownNames(
    _ rows: [RowChanges], after failure: Exchange, through connection: any SiteConnection,
    creations: PatchChanges.ListDepth, without known: Set<String>
  ) -> RecordReading {
    var search = UnknownNameSearch(request(for: rows, creations, without: known), connection)
    let unknownNames = search.unknownNames(after: failure)
    if let interruption = search.interruption { return RecordReading(exchange: interruption) }
    guard !unknownNames.isEmpty else {
      return readApart(rows, after: failure, through: connection, creations: creations, without: known)
    }
    var refusals: [Int: Refusal] = [:]
    var others: [RowChanges] = []
    for row in rows {
      let asked = Set(ownRequest(of: row, creations).names)
      let own = unknownNames.filter { asked.contains($0.name) }
      if let first = own.first {
        refusals[row.number] = refusal(of: own.map(\.name), first.refusal)
      } else {
        others.append(row)
      }
    }
    // The site has answered, and is as usable as before.
    var reading = RecordReading()
    if !others.isEmpty {
      reading = read(
        others, through: connection, creations: creations, without: known.union(unknownNames.map(\.name)))
    }
    reading.refusals.merge(refusals) { $1 }
    return reading
  }

  /// Returns the row's own request, without companion attributes.
  private func ownRequest(of row: RowChanges, _ creations: PatchChanges.ListDepth) -> ReadRequest {
    let companions = Set(row.changes.companions(in: resource))
    return request(for: [row], creations, without: companions)
  }

  /// Returns the site's refusal of unknown names, with the names and a hint.
  private func refusal(of names: [String], _ refusal: Refusal) -> Refusal {
    // An unknown list has no known attributes.
    let shortest = names.filter { name in !names.contains { name.hasPrefix($0 + ".") } }
    var refusal = refusal
    let remedy = remedy(for: shortest[0])
    refusal.hint = remedy
    refusal.message =
      "the site does not know \(shortest.joined(separator: " and ")): \(remedy) (\(refusal.message))"
    return refusal
  }

  private func remedy(for name: String) -> String {
    let steps = name.split(separator: ".", maxSplits: 1).map { String($0) }
    let list = resource.list(named: steps[0])
    let field =
      list.map { $0.field(steps.count > 1 ? steps[1] : "") ?? $0.selectors.first } ?? resource.field(at: name)
    return switch field {
    case nil: "check its spelling on the site, or leave it out with 'ignore'"
    case let field? where field.isDeclared:
      "check its spelling in 'extra_attributes', or leave it out with 'ignore'"
    case let field? where field.isNameInferred:
      "give the site's spelling with 'attribute_names', or leave it out with 'ignore'"
    case _?: "the site's release does not have it; leave it out with 'ignore'"
    }
  }
}

/// Finds the names of a request that a site does not know, by asking for fewer of them.
private struct UnknownNameSearch {
  typealias UnknownName = (name: String, refusal: Refusal)

  /// The answer that ended the search because it said nothing about names.
  private(set) var interruption: Exchange?
  private let request: ReadRequest
  private let connection: any SiteConnection

  /// A name is known or not whatever the record, but the first records may not exist.
  private static let records = 5

  init(_ request: ReadRequest, _ connection: any SiteConnection) {
    self.request = request
    self.connection = connection
  }

  /// Returns the unknown names, in the order of the request; none if the site does not refuse the names.
  mutating func unknownNames(after failure: Exchange) -> [UnknownName] {
    let names = request.names
    guard !names.isEmpty, refusal(of: []) == nil, interruption == nil else { return [] }
    // Most sites name the unknown attribute.
    let words = failure.outcome.refusal?.message ?? ""
    let suspects = names.filter { words.namesAttribute($0) }
    if !suspects.isEmpty, suspects.count < names.count,
      refusal(of: names.filter { !suspects.contains($0) }) == nil, interruption == nil
    {
      return apart(suspects)
    }
    return apart(names)
  }

  private mutating func apart(_ names: [String]) -> [UnknownName] {
    guard interruption == nil, let refusal = refusal(of: names) else { return [] }
    guard names.count > 1 else { return [(names[0], refusal)] }
    let middle = names.count / 2
    return apart(Array(names[..<middle])) + apart(Array(names[middle...]))
  }

  /// Returns the refusal to read these names; `nil` if the site reads them.
  private mutating func refusal(of names: [String]) -> Refusal? {
    var part = request.keeping(Set(names))
    part.ids = Array(part.ids.prefix(Self.records))
    let (exchange, _) = connection.read(part)
    switch exchange.outcome {
    case .applied, .unchanged: return nil
    case .refused(let refusal) where refusal.status == 400: return refusal
    default:
      interruption = exchange
      return nil
    }
  }
}

extension ReadRequest {
  /// Every requested attribute and list; attributes of elements with the list's name in front.
  fileprivate var names: [String] {
    attributes
      + lists.sorted { $0.key < $1.key }.flatMap { list, names in [list] + names.map { "\(list).\($0)" } }
  }

  /// Returns this request with these names only.
  fileprivate func keeping(_ names: Set<String>) -> ReadRequest {
    var part = self
    part.attributes = attributes.filter { names.contains($0) }
    part.lists = [:]
    for (list, attributes) in lists {
      let kept = attributes.filter { names.contains("\(list).\($0)") }
      if !kept.isEmpty || names.contains(list) { part.lists[list] = kept }
    }
    return part
  }

  /// Returns this request without these names.
  func leavingOut(_ names: Set<String>) -> ReadRequest {
    names.isEmpty ? self : keeping(Set(self.names).subtracting(names))
  }
}

extension String {
  /// Returns whether an error's words contain an attribute's name, or its last step, as a separate word.
  fileprivate func namesAttribute(_ name: String) -> Bool {
    let last = name.split(separator: ".").last.map { String($0) } ?? name
    // A point may be part of a name, or the end of a sentence.
    let words = split { !($0.isLetter || $0.isNumber || $0 == "_") }
    return words.contains { $0 == last }
  }
}
