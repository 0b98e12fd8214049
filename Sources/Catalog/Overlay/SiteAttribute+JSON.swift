import JSON

extension SiteAttribute {
  /// A menu with more values is left out of an overlay.
  public static let valueLimit = 1_000

  init(_ members: OverlayMembers) throws(OverlayError) {
    try members.allow(["type", "access", "title", "references", "minimum", "maximum", "values"])
    self.init()
    if let text = try members.text("type") {
      type = DeclaredType(text)
      guard type != nil else { throw members.wrong("type", DeclaredType.expected, text) }
    }
    if let text = try members.text("access") {
      access = Field.Access(rawValue: text)
      guard let access, access != .selector else {
        throw members.wrong("access", "read-only, create-only or writable", text)
      }
    }
    title = try members.text("title")
    if let target = try members.text("references") {
      guard ResourceName(target)?.name == target else {
        throw members.wrong("references", "a kind of record", target)
      }
      self.target = target
    }
    minimum = try members.integer("minimum")
    maximum = try members.integer("maximum")
    for (word, value) in try members.object("values") {
      guard let name = value.string, type?.word != .menu || Int64(word) != nil else {
        throw members.wrong("values", "names by their ids or codes", word)
      }
      values.append(Value(word: word, name: name))
    }
    guard values.count <= Self.valueLimit else {
      throw members.wrong("values", "at most \(Self.valueLimit) values")
    }
  }

  var json: JSONObject {
    var json = JSONObject()
    json["type"] = type.map { .string($0.text) }
    json["access"] = access.map { .string($0.rawValue) }
    json["title"] = title.map(JSONValue.string)
    json["references"] = target.map(JSONValue.string)
    json["minimum"] = minimum.map(JSONValue.integer)
    json["maximum"] = maximum.map(JSONValue.integer)
    if !values.isEmpty {
      // Ids by their numbers, codes by their letters.
      let sorted = values.sorted { one, other in
        switch (Int64(one.word), Int64(other.word)) {
        case (let one?, let other?): one < other
        case (nil, nil): one.word < other.word
        case (let one, _): one != nil
        }
      }
      json["values"] = .object(JSONObject(sorted.map { ($0.word, .string($0.name)) }))
    }
    return json
  }
}
