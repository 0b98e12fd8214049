import Catalog
import JSON
import Sites
import Staging

/// What a look at the records of some rows has come to.
struct RecordReading: Sendable {
  var exchange = Exchange(outcome: .applied)
  var images: [Int64: RecordImage] = [:]
  /// The site's own word on rows whose records it does not show as they ask for: it knows no such attribute.
  var refusals: [Int: Refusal] = [:]
}

extension RowDecision {
  /// Reads what the decision about these rows needs, in one go; nothing where nothing is needed.
  ///
  /// A site's own attributes are not in the catalogue, so that one that is misspelt is found out here. It is the
  /// trouble of the rows that name it, and of nobody else.
  ///
  /// - Parameter marksCreations: whether the lists that get new elements are read too, to tell those apart later.
  func read(
    _ rows: [StagedRow], through connection: any SiteConnection, marksCreations: Bool = true
  ) -> RecordReading {
    let rows = rows.filter(needsImage)
    guard !rows.isEmpty else { return RecordReading() }
    let (exchange, images) = connection.read(request(for: rows, marksCreations))
    guard case .refused(let refusal) = exchange.outcome, refusal.status == 400 else {
      return RecordReading(exchange: exchange, images: images)
    }
    let parts = Dictionary(grouping: rows) { doubtfulNames(request(for: [$0], marksCreations)) }
    guard parts.count > 1 else {
      guard parts.keys.first?.isEmpty == false else { return RecordReading(exchange: exchange) }
      var reading = RecordReading(exchange: exchange)
      // The site has answered, and is as usable as before.
      reading.exchange.outcome = .applied
      for row in rows { reading.refusals[row.number] = refusal }
      return reading
    }
    var reading = RecordReading()
    for (_, rows) in parts.sorted(by: { $0.value[0].number < $1.value[0].number }) {
      let part = read(rows, through: connection, marksCreations: marksCreations)
      reading.exchange = part.exchange
      guard case .applied = part.exchange.outcome else { break }
      // Of a record that has rows of several kinds, each image is only a part.
      for (id, image) in part.images {
        reading.images[id] = reading.images[id]?.adding(image, of: resource) ?? image
      }
      reading.refusals.merge(part.refusals) { $1 }
    }
    return reading
  }

  private func request(for rows: [StagedRow], _ marksCreations: Bool) -> ReadRequest {
    let wanted = rows.map { row in
      let creations: PatchChanges.ListDepth =
        marksCreations ? (row.isInDoubt ? .attributes : .keys) : .nothing
      return (row, changes(of: row), creations)
    }
    return ReadRequest(wanted, customKinds: customKinds, of: resource)
  }

  /// The attributes of a request that a site need not have by these names: its own, and those whose spelling is
  /// inferred.
  private func doubtfulNames(_ request: ReadRequest) -> Set<String> {
    var names = Set(request.attributes.filter { resource.field(at: $0)?.isNameInferred ?? true })
    for (list, attributes) in request.lists {
      for attribute in attributes
      where resource.list(named: list)?.field(attribute)?.isNameInferred ?? true {
        names.insert("\(list).\(attribute)")
      }
    }
    return names
  }
}

extension RecordImage {
  /// This image with what another one of the same record has beside it.
  fileprivate func adding(_ other: RecordImage, of resource: ResourceType) -> RecordImage {
    var image = self
    image.values.merge(other.values) { $1 }
    for (name, elements) in other.lists {
      let key = resource.list(named: name)?.selector?.path ?? "id"
      image.lists[name] = elements.map { element in
        var element = element
        let known = lists[name]?.first { $0[key] != nil && $0[key] == element[key] }
        for (attribute, value) in known ?? [:] where element[attribute] == nil { element[attribute] = value }
        return element
      }
    }
    return image
  }
}
