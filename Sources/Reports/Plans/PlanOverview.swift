import JSON
import Records
public import Staging

/// The results of a dry run, as far as they fit a screen: groups first, then a few rows.
public struct PlanOverview: Sendable, Equatable {
  /// The number of different changes shown per attribute.
  static let shownVariants = 8
  /// The number of rows shown one by one.
  static let shownRows = 10

  public var counts: PlanCounts
  public var groups: [PlanGroup]
  public var irreversible: [IrreversibleGroup]
  /// Rows that would not be sent, by reason.
  public var errors: [ErrorGroup]
  /// Rows that the job's conditions would leave out, by reason.
  public var skipped: [ErrorGroup]
  /// The first rows that would change something.
  public var first: [PlanEntry]

  /// Reads it from a run file; SQLite does the counting, so that it is small whatever the run's size.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public init(reading file: RunFile) throws(StagingError) {
    counts = try file.planCounts()
    groups = try file.planGroups(variants: PlanOverview.shownVariants)
    irreversible = try file.irreversibleGroups()
    errors = try file.planErrorGroups()
    skipped = try file.planSkippedGroups()
    var first: [PlanEntry] = []
    try file.forEachPlanned([.change], limit: PlanOverview.shownRows) { first.append($0) }
    self.first = first
  }

  /// The number of rows that would not be sent although they are valid.
  public var failing: Int { counts[.missing] + counts[.blocked] }

  /// The member `plan` of `--json`; names are stable.
  var json: JSONObject {
    [
      "rows": .object(
        JSONObject(PlanAction.allCases.map { ($0.rawValue, .integer(Int64(counts[$0]))) })),
      "changes": .array(groups.map { .object($0.json) }),
      "irreversible": .array(irreversible.map { .object($0.json) }),
      "errors": .array(errors.map { .object($0.json) }),
    ]
  }
}

extension PlanGroup {
  /// The JSON of the change, with its frequency.
  fileprivate var json: JSONObject {
    var json = change.json
    json["rows"] = .integer(Int64(rows))
    json["records"] = .integer(Int64(records))
    json["variants"] = .integer(Int64(variants))
    json["variant_rows"] = .integer(Int64(variantRows))
    return json
  }
}

extension IrreversibleGroup {
  fileprivate var json: JSONObject {
    [
      "place": .string(place), "addition": .bool(isAddition), "count": .integer(Int64(count)),
      "reason": .string(reason),
    ]
  }
}
