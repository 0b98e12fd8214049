import Catalog

/// The meaning of a path below the version.
enum Route {
  case root
  case collection(RecordKind)
  case record(RecordKind, Int64)
  /// A list of a record, such as the threads of an incident.
  case list(RecordKind, Int64, ListKind)
  case element(RecordKind, Int64, ListKind, Int64)
  /// The bytes of an element, such as the content of an attachment.
  case data(RecordKind, Int64, ListKind, Int64, String)
  case queryResults
  /// The steps after `namedIDs` or `namedIDHierarchies`.
  case menus(isHierarchy: Bool, [String])
  /// The steps after `metadata-catalog`.
  case metadata([String])
  /// Something below a property of a record: the record, and the steps after it.
  case property(RecordKind, Int64, [String])

  /// Reads the steps after the version; `nil` if the service has nothing there.
  init?(_ steps: ArraySlice<String>, in model: B2CModel) {
    let rest = steps.dropFirst()
    switch steps.first {
    case nil: self = .root
    case "queryResults": self = .queryResults
    case "namedIDs": self = .menus(isHierarchy: false, Array(rest))
    case "namedIDHierarchies": self = .menus(isHierarchy: true, Array(rest))
    case "metadata-catalog": self = .metadata(Array(rest))
    case let name?:
      guard let kind = model[name], let route = Route(rest, of: kind) else { return nil }
      self = route
    }
  }

  private init?(_ steps: ArraySlice<String>, of kind: RecordKind) {
    guard let first = steps.first else {
      self = .collection(kind)
      return
    }
    guard let id = Int64(first) else { return nil }
    let rest = steps.dropFirst()
    guard let name = rest.first else {
      self = .record(kind, id)
      return
    }
    switch kind.tree[name] {
    case nil: return nil
    case .list(let list):
      guard let route = Route(rest.dropFirst(), of: kind, id, list) else { return nil }
      self = route
    case .value, .branch: self = .property(kind, id, Array(rest))
    }
  }

  private init?(_ steps: ArraySlice<String>, of kind: RecordKind, _ id: Int64, _ list: ListKind) {
    guard let first = steps.first else {
      self = .list(kind, id, list)
      return
    }
    guard let element = Int64(first) else { return nil }
    guard let name = steps.dropFirst().first else {
      self = .element(kind, id, list, element)
      return
    }
    guard steps.count == 2, list.data.contains(name) else { return nil }
    self = .data(kind, id, list, element, name)
  }

  /// Indicates a record itself or a part of it, and not an element of a list.
  var isOfARecord: Bool {
    switch self {
    case .record, .property: true
    default: false
    }
  }

  /// The valid query parameters (API reference 4.2); methods other than GET have only `expand` of a new record (API
  /// reference 15).
  func parameters(_ method: String) -> [String] {
    guard method == "GET" else {
      if method == "POST", case .collection = self { return ["expand"] }
      return []
    }
    return switch self {
    case .collection, .list: ["fields", "limit", "offset", "totalResults", "orderBy", "q"]
    case .element(_, _, let list, _) where !list.data.isEmpty: ["fields", "expand", "links", "download"]
    case .record, .element: ["fields", "expand", "links"]
    case .data: ["download"]
    case .queryResults: ["query"]
    case .root, .menus, .metadata, .property: []
    }
  }

  /// The valid methods.
  var methods: [String] {
    switch self {
    case .collection(let kind) where kind.isStored: ["GET", "POST"]
    case .record(let kind, _) where kind.isStored: ["GET", "PATCH", "DELETE"]
    case .list(let kind, _, let list) where kind.isStored:
      ["GET"] + (list.isGrowing ? ["POST"] : []) + (list.rules.takesPatches ? ["PATCH"] : [])
    case .element(let kind, _, let list, _) where kind.isStored && !list.list.operations.isEmpty:
      ["GET"] + (list.isChanging ? ["PATCH"] : []) + (list.rules.isDeletable ? ["DELETE"] : [])
    case .property(let kind, _, let steps) where kind.isStored && kind.tree.isPatchable(steps[...]):
      ["GET", "PATCH"]
    default: ["GET"]
    }
  }
}
