import Catalog
import JSON
import Records

/// Reads many records with a few requests.
extension FusionConnection {
  func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
    let selection: FusionSelection
    do throws(FusionSelection.UnknownName) {
      selection = try FusionSelection(request, of: site.resource)
    } catch {
      return (.refused("unknown-attribute", "\(site.resource.name) have no \(error.name)"), [:])
    }
    var seen: Set<RecordID> = []
    var ids = request.ids.filter { seen.insert($0).inserted }[...]
    var images: [RecordID: RecordImage] = [:]
    var last = Exchange(outcome: .applied)
    while let first = ids.first, last.isApplied {
      if site.frameworkVersion == 1 || refusesLists {
        ids = ids.dropFirst()
        images[first] = readOne(first, selection, &last)
        continue
      }
      let head = selection.path + "&limit=\(Self.pageSize)&q="
      let query = FusionQuery(isByExample: false, attribute: site.resource.key)
      let length = urlLimit - head.utf8.count - query.oneOf([]).utf8.count
      let chunk = ids.chunks(maximumCount: Self.pageSize, length: length) {
        query.literal(of: $0).percentEncoded.utf8.count + 3
      }[0]
      if readChunk(chunk, head, query, selection, &images, &last) {
        ids = ids[chunk.endIndex...]
      } else if shortens(
        head + query.oneOf(chunk.map(query.literal)), isSingle: chunk.count == 1, last)
      {
        last.outcome = .applied
      } else if last.refusal?.status == 400 {
        // The comparisons of a query are not published for every version; one record always has an address.
        refusesLists = true
        last.outcome = .applied
      }
    }
    return (last, images)
  }

  /// Reads some records with one query, or with more if the site's pages are shorter; returns `false` if that failed.
  private func readChunk(
    _ ids: ArraySlice<RecordID>, _ head: String, _ query: FusionQuery, _ selection: FusionSelection,
    _ images: inout [RecordID: RecordImage], _ last: inout Exchange
  ) -> Bool {
    var missing = Set(ids)
    while true {
      // A query for the missing records does not depend on the order of pages.
      let literals = ids.filter { missing.contains($0) }.map(query.literal)
      guard let answer = ask(head + query.oneOf(literals), &last) else { return false }
      guard let page = answer.page else {
        last.refuse(asBadAnswer: "the answer is not a page of \(site.resource.name)")
        return false
      }
      var hasNew = false
      for item in page.items {
        guard let id = item.id(of: site.resource), missing.remove(id) != nil else { continue }
        guard let image = image(id, item, selection, &last) else { return false }
        images[id] = image
        hasNew = true
      }
      if !page.hasMore || missing.isEmpty { return true }
      guard hasNew else {
        last.refuse(asBadAnswer: "the pages of \(site.resource.name) do not end")
        return false
      }
    }
  }

  private func readOne(
    _ id: RecordID, _ selection: FusionSelection, _ last: inout Exchange
  ) -> RecordImage? {
    guard let answer = ask(selection.path(for: id), &last) else {
      // A missing record is no failure.
      if last.refusal?.status == 404 { last.outcome = .applied }
      // Then the list was not at fault.
      if last.refusal?.status == 400 { refusesLists = false }
      return nil
    }
    guard let item = answer.item, item.isRecord(id, site.resource.key) else {
      last.refuse(asBadAnswer: "the answer is not the requested one of \(site.resource.name)")
      return nil
    }
    return image(id, item, selection, &last)
  }

  private func image(
    _ id: RecordID, _ item: FusionItem, _ selection: FusionSelection, _ last: inout Exchange
  ) -> RecordImage? {
    var image = RecordImage(id: id, token: item.token, values: selection.values(of: item))
    for list in selection.lists {
      var children = item.children(list.name)
      // Children that did not come along, or not all of them, have their own address.
      if children?.hasMore ?? true {
        let path = "\(site.resource.name)/\(id.pathSegment)/child/\(list.name)?fields=\(list.fields.text)"
        guard let items = pages("\(path)&onlyData=true&limit=\(Self.pageSize)", &last) else { return nil }
        children = FusionPage(items: items)
      }
      image.lists[list.name] = children?.items.map { list.element($0) }
        .sorted { ($0[list.key]?.integer ?? 0) < ($1[list.key]?.integer ?? 0) }
    }
    return image
  }
}

/// A `ReadRequest` in the terms of this API.
struct FusionSelection {
  struct Attribute {
    var name: String
    /// Missing for a custom field of unknown type.
    var kind: Field.Kind?

    func value(of item: FusionItem) -> JSONValue? {
      item.object[name].map { kind?.value($0) ?? $0 }
    }
  }

  struct List {
    var name: String
    /// The attribute that identifies an element.
    var key: String
    var attributes: [Attribute]
    var fields: FusionFields { FusionFields(root: attributes.map(\.name)) }

    /// Returns an element with the requested attributes that it has.
    func element(_ item: FusionItem) -> JSONObject {
      JSONObject(
        attributes.compactMap { attribute in attribute.value(of: item).map { (attribute.name, $0) } })
    }
  }

  /// An attribute or list that the resource does not have.
  struct UnknownName: Error { var name: String }

  private(set) var attributes: [Attribute] = []
  private(set) var lists: [List] = []
  private let resource: ResourceType

  init(_ request: ReadRequest, of resource: ResourceType) throws(UnknownName) {
    self.resource = resource
    for name in request.attributes {
      guard FusionFields.isName(name) else { throw UnknownName(name: "attribute \(name)") }
      attributes.append(
        Attribute(name: name, kind: resource.field(at: name)?.kind ?? request.kinds[name]))
    }
    for (name, wanted) in request.lists.sorted(by: { $0.key < $1.key }) {
      guard let list = resource.list(named: name), let key = list.selector else {
        throw UnknownName(name: "list \(name) with keys")
      }
      var parts = [Attribute(name: key.path, kind: key.kind)]
      for attribute in wanted where !parts.contains(where: { $0.name == attribute }) {
        guard FusionFields.isName(attribute) else {
          throw UnknownName(name: "attribute \(name).\(attribute)")
        }
        parts.append(
          Attribute(
            name: attribute, kind: list.field(attribute)?.kind ?? request.kinds["\(name).\(attribute)"]))
      }
      lists.append(List(name: name, key: key.path, attributes: parts))
    }
  }

  func values(of item: FusionItem) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for attribute in attributes { values[attribute.name] = attribute.value(of: item) }
    return values
  }

  private var fields: FusionFields {
    var root = [resource.key]
    for attribute in attributes where attribute.name != resource.key { root.append(attribute.name) }
    return FusionFields(root: root, children: lists.map { ($0.name, $0.attributes.map(\.name)) })
  }

  /// The collection with everything except the query; the `self` link of an item contains its tag.
  var path: String { "\(resource.name)?fields=\(fields.text)&links=self" }

  func path(for id: RecordID) -> String {
    "\(resource.name)/\(id.pathSegment)?fields=\(fields.text)&links=self"
  }
}
