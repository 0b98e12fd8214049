import Catalog
import Records
import Sites
import Staging

/// The result of a look at the records of some rows.
struct RecordReading: Sendable {
  var exchange = Exchange(outcome: .applied)
  var images: [RecordID: RecordImage] = [:]
  /// The site's refusals for rows whose records it does not show as requested, because it knows no such attribute.
  var refusals: [Int: Refusal] = [:]
}

extension RowDecision {
  /// Reads what the decision about these rows needs, together; asks nothing if nothing is needed.
  ///
  /// Names that the site does not know are detected here; only the rows that use them fail.
  ///
  /// - Parameter unknown: names that the site is known not to know.
  ///
  /// - Parameter creations: the depth of reading in lists that get new elements.
  func read(
    _ rows: [RowChanges], through connection: any SiteConnection,
    creations: PatchChanges.ListDepth = .keys, without unknown: Set<String> = []
  ) -> RecordReading {
    let rows = rows.filter { needsImage($0.row) }
    guard !rows.isEmpty else { return RecordReading() }
    let (exchange, images) = connection.read(request(for: rows, creations, without: unknown))
    guard case .refused(let refusal) = exchange.outcome, refusal.status != nil else {
      return RecordReading(exchange: exchange, images: images)
    }
    guard refusal.status == 400 else {
      return readApart(rows, after: exchange, through: connection, creations: creations, without: unknown)
    }
    return readWithoutUnknownNames(
      rows, after: exchange, through: connection, creations: creations, without: unknown)
  }

  /// Reads the records of rows that could not be read together, so that one bad record does not keep others back.
  ///
  /// A site that shows none of them is the trouble of the run: two records are tried, or one and a harmless question.
  ///
  /// - Parameter failure: the result of reading them together.
  func readApart(
    _ rows: [RowChanges], after failure: Exchange, through connection: any SiteConnection,
    creations: PatchChanges.ListDepth = .keys, without unknown: Set<String> = []
  ) -> RecordReading {
    var reading = RecordReading(exchange: failure)
    let records = Dictionary(grouping: rows.filter { needsImage($0.row) }, by: \.recordID).values
      .sorted { $0[0].number < $1[0].number }
    var isServed = records.count == 1 && connection.check().outcome == .applied
    var parts = records.count == 1 ? [records] : records.halves
    while let part = parts.popLast() {
      let rows = part.flatMap(\.self)
      var exchange = failure
      var images: [RecordID: RecordImage] = [:]
      // Trouble within the site may pass; a record is not judged by one answer.
      for _ in 0..<(part.count == 1 ? RowDecision.tries : 1) {
        (exchange, images) = connection.read(request(for: rows, creations, without: unknown))
        guard exchange.mayBeOfOneRecord else { break }
      }
      switch exchange.outcome {
      case .applied, .unchanged:
        isServed = true
        reading.images.merge(images) { $1 }
      case .refused(let refusal) where refusal.status != nil,
        .unknown(_, let refusal) where refusal.status != nil:
        if part.count > 1 {
          parts += part.halves
        } else {
          for row in rows { reading.refusals[row.number] = refusal }
          guard isServed || reading.refusals.count <= rows.count else {
            return RecordReading(exchange: exchange)
          }
        }
      default: return RecordReading(exchange: exchange)
      }
    }
    guard isServed else { return RecordReading(exchange: failure) }
    // The site has answered, and is as usable as before.
    reading.exchange.outcome = .applied
    return reading
  }

  func request(
    for rows: [RowChanges], _ creations: PatchChanges.ListDepth, without unknown: Set<String>
  ) -> ReadRequest {
    let wanted = rows.map { row in
      (row, row.row.isInDoubt && creations == .keys ? .attributes : creations)
    }
    var request = ReadRequest(wanted, of: resource)
    for requirement in conditions.allRequirements {
      if !request.attributes.contains(requirement.path) { request.attributes.append(requirement.path) }
      if resource.field(at: requirement.path) == nil {
        request.kinds[requirement.path] =
          requirement.kind ?? requirement.wanted.lazy.compactMap(\.likelyKind).first
      }
    }
    completion.add(to: &request)
    return request.leavingOut(unknown)
  }
}

extension RowDecision {
  /// Reads until the site answers; also detects a record that the site does not show however often it is asked.
  func read(
    _ rows: [RowChanges], through connection: any SiteConnection, creations: PatchChanges.ListDepth,
    _ patience: Patience
  ) -> RecordReading {
    var reading = RecordReading()
    var tries = 0
    _ = patience.ask {
      tries += 1
      reading = read(rows, through: connection, creations: creations)
      if tries >= patience.retry.attempts, reading.exchange.mayBeOfOneRecord {
        reading = readApart(
          rows, after: reading.exchange, through: connection, creations: creations)
      }
      return reading.exchange.outcome
    }
    return reading
  }
}

extension Exchange {
  /// Indicates that one record may have failed a read of many: there was an answer, but not a usable one.
  var mayBeOfOneRecord: Bool {
    if case .unknown(_, let refusal) = outcome { refusal.status != nil } else { false }
  }
}

extension [[RowChanges]] {
  /// The second half, and then the first, which comes next off a stack.
  fileprivate var halves: [[[RowChanges]]] { [Array(self[(count / 2)...]), Array(self[..<(count / 2)])] }
}
