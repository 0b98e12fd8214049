import Catalog

/// The route of a column's values: through sub-objects and list elements to one attribute.
struct Route: Sendable {
  enum Step {
    case member(String)
    /// A step into the element that the operation creates or changes.
    case element(ListShape, OperationShape)
  }

  var steps: [Step]
  var rule: ValueRule
  /// Indicates that writing the old value again undoes it.
  var isReversible = true
  /// The attribute's path if the header has more, as in `Payload.file`.
  var attributePath: String?
  /// Set if the value is a file that fills two attributes.
  var isFile = false

  /// The list operations on the way.
  var operations: [(list: ListShape, operation: OperationShape)] {
    steps.compactMap { if case .element(let list, let operation) = $0 { (list, operation) } else { nil } }
  }

  /// This place as nested JSON, for a hint.
  var nestedForm: String {
    steps.reversed().reduce("…") { inner, step in
      switch step {
      case .member(let name): #"{"\#(name)": \#(inner)}"#
      case .element(let list, _): #"{"\#(list.name)": [\#(inner)]}"#
      }
    }
  }
}

/// The meaning of a dotted path for a resource.
enum Resolution {
  case route(Route)
  /// Known, but not writable.
  case refused(Refusal)
  case unknown
}

extension RecordShape {
  /// Looks up a header, or a path of the job, in the catalogue; spelling counts.
  func resolve(_ path: String) -> Resolution {
    let names = path.split(separator: ".", omittingEmptySubsequences: false)
    return resolve(names[...], in: members, path: path, steps: [])
  }

  private func resolve(
    _ names: ArraySlice<Substring>, in object: ObjectShape, path: String, steps: [Route.Step]
  ) -> Resolution {
    guard let first = names.first, !first.isEmpty, let shape = object[String(first)] else { return .unknown }
    let rest = names.dropFirst()
    let inner = steps + [.member(String(first))]
    switch shape {
    case .refused(let refusal): return .refused(refusal)
    case .object(let members): return resolve(rest, in: members, path: path, steps: inner)
    case .list(let list): return resolve(rest, in: list, path: path, steps: steps)
    case .bytes(_, let file, let isReversible, _) where rest.elementsEqual([ObjectShape.fileMember[...]]):
      let attribute = String(path.dropLast(ObjectShape.fileMember.count + 1))
      return .route(
        Route(steps: inner, rule: file, isReversible: isReversible, attributePath: attribute))
    case _ where !rest.isEmpty: return .unknown
    case .bytes(let rule, _, let isReversible, _):
      return .route(Route(steps: inner, rule: rule, isReversible: isReversible))
    case .value(let rule, let isReversible):
      return .route(Route(steps: inner, rule: rule, isReversible: isReversible))
    case .file(let rule): return .route(Route(steps: inner, rule: rule, isFile: true))
    case .custom(let list):
      return .route(Route(steps: inner, rule: customRule(list.map { "\($0).\(first)" } ?? path)))
    }
  }

  private func resolve(
    _ names: ArraySlice<Substring>, in list: ListShape, path: String, steps: [Route.Step]
  ) -> Resolution {
    guard !list.operations.isEmpty else { return .refused(list.refusal) }
    guard let verb = names.first,
      let operation = list.operations.first(where: { $0.verb == verb }) ?? list.operation(onElement: verb)
    else { return .unknown }
    let rest = names.dropFirst()
    let inner = steps + [.element(list, operation)]
    guard let reference = list.reference else {
      return resolve(rest, in: operation.members, path: path, steps: inner)
    }
    guard rest.isEmpty else { return .unknown }
    let rule = ValueRule(
      .references(reference), nullRefusal: "a list cannot be cleared", siteRefusal: list.siteRefusal)
    return .route(Route(steps: inner, rule: rule))
  }
}

extension ListShape {
  /// The reason that a list without operations cannot be changed.
  var refusal: Refusal {
    Refusal(rule: "read-only", message: "a sheet cannot change this list", hint: note)
  }
}
