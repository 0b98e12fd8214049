public import Catalog
public import Records

/// Reads the names in rows whose form shows where they are; each text of a piece once.
public struct NameReader: Sendable {
  /// The largest number of rows that are noted to be read as a whole.
  private static let unreadLimit = 1_000

  private let resource: ResourceType
  private var forms: [Int64: PatchForm] = [:]
  private var given: [Int64: FormNames] = [:]
  private var rows: [Int64: RowsOfForm] = [:]
  private var numbers: [Int64] = []
  /// The names that rows give.
  public private(set) var names: Set<GivenName> = []
  /// The rows that must be read as a whole, if all others have been read; `nil` if that is not known of every row.
  public private(set) var unread: [Int]?

  /// Creates a reader for rows of these forms, none of which has been read.
  public init(_ forms: [Int64: PatchForm], of resource: ResourceType) {
    self.resource = resource
    for (number, form) in forms { learn(number, form) }
  }

  /// Creates a reader that is shown every batch of a run as it is staged.
  public init(of resource: ResourceType) {
    self.resource = resource
    unread = []
  }

  private mutating func learn(_ number: Int64, _ form: PatchForm) {
    forms[number] = form
    guard let names = form.given(in: resource) else { return }
    given[number] = names
    rows[number] = RowsOfForm(form, names, [])
    self.names.formUnion(names.constants)
  }

  /// Reads the names of the next rows of the run.
  public mutating func read(_ batch: RowBatch) {
    for news in batch.forms { learn(Int64(news.number), news.form) }
    let bytes = batch.bytes.span
    for row in batch.rows where unread != nil {
      switch row {
      case .entry(let entry):
        if !read(bytes.extracting(entry.recipe), of: bytes.extracting(entry.input)) { leave(entry.number) }
      case .whole(let row): if row.patch != nil { leave(row.number) }
      }
    }
  }

  private mutating func leave(_ row: Int) {
    if let unread, unread.count < Self.unreadLimit { self.unread?.append(row) } else { unread = nil }
  }

  /// Indicates that a row may give a name beside those in texts of its own.
  public var hasNames: Bool { given.count < forms.count || given.values.contains { !$0.isEmpty } }

  /// Returns the forms with names, as they are with ids.
  public func forms(withIDs id: (GivenName) -> Int64?) -> [Int64: PatchForm] {
    given.reduce(into: [:]) { changed, form in
      guard !form.value.isEmpty else { return }
      changed[form.key] = forms[form.key]?.withIDs(form.value, in: resource, id)
    }
  }

  /// Demands that rows with one of these names are read as a whole from now on.
  public mutating func want(_ wanted: Set<GivenName>) {
    unread = nil
    for (number, given) in given { rows[number] = forms[number].map { RowsOfForm($0, given, wanted) } }
  }

  /// Reads the names of a row; returns whether nothing more is to be known of it.
  public mutating func read(_ recipe: Span<UInt8>, of input: Span<UInt8>) -> Bool {
    guard PatchForm.read(recipe, into: &numbers), let number = numbers.first else { return false }
    return rows[number]?.read(numbers, input, &names) ?? false
  }

  /// Returns the body of a row.
  public func patch(by recipe: Span<UInt8>, of input: Span<UInt8>) -> String? {
    PatchForm.patch(by: recipe, of: input, forms)
  }
}

/// What is known of the rows of one form.
private struct RowsOfForm {
  private struct Place {
    var piece: Int
    var attribute: String
    /// The names whose rows are to be read as a whole.
    var wanted: Set<String>
  }

  private let form: PatchForm
  private let isWanted: Bool
  private let places: [Place]
  /// For each place: texts, and whether nothing more is to be known of their rows.
  private var known: [RememberedTexts<Bool>]

  init(_ form: PatchForm, _ given: FormNames, _ wanted: Set<GivenName>) {
    self.form = form
    isWanted = !wanted.isDisjoint(with: given.constants)
    places = given.pieces.enumerated().compactMap { piece, attribute in
      guard let attribute else { return nil }
      return Place(
        piece: piece, attribute: attribute,
        wanted: Set(wanted.filter { $0.place == attribute }.map(\.name)))
    }
    known = places.map { _ in RememberedTexts() }
  }

  /// Reads the names of a row; returns whether nothing more is to be known of it.
  ///
  /// - Parameter numbers: its recipe.
  mutating func read(_ numbers: [Int64], _ input: Span<UInt8>, _ names: inout Set<GivenName>) -> Bool {
    guard !isWanted, numbers.count == form.phrases.count else { return false }
    for index in places.indices {
      guard let range = PatchForm.range(numbers[places[index].piece + 1], in: input.count) else {
        return false
      }
      let text = input.extracting(range)
      let (form, place) = (form, places[index])
      let isDone = unsafe text.withUnsafeBytes { bytes in
        unsafe known[index].value(of: bytes) {
          guard let name = form.name(in: text), !place.wanted.contains(name) else { return (false, true) }
          names.insert(GivenName(place: place.attribute, name: name))
          return (true, true)
        }
      }
      guard isDone else { return false }
    }
    return true
  }
}
