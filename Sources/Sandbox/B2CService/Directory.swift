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
    case "serviceProducts", "serviceCategories", "serviceDispositions":
      fields.append(Field("parent", .reference(to: name)))
    default: break
    }
    return fields
  }

  /// The stored values of a record.
  static func stored(_ value: NamedValue, of name: String) -> JSONObject {
    var values: JSONObject = [
      "id": .integer(value.id), "lookupName": .string(value.name), "createdTime": "2017-05-02T08:00:00Z",
      "updatedTime": "2017-05-02T08:00:00Z",
    ]
    if let parent = value.parent { values["parent"] = .integer(parent) }
    if name == "accounts" {
      values["displayName"] = .string(value.name)
      values["login"] = .string("user\(value.id)")
    }
    return values
  }
}

extension Session {
  /// `GET /{collection}`.
  func collection(_ name: String) throws -> Answer {
    let page = try Page(request, of: AttributeTree(Directory.fields(of: name)))
    let table = QueryTable.collection(name)
    do {
      let (condition, order) = try page.query(of: table)
      let all = try rows(
        of: table, where: condition, order: order, alsoReading: [], offset: 0, limit: .max / 2)
      let items = all.dropFirst(page.offset).prefix(page.limit).map { row -> JSONValue in
        guard case .member(let values) = row, let id = values["id"]?.integer else { return .null }
        return .object(page.selection.narrowed(member(of: name, id)))
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
    let selection = try ObjectSelection(request, of: AttributeTree(Directory.fields(of: name)))
    guard set[id] != nil else { throw noSuch(set.label, id) }
    return .json(selection.narrowed(member(of: name, id)))
  }

  /// A record of a collection in full.
  func member(of name: String, _ id: Int64) -> JSONObject {
    guard let value = vocabulary[name][id] else { return [:] }
    let stored = Directory.stored(value, of: name)
    var object = JSONObject()
    for field in Directory.fields(of: name) { object[field.path] = written(stored[field.path], field) }
    object["links"] = links.own("\(name)/\(id)", of: name)
    return object
  }
}
