import Catalog
import Console
import Execution
import Patches
import Records
import Runs
import Sheets
import Sites

/// What the site says of the keys and the names of a sheet (`check --live`).
struct LiveCheck {
  private let plan: RunPlan
  /// Returns the command that lists what the site has for an attribute.
  private let listing: (_ place: String) -> String
  private var keys: [String: [RecordID]] = [:]
  private var verdicts: [GivenName: NameVerdict] = [:]
  private var keyAttributes: Set<String> = []
  /// Whatever could not be checked, in words.
  private var unchecked: [String: String] = [:]
  private var requests = 0

  /// The keys that are looked up together.
  private static let keysPerRound = 1_000

  /// Asks the site about everything that the rows name.
  ///
  /// - Parameters:
  ///   - source: the sheet, which is read to its end.
  ///   - cache: what the site has said of names before; takes in what it says now.
  /// - Throws: `UserError`: 65 if the sheet breaks off; 69, 75, 77 or 78 for the site's trouble.
  init(_ plan: RunPlan, _ source: PatchSource, on site: any Site, _ cache: inout NameCache) throws(UserError)
  {
    self.plan = plan
    listing = plan.makeValuesCommand()
    let connection = site.makeConnection()
    if let error = UserError(connection.check().outcome, at: site.location) { throw error }
    var names: Set<GivenName> = []
    var alternates: [String: Set<String>] = [:]
    do throws(SheetError) {
      while source.isUsable, let (_, built) = try source.next() {
        guard let patch = built.patch else { continue }
        names.formUnion(plan.resource.names(in: patch.body, element: patch.element))
        if case .alternate(let attribute, let value) = patch.key {
          alternates[attribute, default: []].insert(value)
        }
      }
    } catch { throw plan.userError(error) }
    for (attribute, values) in alternates {
      try resolve(attribute, values.sorted(), connection, site)
    }
    var lookups = NameLookups(connection, resource: plan.resource, cache: cache)
    let outcome = lookups.resolve(names.sorted { ($0.place, $0.name) < ($1.place, $1.name) })
    cache = lookups.cache
    if let error = UserError(outcome, at: site.location) { throw error }
    verdicts = lookups.verdicts
    for case (let name, .unchecked(let reason)) in verdicts {
      unchecked[plan.column(of: name.place)] = reason
    }
    requests = connection.takeRequests().count
  }

  private mutating func resolve(
    _ attribute: String, _ values: [String], _ connection: any SiteConnection, _ site: any Site
  ) throws(UserError) {
    keyAttributes.insert(attribute)
    var rest = values[...]
    while !rest.isEmpty {
      let (exchange, found) = connection.resolve(
        attribute: attribute, values: Array(rest.prefix(Self.keysPerRound)))
      if let error = UserError(exchange.outcome, at: site.location) { throw error }
      for (value, ids) in found { keys["\(attribute)=\(value)"] = ids }
      rest = rest.dropFirst(Self.keysPerRound)
    }
  }

  /// Returns what the site makes of a row, beyond the row's own findings.
  func findings(of row: SheetRow, _ built: BuiltRow) -> [Finding] {
    guard let patch = built.patch else { return [] }
    var findings: [Finding] = []
    if case .alternate(let attribute, let value) = patch.key {
      let ids = keys["\(attribute)=\(value)"] ?? []
      if ids.count != 1 {
        findings.append(
          Finding(
            row: row.number, line: row.line, column: plan.column(of: attribute), value: value,
            rule: ids.isEmpty ? "unknown-key" : "ambiguous-key",
            message: ids.isEmpty
              ? "no record has this \(attribute)"
              : "\(ids.count) records have this \(attribute): \(ids.map(\.description).joined(separator: ", "))"
          ))
      }
    }
    for name in plan.resource.names(in: patch.body, element: patch.element) {
      let finding = verdicts[name]?.finding(
        about: name, row: row.number, line: row.line, column: plan.column(of: name.place),
        listing: listing(name.place))
      if let finding { findings.append(finding) }
    }
    return findings
  }

  /// What was asked, in one line.
  var note: String {
    var note =
      "note: at the site: login, \(verdicts.count) names and \(keyAttributes.isEmpty ? "no" : "all") keys, "
    note += "in \(requests) requests"
    if let first = unchecked.min(by: { $0.key < $1.key }) {
      note += "; not checked: \(unchecked.keys.sorted().joined(separator: ", ")) (\(first.value))"
    }
    return note + "\n"
  }
}
