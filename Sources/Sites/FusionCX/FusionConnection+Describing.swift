import Catalog
import JSON

extension FusionConnection {
  /// Reads `describe` (reference, section 16), which has the children as well, whatever is asked for.
  func description(of places: [String]?) -> (Exchange, SiteDescription) {
    var last = Exchange(outcome: .applied)
    var found = SiteDescription()
    guard let described = description(of: site.resource.name, &last) else { return (last, found) }
    found.take(described, at: "")
    found.key = described["item"]?["links"]?.array?.compactMap { $0.keyOfItem }.first
    return (last, found)
  }

  /// Returns what the site says of a resource.
  func description(of resource: String, _ last: inout Exchange) -> JSONValue? {
    guard let answer = ask("\(resource)/describe", &last) else { return nil }
    guard let described = answer.json["Resources"]?[resource], described["attributes"]?.array != nil else {
      last.refuse(asBadAnswer: "the answer does not describe \(resource)")
      return nil
    }
    return described
  }
}

extension SiteDescription {
  /// Takes in the attributes of a record or a child, and the children below it.
  fileprivate mutating func take(_ described: JSONValue, at place: String) {
    guard let attributes = described["attributes"]?.array else { return }
    places.insert(place)
    if described["children"] == nil { placesWithoutLists.insert(place) }
    for attribute in attributes {
      guard let name = attribute["name"]?.string else { continue }
      _ = add(name, at: place, SiteAttribute(described: attribute))
    }
    for (name, child) in described["children"]?.object ?? JSONObject() {
      guard let path = add(name, at: place), path.split(separator: ".").count <= Self.depthLimit else {
        continue
      }
      lists.insert(path)
      take(child, at: path)
    }
  }
}

extension JSONValue {
  /// The attribute in the address of an item's own link, `…/opportunities/{OptyNumber}`; `nil` of other links.
  fileprivate var keyOfItem: String? {
    guard self["rel"]?.string == "self", let step = self["href"]?.string?.split(separator: "/").last else {
      return nil
    }
    let name = step.replacing("%7B", with: "{").replacing("%7D", with: "}")
    guard name.hasPrefix("{"), name.hasSuffix("}") else { return nil }
    let key = String(name.dropFirst().dropLast())
    return key.isAttributeName ? key : nil
  }
}
