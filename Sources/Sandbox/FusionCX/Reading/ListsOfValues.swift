import JSON

extension FusionSession {
  /// `GET` of a list of values, with or without the context of a row (API reference 3).
  func values(
    _ list: ListOfValues, of entity: Entity, in address: RowAddress, _ call: FusionCall
  ) throws -> Answer {
    let row = address.steps.isEmpty ? nil : try row(address)
    let page = try RowPage(call.parameters.filter { $0.name != "onlyData" && $0.name != "links" }, choices)
    guard page.query == nil, page.finder == nil, page.order.isEmpty else {
      throw Fault.parameter("q, finder or orderBy", "a list of values is read whole", choices)
    }
    let set = vocabulary[list.set]
    var values = set.values
    if let attribute = list.narrowedBy, let code = row?.values[attribute]?.string {
      let type = vocabulary[attribute][code: code]?.id
      values = values.filter { $0.parent == type }
    }
    let rows = values.dropFirst(page.offset).prefix(page.limit)
    let items = rows.map { value -> JSONValue in
      list.narrowedBy == nil ? Self.code(value) : channel(value)
    }
    let isInContext = address.steps.last?.entity.path == entity.path
    let own = isInContext ? path(of: address) : path(of: entity, below: address)
    return Answer(
      mediaType: MediaType.collection,
      body: .json(
        .object(
          envelope(
            items, hasMore: values.count > page.offset + page.limit, limit: page.limit, offset: page.offset,
            total: page.wantsTotal ? values.count : nil, path: "\(own)/lov/\(list.name)", name: list.name,
            Selection()))))
  }

  private static func code(_ value: NamedValue) -> JSONValue {
    [
      "LookupCode": value.code.map { .string($0) } ?? .null, "Meaning": .string(value.name),
      "Description": .null, "ParentLookupCode": .null, "EnabledFlag": "Y", "StartDateActive": .null,
      "EndDateActive": .null,
    ]
  }

  private func channel(_ value: NamedValue) -> JSONValue {
    let type = value.parent.flatMap { vocabulary["ChannelTypeCd"][$0]?.code }
    return [
      "ChannelId": .integer(value.id), "ChannelDisplayName": .string(value.name),
      "ChannelShortName": value.code.map { .string($0) } ?? .null,
      "ChannelTypeCd": type.map { .string($0) } ?? .null,
    ]
  }

  private func path(of address: RowAddress) -> String {
    address.steps.map { "\($0.entity.name)/\($0.key)" }.joined(separator: "/child/")
  }
}
