/// What a path below the version stands for.
enum Route: Equatable {
  case root
  case incidents
  case incident(Int64)
  /// A list of an incident, such as its threads.
  case list(Int64, String)
  case element(Int64, String, Int64)
  case attachmentData(Int64, Int64)
  case queryResults
  /// The steps after `namedIDs` or `namedIDHierarchies`.
  case menus(isHierarchy: Bool, [String])
  /// The steps after `metadata-catalog`.
  case metadata([String])
  case collection(String)
  case member(String, Int64)
  /// What stands below a property of a record: the resource, its id, and the steps after it.
  case property(String, Int64, [String])

  /// Reads the steps after the version; none when the service has nothing there.
  init?(_ steps: [String], in vocabulary: Vocabulary) {
    let rest = Array(steps.dropFirst())
    switch steps.first {
    case nil: self = .root
    case "queryResults": self = .queryResults
    case "namedIDs": self = .menus(isHierarchy: false, rest)
    case "namedIDHierarchies": self = .menus(isHierarchy: true, rest)
    case "metadata-catalog": self = .metadata(rest)
    case "incidents":
      guard let route = Route(incident: rest) else { return nil }
      self = route
    case let name? where vocabulary[name].isCollection:
      if rest.isEmpty {
        self = .collection(name)
      } else if rest.count == 1, let id = Int64(rest[0]) {
        self = .member(name, id)
      } else if let id = Int64(rest[0]), Directory.tree(of: name)[rest[1]] != nil {
        self = .property(name, id, Array(rest.dropFirst()))
      } else {
        return nil
      }
    default: return nil
    }
  }

  private init?(incident steps: [String]) {
    guard let first = steps.first else {
      self = .incidents
      return
    }
    guard let id = Int64(first) else { return nil }
    if steps.count == 1 {
      self = .incident(id)
      return
    }
    guard AttributeTree.elements[steps[1]] != nil else {
      guard AttributeTree.incident[steps[1]] != nil else { return nil }
      self = .property("incidents", id, Array(steps.dropFirst()))
      return
    }
    guard steps.count <= 4 else { return nil }
    if steps.count == 2 {
      self = .list(id, steps[1])
      return
    }
    guard let child = Int64(steps[2]) else { return nil }
    if steps.count == 3 {
      self = .element(id, steps[1], child)
    } else if steps[1] == "fileAttachments", steps[3] == "data" {
      self = .attachmentData(id, child)
    } else {
      return nil
    }
  }

  /// The query parameters that mean something here (API reference 4.2); with other methods than GET only `expand` of
  /// a new incident does (API reference 15).
  func parameters(_ method: String) -> [String] {
    guard method == "GET" else { return method == "POST" && self == .incidents ? ["expand"] : [] }
    return switch self {
    case .incidents, .collection, .list: ["fields", "limit", "offset", "totalResults", "orderBy", "q"]
    case .element(_, "fileAttachments", _): ["fields", "expand", "links", "download"]
    case .incident, .element, .member: ["fields", "expand", "links"]
    case .attachmentData: ["download"]
    case .queryResults: ["query"]
    case .root, .menus, .metadata, .property: []
    }
  }

  /// The methods that do something here.
  var methods: [String] {
    switch self {
    case .incidents: ["GET", "POST"]
    case .incident: ["GET", "PATCH", "DELETE"]
    case .list(_, "fileAttachments"): ["GET", "POST", "PATCH"]
    case .list(_, "threads"), .list(_, "billedMinutes"), .list(_, "otherContacts"): ["GET", "POST"]
    case .element(_, "threads", _): ["GET", "PATCH"]
    case .element(_, "fileAttachments", _), .element(_, "billedMinutes", _): ["GET", "PATCH", "DELETE"]
    case .element(_, "otherContacts", _): ["GET", "DELETE"]
    case .property("incidents", _, let steps) where AttributeTree.incident.isPatchable(steps[...]):
      ["GET", "PATCH"]
    default: ["GET"]
    }
  }
}
