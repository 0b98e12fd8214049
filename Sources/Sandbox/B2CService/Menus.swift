import Catalog
import JSON

extension Session {
  /// `GET /namedIDs/{collection}/…` and `/namedIDHierarchies/{collection}/…`: the menus of a site (API reference 1, 6).
  ///
  /// The path of a menu is the field's own, with slashes or dots between its steps. A listing has only the names of one
  /// level (API reference 15).
  func menus(_ steps: [String], isHierarchy: Bool) throws -> Answer {
    let root = isHierarchy ? "namedIDHierarchies" : "namedIDs"
    guard let resource = steps.first else {
      return .json(listing(root, model.kinds.filter { !$0.menus.isEmpty }.map(\.name)))
    }
    guard let kind = model[resource] else { throw Refusal.unknownProperty(resource).notFound }
    let known = kind.menus.filter { $0.isHierarchical == isHierarchy }
    if steps.count == 1 {
      return .json(listing("\(root)/\(resource)", Self.names(below: "", known.map(\.path))))
    }
    let path = steps.dropFirst().joined(separator: ".")
    if let menu = known.first(where: { $0.path == path }) {
      let place = "\(root)/\(steps.joined(separator: "/"))"
      let items = vocabulary[menu.setName].values.map {
        writer.menu($0.id, menu.setName, isHierarchical: isHierarchy)
      }
      return .json(["items": .array(items), "links": links.own(place, of: "namedIDs")])
    }
    let inner = Self.names(below: path + ".", known.map(\.path))
    if !inner.isEmpty {
      let place = "\(root)/\(steps.joined(separator: "/"))"
      var object = JSONObject()
      for name in inner { object[name] = ["links": links.own("\(place)/\(name)", of: "namedIDs")] }
      object["links"] = links.own(place, of: "namedIDs")
      return .json(object)
    }
    // The last step may be the id of a value.
    let parent = steps.dropFirst().dropLast().joined(separator: ".")
    guard let menu = known.first(where: { $0.path == parent }), let id = steps.last.flatMap({ Int64($0) })
    else {
      throw Refusal.unknownProperty(path).notFound
    }
    let set = vocabulary[menu.setName]
    guard set[id] != nil else { throw noSuch(set.label, id) }
    var object = writer.menu(id, menu.setName, isHierarchical: isHierarchy).object ?? [:]
    object["links"] = links.own("\(root)/\(steps.joined(separator: "/"))", of: "namedIDs")
    return .json(object)
  }

  /// The names of one level that lead to a menu.
  private static func names(below prefix: String, _ paths: [String]) -> [String] {
    var names: [String] = []
    for path in paths where path.hasPrefix(prefix) {
      let name = String(path.dropFirst(prefix.count).prefix { $0 != "." })
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func listing(_ place: String, _ names: [String]) -> JSONObject {
    [
      "items": .array(
        names.map { ["name": .string($0), "links": [links.link("canonical", "\(place)/\($0)")]] }),
      "links": links.own(place, of: "namedIDs"),
    ]
  }
}

extension RecordKind {
  /// Every menu of a record and of its lists.
  fileprivate var menus: [(path: String, setName: String, isHierarchical: Bool)] {
    (attributes + lists.flatMap(\.attributes)).compactMap { attribute in
      guard case .menu(_, let isHierarchical) = attribute.field.kind, let set = attribute.set else {
        return nil
      }
      return (attribute.place, set, isHierarchical)
    }
  }
}

extension Refusal {
  /// The same refusal, for something in the path rather than in the body.
  var notFound: Refusal {
    var refusal = self
    refusal.status = 404
    return refusal
  }
}
