import Catalog
import JSON
import Records

/// An answer of the framework, in any version.
struct FusionAnswer {
  var json: JSONValue
  /// The `ETag` header, unchanged.
  var tag: String?

  /// The answer as one item; the header's tag is the item's.
  var item: FusionItem? {
    json.object.map { FusionItem(object: $0, headerTag: tag) }
  }

  /// The answer as a page of items; `nil` if it is none.
  var page: FusionPage? { FusionPage(json) }
}

/// A part of a collection.
struct FusionPage {
  var items: [FusionItem]
  var hasMore: Bool

  /// Creates a page with all items.
  init(items: [FusionItem]) {
    self.items = items
    hasMore = false
  }

  /// - Parameter value: up to version 2 expanded children are bare arrays, later objects with `items`.
  init?(_ value: JSONValue) {
    guard let elements = value.array ?? value["items"]?.array else { return nil }
    items = elements.compactMap { $0.object.map { FusionItem(object: $0) } }
    guard items.count == elements.count else { return nil }
    hasMore = value["hasMore"] == true
  }
}

/// One record or child in an answer.
///
/// Links are in the item, from version 6 on in its `@context` (reference, section 5).
struct FusionItem {
  var object: JSONObject
  var headerTag: String?

  private var context: JSONValue? { object["@context"] }

  private var selfLink: JSONValue? {
    let links = object["links"]?.array ?? context?["links"]?.array ?? []
    return links.first { $0["rel"] == "self" } ?? links.first { $0["rel"] == "canonical" }
  }

  /// Indicates that it contains its own address.
  var hasSelfLink: Bool { address != nil }

  /// Its own address, from its links.
  var address: String? { selfLink?["href"]?.string }

  /// The token that changes whenever the row does, without the quotes of a header.
  var token: String? {
    let headers = context?["headers"]?.object ?? JSONObject()
    let tag = headers.first { $0.name.lowercased() == "etag" }?.value.string
    return (selfLink?["properties"]?["changeIndicator"]?.string ?? tag ?? headerTag)?.withoutTagMarks
  }

  /// The path segment that identifies the item; for a child only the item itself tells (reference, section 1).
  var pathKey: String? {
    guard let last = selfLink?["href"]?.string?.split(separator: "/").last,
      last.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"?#\"".utf8.contains($0) })
    else { return nil }
    return String(last)
  }

  /// Returns an id: a number, from version 9 on a string.
  func integer(_ name: String) -> Int64? {
    object[name].flatMap { $0.integer ?? $0.string.flatMap { Int64($0) } }
  }

  /// Returns the record's key, in the form that the resource gives its keys; `nil` for one that has no address.
  func id(of resource: ResourceType) -> RecordID? {
    resource.isKeyText
      ? object[resource.key]?.string.flatMap(RecordID.init(key:))
      : integer(resource.key).map(RecordID.integer)
  }

  /// Returns whether it is this record; an integer may be a number or a string.
  func isRecord(_ id: RecordID, _ key: String) -> Bool {
    switch id {
    case .integer(let number): integer(key) == number
    case .text(let text): object[key]?.string.map(RecordID.text) == .text(text)
    }
  }

  /// Returns the children that came with the item; `nil` if none did.
  func children(_ name: String) -> FusionPage? { object[name].flatMap { FusionPage($0) } }
}

extension String {
  /// The entity tag without quotes and weakness mark (RFC 9110, section 8.8.3).
  fileprivate var withoutTagMarks: String? {
    var tag = self[...]
    if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
    if tag.count > 1, tag.first == "\"", tag.last == "\"" { tag = tag.dropFirst().dropLast() }
    // It is sent in a header again.
    guard !tag.isEmpty, tag.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 }) else { return nil }
    return String(tag)
  }
}
