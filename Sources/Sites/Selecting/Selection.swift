public import Records

/// The records that are meant by a condition, and what is to be known of them.
public struct Selection: Sendable {
  public var columns: [ConditionColumn]
  /// Without one, every record.
  public var condition: Condition?

  public init(columns: [ConditionColumn], condition: Condition?) {
    self.columns = columns
    self.condition = condition
  }
}

/// Some of the records of a selection, in the order of their ids.
public struct SelectedPage: Sendable {
  public var rows: [Row] = []
  /// The last id that was looked at, from which the next page goes on; `nil` at the end.
  public var next: RecordID?

  public struct Row: Sendable, Equatable {
    public var id: RecordID
    /// The texts of the columns; `nil` where the record has no value.
    public var cells: [String?]
  }

  public init() {}
}

extension SiteConnection {
  public func select(_ selection: Selection, after id: RecordID?) -> (Exchange, SelectedPage) {
    (.refused("no-selection", "this connection cannot select records"), SelectedPage())
  }
}

/// A condition in the language of a site, or as much of it as can be said there.
struct SiteCondition: Equatable {
  /// `nil` says nothing.
  var text: String?
  /// Indicates that the text means just what was meant; otherwise it has more records, which are sorted out here.
  var isExact: Bool

  static let everything = SiteCondition(text: nil, isExact: false)

  static func exact(_ text: String) -> SiteCondition { SiteCondition(text: text, isExact: true) }

  /// Returns a condition in a site's language; negations stand at the single tests alone.
  ///
  /// - Parameter test: returns one test, negated or not.
  init(
    _ condition: Condition, negated isNegated: Bool = false,
    test: (_ test: Condition, _ isNegated: Bool) -> SiteCondition
  ) {
    switch condition {
    case .not(let inner): self.init(inner, negated: !isNegated, test: test)
    case .all(let parts):
      let parts = parts.map { SiteCondition($0, negated: isNegated, test: test) }
      self = isNegated ? .any(parts) : .all(parts)
    case .any(let parts):
      let parts = parts.map { SiteCondition($0, negated: isNegated, test: test) }
      self = isNegated ? .all(parts) : .any(parts)
    default: self = test(condition, isNegated)
    }
  }

  init(text: String?, isExact: Bool) {
    self.text = text
    self.isExact = isExact
  }

  private static func all(_ parts: [SiteCondition]) -> SiteCondition {
    let texts = parts.compactMap(\.text)
    return SiteCondition(
      text: texts.isEmpty ? nil : "(\(texts.joined(separator: " and ")))",
      isExact: parts.allSatisfy(\.isExact))
  }

  static func any(_ parts: [SiteCondition]) -> SiteCondition {
    let texts = parts.compactMap(\.text)
    guard texts.count == parts.count else { return .everything }
    return SiteCondition(text: "(\(texts.joined(separator: " or ")))", isExact: parts.allSatisfy(\.isExact))
  }
}

extension Condition.Comparison {
  /// The comparison that holds when this one does not.
  var opposite: Condition.Comparison {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    }
  }
}
