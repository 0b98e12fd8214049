public import Catalog
import JSON
import Patches
public import Records
public import Sheets
import Sites
import Staging

/// The check of a run's names before anything is sent.
public struct NameCheck {
  let resource: ResourceType
  /// What the site has said of names, before and now.
  public internal(set) var cache: NameCache
  /// Returns the column of an attribute, for findings.
  let column: (_ place: String) -> String
  /// Returns the command that lists what the site has for an attribute, for hints.
  let listing: (_ place: String) -> String

  /// - Parameters:
  ///   - cache: what the site has said before.
  ///   - column: returns the column of an attribute, for findings.
  ///   - listing: returns the command that lists what the site has for an attribute, for hints.
  public init(
    _ resource: ResourceType, cache: NameCache, column: @escaping (_ place: String) -> String,
    listing: @escaping (_ place: String) -> String
  ) {
    self.resource = resource
    self.cache = cache
    self.column = column
    self.listing = listing
  }

  /// The rows that are read or written together.
  private static let group = 2_000

  /// Looks up the names of all staged rows, gives the rows ids in their place, and rejects those that the site would.
  ///
  /// - Returns: `applied`, or the site's trouble; then nothing is settled yet, or only a part, and the next process
  ///   does the rest.
  mutating func perform(
    on run: RunFile, _ connection: any SiteConnection, _ patience: Patience
  ) throws(StagingError) -> Outcome {
    var lookups = NameLookups(connection, resource: resource, cache: cache)
    let forms = try run.forms()
    var reader = run.namesAsStaged ?? NameReader(forms, of: resource)
    var names: Set<GivenName> = []
    // The rows that must be read as a whole, while they are few: usually only the sheet's first row.
    var whole: [NamedRow]? = []
    try forEachGroup(of: run, &reader) { rows throws(StagingError) in
      whole = whole.flatMap { $0.count < NameCheck.group ? $0 + rows : nil }
      for row in rows {
        _ = resource.body(row.body, element: row.element) { name in
          names.insert(name)
          return nil
        }
      }
    }
    let asked = names.union(reader.names).filter { !resource.isDelivered($0) }
    let outcome = lookups.resolve(asked.sorted { ($0.place, $0.name) < ($1.place, $1.name) }) { question in
      patience.ask(question)
    }
    cache = lookups.cache
    guard outcome == .applied else { return outcome }
    let verdicts = lookups.verdicts
    let refused = Set(verdicts.filter { $0.value.isRefusal }.keys)
    if refused.isEmpty, let whole {
      try settle(whole, on: run, verdicts)
    } else {
      reader.want(refused)
      try forEachGroup(of: run, &reader) { rows throws(StagingError) in try settle(rows, on: run, verdicts) }
    }
    try finish(run, verdicts, reader)
    return .applied
  }

  private func settle(
    _ rows: [NamedRow], on run: RunFile, _ verdicts: [GivenName: NameVerdict]
  ) throws(StagingError) {
    try run.settleNames(
      rows.compactMap { row in settled(row, verdicts).map { (number: row.number, result: $0) } })
  }

  private func finish(
    _ run: RunFile, _ verdicts: [GivenName: NameVerdict], _ reader: NameReader
  ) throws(StagingError) {
    var found: [GivenName: Int64] = [:]
    for case (let name, .known(let id?)) in verdicts { found[name] = id }
    try run.finishNames(
      found.sorted { ($0.key.place, $0.key.name) < ($1.key.place, $1.key.name) }.map {
        (name: $0.key, id: $0.value)
      },
      forms: reader.forms { found[$0] }, findings: unchecked(verdicts))
  }

  /// Passes the rows that must be read as a whole to `body`, in groups; `reader` learns the names of all others.
  private func forEachGroup(
    of run: RunFile, _ reader: inout NameReader, _ body: ([NamedRow]) throws(StagingError) -> Void
  ) throws(StagingError) {
    let marks = resource.marksOfNames
    var last = 0
    while true {
      let (end, rows) = try run.readNames(marked: marks, after: last, limit: NameCheck.group, by: &reader)
      guard let end else { return }
      if !rows.isEmpty { try body(rows) }
      last = end
    }
  }

  /// Returns what becomes of a row; `nil` if it stays as it is.
  private func settled(_ row: NamedRow, _ verdicts: [GivenName: NameVerdict]) -> SettledNames? {
    let body = row.body
    var isRejected = false
    func withIDs(_ body: JSONObject) -> JSONObject? {
      resource.body(body, element: row.element) { name in
        switch verdicts[name] {
        case .known(let id)?: return id
        case .unknown?, .ambiguous?: isRejected = true
        case .unchecked?, nil: break
        }
        return nil
      }
    }
    let changed = withIDs(body)
    if isRejected { return .rejected(findings(of: body, row, verdicts)) }
    return changed.map { changed in
      .patch(
        JSONValue.object(changed).text(),
        live: row.liveBody.map { JSONValue.object(withIDs($0) ?? $0).text() })
    }
  }

  private func findings(
    of body: JSONObject, _ row: NamedRow, _ verdicts: [GivenName: NameVerdict]
  ) -> [Finding] {
    resource.names(in: body, element: row.element).compactMap { name in
      verdicts[name]?.finding(
        about: name, row: row.number, line: row.line, column: column(name.place), listing: listing(name.place)
      )
    }
  }

  /// Returns one warning for the attributes whose names the site did not tell.
  private func unchecked(_ verdicts: [GivenName: NameVerdict]) -> [Finding] {
    var reasons: [String: String] = [:]
    for case (let name, .unchecked(let reason)) in verdicts { reasons[column(name.place)] = reason }
    guard let first = reasons.min(by: { $0.key < $1.key }) else { return [] }
    return [
      Finding(
        .warning, row: 0, line: 1, rule: "names-not-checked",
        message:
          "the names of \(reasons.keys.sorted().joined(separator: ", ")) could not be checked at the site: "
          + first.value, hint: "they are sent as they are, and the site decides")
    ]
  }
}

extension NameVerdict {
  /// Indicates that rows with the name are rejected.
  var isRefusal: Bool {
    switch self {
    case .unknown, .ambiguous: true
    case .known, .unchecked: false
    }
  }

  /// Returns the finding that rejects a row with this name; `nil` if the name is no reason to.
  ///
  /// - Parameter command: what lists the names that the site has.
  public func finding(
    about name: GivenName, row: Int, line: Int, column: String, listing command: String
  ) -> Finding? {
    switch self {
    case .known, .unchecked: return nil
    case .unknown(let near):
      // The result files have the message alone, so that it names the candidates.
      let words = near.map(\.inWords)
      return Finding(
        row: row, line: line, column: column, value: name.name, rule: "unknown-name",
        message: "no value at the site has the name '\(name.name)'"
          + (words.isEmpty ? "" : "; nearest: \(words.joined(separator: ", "))"),
        hint: words.isEmpty
          ? "'\(command)' lists what the site has"
          : "write the name or the id of one of them")
    case .ambiguous(let records):
      let words = records.map { ([$0.word] + $0.details).joined(separator: " ") }
      return Finding(
        row: row, line: line, column: column, value: name.name, rule: "ambiguous-name",
        message: "\(records.count) values have the name '\(name.name)': \(words.joined(separator: ", "))",
        hint: "write one by its id, such as id:\(records.first?.word ?? "1")")
    }
  }
}

extension NamedRecord {
  /// The name with what a sheet would write and what tells it apart, such as `'Alex Kim' (17 Tier 1)`.
  var inWords: String { "'\(name)' (\(([word] + details).joined(separator: " ")))" }
}

extension NamedRow {
  fileprivate var body: JSONObject { (try? JSONValue(parsing: patch))?.object ?? JSONObject() }

  fileprivate var liveBody: JSONObject? { live.flatMap { (try? JSONValue(parsing: $0))?.object } }
}
