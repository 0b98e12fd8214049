import JSON
import Records
public import Staging

/// What a rollback has put back and what not, counted by changes: a row may have several that fare differently.
public struct RollbackReport: Sendable, Equatable {
  /// Rows that have at least one such change, and the changes.
  public struct Bucket: Sendable, Equatable {
    public var rows = 0
    public var changes = 0

    mutating func add(_ changes: Int) {
      guard changes > 0 else { return }
      rows += 1
      self.changes += changes
    }
  }

  /// Changes that stay for a like reason.
  public struct Group: Sendable, Equatable {
    /// The attribute, without the key of the element it belongs to, such as `threads.text`.
    public var attribute: String
    public var changes: Int
    /// The first of them, in words, and its row.
    public var text: String
    public var firstRow: Int
    public var firstLine: Int
    public var firstRecord: Int64
    public var hint: String?
  }

  /// The run that was put back.
  public var sourceRun: String
  /// As it was before, whether it was written or had become so by itself.
  public var reversed = Bucket()
  /// Left alone, because somebody has changed it since.
  public var kept = Bucket()
  /// Nobody can put it back, or it is not known what it was.
  public var irreversible = Bucket()
  /// The site refused it.
  public var failed = Bucket()
  /// Added, and now out of sight.
  public var retracted = Bucket()
  /// Not done yet, or its answer was lost.
  public var unsettled = Bucket()
  /// The largest group first.
  public var keptGroups: [Group] = []
  public var irreversibleGroups: [Group] = []
  /// What of the kept could be put back all the same (`--force`), and the rows of the source run it is of.
  public var overridable = Bucket()
  public var overridableSourceRows: RowSelection?

  /// Counts what a rollback's run file says.
  ///
  /// - Throws: `StagingError` when it cannot be read.
  public init(reading file: RunFile, sourceRun: String) throws(StagingError) {
    self.sourceRun = sourceRun
    var grouping = Grouping()
    var keptRows: [Int] = []
    try file.forEachRollbackResult { row in
      let parts = RollbackParts(row)
      count(parts, row)
      for entry in parts.kept { grouping.add(entry, row, to: \.kept) }
      for entry in parts.irreversible { grouping.add(entry, row, to: \.irreversible) }
      let overridable = parts.kept.count { $0.isOverridable }
      if overridable > 0 { keptRows.append(row.sourceRow) }
      self.overridable.add(overridable)
    }
    keptGroups = grouping.kept.sorted
    irreversibleGroups = grouping.irreversible.sorted
    overridableSourceRows = RowSelection(keptRows.map { String($0) }.joined(separator: ","))
  }

  /// Whether everything is as it was, but for what is out of sight.
  public var isComplete: Bool {
    [kept, irreversible, failed, unsettled].allSatisfy { $0.changes == 0 }
  }

  private mutating func count(_ parts: RollbackParts, _ row: RollbackResult) {
    kept.add(parts.kept.count)
    irreversible.add(parts.irreversible.count)
    switch row.state {
    // A dry run has found that it would go back.
    case .staged where row.plan != nil, .applied, .unchanged, .conflict:
      reversed.add(parts.changes)
      retracted.add(parts.retractions)
    case .failed: failed.add(parts.changes + parts.retractions)
    case .staged, .sending, .unknown, .blocked: unsettled.add(parts.changes + parts.retractions)
    case .rejected: break
    }
  }
}

/// The changes of one row of a rollback, by what becomes of them.
struct RollbackParts {
  /// Something that stays, and why.
  struct Entry {
    var attribute: String
    /// What was found out when it was staged; what was found out at the record says `change`.
    var message = ""
    var hint: String?
    /// The word that programs match on.
    var reason: String
    /// What the run file says of it, when it was found out at the record.
    var change: KeptChange?
    /// Whether `--force` would put it back: what somebody has made of an added element never is.
    var isOverridable = true

    /// Made only when it is shown: most entries are only counted.
    var text: String { change?.text ?? message }
  }

  /// Those that stand or fall with the row.
  var changes: Int
  var retractions: Int
  var kept: [Entry] = []
  var irreversible: [Entry] = []

  init(_ row: RollbackResult) {
    changes = row.expected.changes
    retractions = row.expected.retractions
    var elements: Set<JSONValue> = []
    for change in row.plan?.compactMap(\.kept) ?? row.kept {
      let entry = Entry(
        attribute: RollbackParts.kind(of: change.place), reason: change.reason.rawValue, change: change)
      guard change.reason != .irreversible else {
        irreversible.append(entry)
        continue
      }
      // Of an element that was to be taken out of sight, all attributes are one change.
      if let list = change.list, let element = change.element, row.expected.retracts(element, of: list) {
        guard elements.insert(element).inserted else { continue }
        retractions -= 1
      } else if change.isOfPatch {
        changes -= 1
      }
      kept.append(entry)
    }
    for finding in row.findings {
      let place = finding["column"]?.string ?? ""
      let message = finding["message"]?.string ?? ""
      let entry = Entry(
        attribute: RollbackParts.kind(of: place), message: "\(place): \(message)",
        hint: finding["hint"]?.string, reason: finding["rule"]?.string ?? "")
      switch RollbackRule(rawValue: entry.reason) {
      case .irreversible, .noSnapshot: irreversible.append(entry)
      case .kept:
        var entry = entry
        entry.isOverridable = false
        kept.append(entry)
      case .retracted, nil: break
      }
    }
    // Nothing was written, because the record changed between our look and our write.
    if row.state == .conflict, row.errorCode != KeptChange.errorCode, changes + retractions > 0 {
      let entry = Entry(
        attribute: "", message: row.error ?? "the record has changed meanwhile", reason: "changed-meanwhile")
      kept += Array(repeating: entry, count: changes + retractions)
      (changes, retractions) = (0, 0)
    }
  }

  /// `threads.text` for `threads[99].text`: elements of one kind are one group.
  static func kind(of place: String) -> String {
    // Patterns cost more than all the rest of a row, and the record's own attributes need none.
    guard place.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "/") }) else {
      return place
    }
    return place.replacing(#/\[[^\]]*\]/#, with: "").replacing(#/\/\d+(?=\/)/#, with: "")
  }
}

/// Gathers what stays by attribute and, where it says no values, by reason.
private struct Grouping {
  struct Groups {
    var byKey: [String: RollbackReport.Group] = [:]

    /// The largest first.
    var sorted: [RollbackReport.Group] {
      byKey.values.sorted {
        ($1.changes, $0.firstRow, $0.attribute) < ($0.changes, $1.firstRow, $1.attribute)
      }
    }
  }

  var kept = Groups()
  var irreversible = Groups()

  mutating func add(
    _ entry: RollbackParts.Entry, _ row: RollbackResult, to groups: WritableKeyPath<Grouping, Groups>
  ) {
    let key =
      entry.attribute + (entry.change == nil && !entry.attribute.isEmpty ? "\n" + (entry.hint ?? "") : "")
    if self[keyPath: groups].byKey[key] != nil {
      self[keyPath: groups].byKey[key]?.changes += 1
      return
    }
    self[keyPath: groups].byKey[key] = RollbackReport.Group(
      attribute: entry.attribute, changes: 1, text: entry.text, firstRow: row.number, firstLine: row.line,
      firstRecord: row.recordID, hint: entry.hint)
  }
}
