public import Catalog
public import Records

/// Reads the names in rows whose form shows where they are; each text of a piece once.
public struct NameReader {
  private let forms: [Int64: PatchForm]
  private let given: [Int64: FormNames]
  /// The forms with a constant name in `wanted`.
  private var wantedForms: Set<Int64> = []
  /// What is known of a name, for each piece of each form: whether its rows are to be read as a whole.
  private var known: [Int64: [[String: Bool]]] = [:]
  private var numbers: [Int64] = []
  /// The names that rows give.
  public private(set) var names: Set<GivenName> = []

  /// - Parameter forms: the forms of the rows.
  public init(_ forms: [Int64: PatchForm], of resource: ResourceType) {
    self.forms = forms
    given = forms.compactMapValues { $0.given(in: resource) }
    names = Set(given.values.flatMap(\.constants))
    want([])
  }

  /// Indicates that a row may give a name beside those in texts of its own.
  public var hasNames: Bool { given.count < forms.count || given.values.contains { !$0.isEmpty } }

  /// Returns the forms with names, as they are with ids.
  public func forms(of resource: ResourceType, withIDs id: (GivenName) -> Int64?) -> [Int64: PatchForm] {
    given.reduce(into: [:]) { changed, form in
      guard !form.value.isEmpty else { return }
      changed[form.key] = forms[form.key]?.withIDs(form.value, in: resource, id)
    }
  }

  /// Demands that rows with one of these names are read as a whole from now on.
  public mutating func want(_ wanted: Set<GivenName>) {
    wantedForms = Set(given.filter { !wanted.isDisjoint(with: $0.value.constants) }.keys)
    known = given.mapValues { names in
      names.pieces.map { place in
        guard let place else { return [:] }
        return Dictionary(
          wanted.filter { $0.place == place }.map { ($0.name, true) }, uniquingKeysWith: { $1 })
      }
    }
  }

  /// Reads the names of a row; returns whether nothing more is to be known of it.
  public mutating func read(_ recipe: Span<UInt8>, of input: Span<UInt8>) -> Bool {
    guard PatchForm.read(recipe, into: &numbers), let number = numbers.first, let form = forms[number],
      let pieces = given[number]?.pieces, pieces.count == numbers.count - 1
    else { return false }
    guard !wantedForms.contains(number) else { return false }
    for (index, place) in pieces.enumerated() {
      guard let place else { continue }
      guard let name = form.name(at: numbers[index + 1], of: input) else { return false }
      if let isWanted = known[number]?[index][name] {
        if isWanted { return false }
      } else {
        known[number]?[index][name] = false
        names.insert(GivenName(place: place, name: name))
      }
    }
    return true
  }

  /// Returns the body of a row.
  public func patch(by recipe: Span<UInt8>, of input: Span<UInt8>) -> String? {
    PatchForm.patch(by: recipe, of: input, forms)
  }
}
