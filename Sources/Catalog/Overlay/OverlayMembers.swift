import JSON

/// The members of one object of an overlay, and its place in it.
struct OverlayMembers {
  let json: JSONObject
  private let path: String

  init(_ value: JSONValue, of path: String) throws(OverlayError) {
    guard let json = value.object else {
      throw OverlayError(
        message: "\(path.isEmpty ? "the file" : "'\(path)'") must be an object, not \(value.kindWithArticle)")
    }
    (self.json, self.path) = (json, path)
  }

  func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  func wrong(_ name: String, _ expected: String, _ found: String? = nil) -> OverlayError {
    OverlayError(
      message: "'\(place(name))' must be \(expected)\(found.map { ", not '\($0.prefix(80))'" } ?? "")",
      hint: "save the overlay again")
  }

  func allow(_ names: [String]) throws(OverlayError) {
    guard let strange = json.first(where: { !names.contains($0.name) }) else { return }
    throw OverlayError(
      message: "unknown member '\(place(strange.name))'",
      hint: NearestNames.hint(for: strange.name, among: names)
        ?? "known here: \(names.joined(separator: ", "))")
  }

  func text(_ name: String) throws(OverlayError) -> String? {
    guard let value = json[name] else { return nil }
    guard let text = value.string else { throw wrong(name, "a text", value.text()) }
    return text
  }

  func integer(_ name: String) throws(OverlayError) -> Int64? {
    guard let value = json[name] else { return nil }
    guard let number = value.integer else { throw wrong(name, "a whole number", value.text()) }
    return number
  }

  func object(_ name: String) throws(OverlayError) -> JSONObject {
    guard let value = json[name] else { return JSONObject() }
    guard let object = value.object else { throw wrong(name, "an object", value.text()) }
    return object
  }

  func array(_ name: String) throws(OverlayError) -> [JSONValue] {
    guard let value = json[name] else { return [] }
    guard let array = value.array else { throw wrong(name, "a list", value.text()) }
    return array
  }
}

extension JSONValue {
  fileprivate var kindWithArticle: String { array != nil ? "a list" : "a single value" }
}

extension String {
  /// Indicates the dotted path of an attribute or a list.
  var isAttributePath: Bool {
    utf8.count <= 500
      && split(separator: ".", omittingEmptySubsequences: false).allSatisfy { String($0).isAttributeName }
  }
}
