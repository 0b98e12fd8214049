import JSON
public import Records
public import Staging

/// The restored and the other changes of a rollback; a row may have several with different outcomes.
public struct RollbackReport: Sendable, Equatable {
  /// The rows that have at least one such change, and the changes.
  public struct Bucket: Sendable, Equatable {
    public var rows = 0
    public var changes = 0

    mutating func add(_ changes: Int) {
      guard changes > 0 else { return }
      rows += 1
      self.changes += changes
    }
  }

  /// Changes that stay for a similar reason.
  public struct Group: Sendable, Equatable {
    /// The attribute without the key of its element, such as `threads.text`.
    public var attribute: String
    public var changes: Int
    /// The first of them, in words, and its row.
    public var text: String
    public var firstRow: Int
    public var firstLine: Int
    public var firstRecord: RecordID
    public var hint: String?
  }

  /// The id of the source run.
  public var sourceRun: String
  /// As it was before: restored, or so already.
  public var reversed = Bucket()
  /// Kept, because another client has changed it since.
  public var kept = Bucket()
  /// Cannot be restored, or its former value is unknown.
  public var irreversible = Bucket()
  /// The site refused it.
  public var failed = Bucket()
  /// Added, and now retracted.
  public var retracted = Bucket()
  /// Not done yet, or its answer was lost.
  public var unsettled = Bucket()
  /// The largest group first.
  public var keptGroups: [Group] = []
  public var irreversibleGroups: [Group] = []
  /// The kept changes that `--force` could restore, and their rows of the source run.
  public var overridable = Bucket()
  public var overridableSourceRows: RowSelection?

  /// Counts the changes in a rollback's run file.
  ///
  /// - Throws: `StagingError` if it cannot be read.
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

  /// Indicates that everything is as it was, except for retracted elements.
  public var isComplete: Bool {
    [kept, irreversible, failed, unsettled].allSatisfy { $0.changes == 0 }
  }

  private mutating func count(_ parts: RollbackParts, _ row: RollbackResult) {
    kept.add(parts.kept.count)
    irreversible.add(parts.irreversible.count)
    switch row.state {
    // A dry run has found that it would be restored.
    case .staged where row.plan != nil, .applied, .unchanged, .conflict:
      reversed.add(parts.changes)
      retracted.add(parts.retractions)
    case .failed: failed.add(parts.changes + parts.retractions)
    case .staged, .sending, .unknown, .blocked: unsettled.add(parts.changes + parts.retractions)
    case .rejected, .skipped: break
    }
  }
}

/// The changes of one row of a rollback, by outcome.
struct RollbackParts {
  /// A change that stays, and the reason.
  struct Entry {
    var attribute: String
    /// The finding from staging; a finding at the record is in `change`.
    var message = ""
    var hint: String?
    /// The reason as a word, for programs.
    var reason: String
    /// The run file's entry, if it was found at the record.
    var change: KeptChange?
    /// Indicates that `--force` would restore it, which is never so for a changed element that the run added.
    var isOverridable = true

    /// The text; computed on demand, because most entries are only counted.
    var text: String { change?.text ?? message }
  }

  /// The number of changes that share the row's outcome.
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
      // All attributes of an element to retract are one change.
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
      case .irreversible, .noSnapshot, .notReadBack: irreversible.append(entry)
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

  /// Returns `threads.text` for `threads[99].text`: elements of one kind are one group.
  static func kind(of place: String) -> String {
    // Patterns cost more than the rest of a row, and the record's own attributes need none.
    guard place.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "/") }) else {
      return place
    }
    return place.replacing(#/\[[^\]]*\]/#, with: "").replacing(#/\/\d+(?=\/)/#, with: "")
  }
}

/// Groups the changes that stay by attribute and, if they have no values, by reason.
private struct Grouping {
  struct Groups {
    var byKey: [String: RollbackReport.Group] = [:]

    /// The groups, largest first.
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
