public import Catalog
public import JSON

/// A job's conditions on the records that its rows are for (job keys `only_if` and `update`).
public struct RowConditions: Sendable, Hashable {
  /// An attribute that a record must have one of some values of.
  public struct Requirement: Sendable, Hashable {
    public var path: String
    /// The type of its values; `nil` if unknown.
    public var kind: Field.Kind?
    /// The values in the form of a patch.
    public var wanted: [JSONValue]

    public init(path: String, kind: Field.Kind?, wanted: [JSONValue]) {
      self.path = path
      self.kind = kind
      self.wanted = wanted
    }
  }

  public var requirements: [Requirement] = []
  /// The requirements for writing an attribute of the record, by its path.
  public var columns: [String: [Requirement]] = [:]
  /// The rule for writing an attribute of the record, by its path.
  public var updates: [String: UpdateRule] = [:]
  /// The attributes that only accompany others: the job's constants.
  public var constants: Set<String> = []

  public init() {}

  public var isEmpty: Bool { requirements.isEmpty && columns.isEmpty && updates.isEmpty }

  /// The requirements for rows and for columns.
  package var allRequirements: [Requirement] {
    requirements + columns.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  /// The stable names of the two reasons, as error codes of skipped rows.
  public static let requirementCode = "only-if"
  public static let updateCode = "update"
}

/// The rule for writing a column.
public enum UpdateRule: String, Sendable, CaseIterable {
  case always
  /// Where the record has no value there.
  case ifBlank = "if_blank"
  /// Where the record has a value there.
  case ifFilled = "if_filled"
}

/// The part of a row that the conditions allow at its record.
package enum ConditionVerdict: Equatable {
  /// These changes go out; the attributes at these paths do not.
  case met(PatchChanges, dropped: [String])
  /// Nothing of the row goes out, for this reason.
  case unmet(code: String, reason: String)
  /// The record does not show enough to tell.
  case undecided(reason: String)
}

extension RowConditions {
  /// Holds a row against its record.
  package func judge(_ changes: PatchChanges, on image: RecordImage) -> ConditionVerdict {
    for requirement in requirements {
      switch requirement.objection(to: image) {
      case nil: continue
      case .undecided(let reason)?: return .undecided(reason: reason)
      case .unmet(let reason)?: return .unmet(code: Self.requirementCode, reason: reason)
      }
    }
    return updates.isEmpty && columns.isEmpty ? .met(changes, dropped: []) : narrowed(changes, on: image)
  }

  private func narrowed(_ changes: PatchChanges, on image: RecordImage) -> ConditionVerdict {
    var left = PatchChanges()
    var reasons: [String] = []
    var dropped: [String] = []
    var code = Self.updateCode
    for placed in changes.placed {
      let path = placed.change.path
      guard placed.element == nil else {
        left.add(placed)
        continue
      }
      let objections = (columns[path] ?? []).compactMap { $0.objection(to: image) }
      if let objection = objections.first {
        guard case .unmet(let reason) = objection else {
          return .undecided(reason: "\(path): \(objection.reason)")
        }
        dropped.append(path)
        reasons.append("\(path) is left alone: \(reason)")
        code = Self.requirementCode
      } else if let rule = updates[path], !rule.allows(image.values[path]) {
        dropped.append(path)
        reasons.append("\(path) is \(ValueText.text(image.values[path])) (update: \(rule.rawValue))")
      } else {
        left.add(placed)
      }
    }
    left.creations = changes.creations
    guard !dropped.isEmpty else { return .met(changes, dropped: []) }
    // A constant accompanies what a row does, and never does anything alone.
    let isNothing =
      left.creations.isEmpty && left.updates.isEmpty
      && left.attributes.allSatisfy { constants.contains($0.path) }
    guard !isNothing else { return .unmet(code: code, reason: reasons.joined(separator: "; ")) }
    return .met(left, dropped: dropped)
  }
}

extension RowConditions.Requirement {
  /// The reason a record does not meet a requirement, or does not show whether it does.
  fileprivate enum Objection {
    case unmet(String)
    case undecided(String)

    var reason: String {
      switch self {
      case .unmet(let reason), .undecided(let reason): reason
      }
    }
  }

  /// Returns why a record does not meet it; `nil` if it does.
  fileprivate func objection(to image: RecordImage) -> Objection? {
    let now = image.values[path]
    let agreements = wanted.map { Agreement(wanted: $0, actual: now, kind: kind) }
    guard !agreements.contains(.same) else { return nil }
    let wanted = wanted.map { ValueText.text($0) }.joined(separator: " or ")
    let fact = "\(path) is \(ValueText.text(now))"
    guard !agreements.contains(.undecided) else {
      return .undecided("\(fact), which does not tell whether it is \(wanted) (only_if)")
    }
    return .unmet("\(fact) and not \(wanted) (only_if)")
  }
}

extension UpdateRule {
  /// Returns whether an attribute with this value is written.
  fileprivate func allows(_ now: JSONValue?) -> Bool {
    switch self {
    case .always: true
    case .ifBlank: isBlank(now)
    case .ifFilled: !isBlank(now)
    }
  }

  private func isBlank(_ value: JSONValue?) -> Bool {
    switch value {
    case nil, .null?: true
    case .string(let text)?: text.allSatisfy(\.isWhitespace)
    case .object(let object)?: Agreement(wanted: .null, actual: .object(object), kind: .menu()) == .same
    default: false
    }
  }
}
