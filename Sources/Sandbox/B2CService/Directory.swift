import Catalog
import JSON

/// The collections that incidents refer to: what of their records a reference needs.
enum Directory {
  /// The attributes that such a record has here.
  static func fields(of name: String) -> [Field] {
    var fields = [
      Field("id", .integer(minimum: 1), .readOnly), Field("lookupName", .string(), .readOnly),
      Field("createdTime", .dateTime, .readOnly), Field("updatedTime", .dateTime, .readOnly),
    ]
    switch name {
    case "accounts": fields += [Field("displayName", .string()), Field("login", .string())]
    case "contacts":
      fields += [
        Field("name.first", .string(maximumLength: 80)), Field("name.last", .string(maximumLength: 80)),
        Field("customFields.c.newsletter", .boolean),
      ]
    case "serviceProducts", "serviceCategories", "serviceDispositions":
      fields.append(Field("parent", .reference(to: name)))
    default: break
    }
    return fields
  }

  /// The lists that hang on such a record.
  static func lists(of name: String) -> [ChildList] { name == "contacts" ? [emails] : [] }

  /// Attributes and lists in the nested form of the wire.
  static func tree(of name: String) -> AttributeTree {
    AttributeTree(fields(of: name), lists: lists(of: name)).sortedAsServed()
  }

  /// The stored values of a record.
  static func stored(_ value: NamedValue, of name: String) -> JSONObject {
    var values: JSONObject = [
      "id": .integer(value.id), "lookupName": .string(value.name), "createdTime": "2017-05-02T08:00:00Z",
      "updatedTime": "2017-05-02T08:00:00Z",
    ]
    if let parent = value.parent { values["parent"] = .integer(parent) }
    let names = value.name.split(separator: " ", maxSplits: 1).map { String($0) }
    switch name {
    case "accounts":
      values["displayName"] = .string(value.name)
      values["login"] = .string("user\(value.id)")
    case "contacts":
      values["name.first"] = names.first.map { .string($0) }
      values["name.last"] = names.count > 1 ? .string(names[1]) : nil
      values["customFields.c.newsletter"] = .bool(value.id.isMultiple(of: 2))
    default: break
    }
    return values
  }

  /// The addresses of a contact by their places: 0 is the primary one, which everybody has.
  static func email(_ place: Int64, of contact: NamedValue) -> JSONObject? {
    guard place == 0 else { return nil }
    return [
      "address": .string("contact\(contact.id)@example.com"), "addressType": .integer(place),
      "invalid": false,
    ]
  }

  private static let emails = ChildList(
    name: "emails", singular: "email",
    element: .object([
      Field("address", .string(maximumLength: 80)), Field("addressType", .menu()), Field("invalid", .boolean),
    ]), operations: [])
}

extension Session {
  /// `GET /{collection}`.
  func collection(_ name: String) throws -> Answer {
    let page = try Page(request, of: Directory.tree(of: name))
    let table = QueryTable.collection(name)
    do {
      let (condition, order) = try page.query(of: table)
      let all = try rows(
        of: table, where: condition, order: order, alsoReading: [], offset: 0, limit: .max / 2)
      let items = try all.dropFirst(page.offset).prefix(page.limit).map { row -> JSONValue in
        guard case .member(let values) = row, let id = values["id"]?.integer else { return .null }
        return .object(try member(of: name, id, page.selection))
      }
      return .json(
        page.object(
          items, of: name, hasMore: all.count > page.offset + page.limit,
          total: page.wantsTotal ? all.count : nil, links: links))
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid filter or order: \(error.message)")
    }
  }

  /// `GET /{collection}/{id}`.
  func member(_ name: String, _ id: Int64) throws -> Answer {
    let set = vocabulary[name]
    let selection = try ObjectSelection(request, of: Directory.tree(of: name))
    guard set[id] != nil else { throw noSuch(set.label, id) }
    return .json(try member(of: name, id, selection))
  }

  /// A record of a collection in full, or as far as it is asked for.
  ///
  /// - Parameter place: the path that it was asked for at, when that is not its own.
  func member(
    of name: String, _ id: Int64, _ selection: ObjectSelection = ObjectSelection(), at place: String? = nil
  ) throws -> JSONObject {
    guard let record = recordView(name, id) else { return [:] }
    var object = try members(record.tree, prefix: "", of: record, selection)
    object["links"] = selection.narrowed(links.own("\(name)/\(id)", of: name, at: place))
    return object
  }
}
