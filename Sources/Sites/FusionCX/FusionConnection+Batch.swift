import Catalog
import JSON

/// Sends several writes as one transaction (`Perform_Batch_Actions`; reference, section 9).
extension FusionConnection {
  /// The number of batches whose parts all succeed one by one before batches are given up.
  private static let patience = 2

  func send(batch writes: [Write]) -> [Exchange] {
    precondition(writes.allSatisfy(\.isIdempotent), "only what may be repeated goes into a batch")
    precondition(
      Set(writes.map(\.recordID)).count == writes.count, "the parts of a batch are different records")
    var batch = Batch(writes)
    // A child's address must be looked up, and bytes are no JSON.
    var parts = writes.indices.filter { writes[$0].element == nil && writes[$0].enclosure == nil }
    if vainBatches >= Self.patience { parts = [] }
    for index in writes.indices where !parts.contains(index) { sendAlone(index, &batch) }
    if !parts.isEmpty { deliver(parts[...], &batch) }
    if parts.count > 1 {
      let isVain = batch.failures > 0 && parts.allSatisfy { batch.exchanges[$0]?.isApplied ?? false }
      vainBatches = isVain ? vainBatches + 1 : 0
    }
    return writes.indices.map {
      batch.exchanges[$0]
        ?? Exchange(
          outcome: .unknown(Refusal(status: nil, code: "not-sent", message: "the part was not sent")))
    }
  }

  /// Writes on their way, with their outcomes.
  private struct Batch {
    let writes: [Write]
    var exchanges: [Int: Exchange] = [:]
    /// The number of requests that the site refused as a whole.
    var failures = 0
    /// The outcome of parts that are not sent any more, because they would fare no better.
    var stop: Exchange?

    init(_ writes: [Write]) { self.writes = writes }

    mutating func finish(_ index: Int, _ exchange: Exchange) {
      exchanges[index] = exchange
      switch exchange.outcome {
      case .loginRefused: stop = exchange
      // A locked record says nothing about the others.
      case .retryLater(let after, let refusal) where refusal.status == nil || refusal.isOfLoad,
        .unknown(let after, let refusal) where refusal.isOfLoad:
        stop = unsent(exchange, after, refusal)
      case .foreign(let refusal): stop = unsent(exchange, nil, refusal)
      default: break
      }
    }

    private func unsent(_ exchange: Exchange, _ after: Duration?, _ refusal: Refusal) -> Exchange {
      Exchange(
        outcome: .retryLater(after: after, refusal), status: exchange.status,
        nextRequestAfter: exchange.nextRequestAfter)
    }
  }

  private func sendAlone(_ index: Int, _ batch: inout Batch) {
    batch.finish(index, batch.stop ?? send(batch.writes[index]))
  }

  /// Sends parts in one request; a refused request was not carried out, so it is split.
  private func deliver(_ parts: ArraySlice<Int>, _ batch: inout Batch) {
    if let stop = batch.stop {
      for part in parts { batch.finish(part, stop) }
      return
    }
    // Alone it is a plain PATCH, whose `If-Match` and errors are documented.
    if parts.count == 1, let only = parts.first { return sendAlone(only, &batch) }
    let exchange = post(parts.map { (Self.partID($0), batch.writes[$0]) })
    // One by one, they can be told from a write that met a changed row.
    let whole = answer(exchange)
    switch whole.outcome {
    case .applied:
      let listed = BatchAnswer(exchange.answer?.json, site.resource)
      for part in parts {
        batch.finish(part, listed.exchange(of: Self.partID(part), batch.writes[part], whole))
      }
    case .refused, .conflict:
      batch.failures += 1
      takeApart(parts, suspects(among: parts, exchange.answer?.json), &batch)
    case .retryLater(_, let refusal)
    where refusal.status.map { (400..<500).contains($0) } == true && !refusal.isOfLoad:
      // A locked or changed row fails the whole batch.
      batch.failures += 1
      takeApart(parts, suspects(among: parts, exchange.answer?.json), &batch)
    case .unknown, .foreign, .retryLater, .loginRefused, .unchanged:
      for part in parts { batch.finish(part, whole) }
    }
  }

  private func takeApart(_ parts: ArraySlice<Int>, _ suspects: [Int], _ batch: inout Batch) {
    if !suspects.isEmpty, suspects.count * 2 <= parts.count {
      // The rest comes first: without the bad part it succeeds at once.
      deliver(parts.filter { !suspects.contains($0) }[...], &batch)
      for suspect in suspects { sendAlone(suspect, &batch) }
    } else {
      let middle = parts.startIndex + parts.count / 2
      deliver(parts[..<middle], &batch)
      deliver(parts[middle...], &batch)
    }
  }

  private static func partID(_ index: Int) -> String { "r\(index + 1)" }

  private func post(_ parts: [(id: String, write: Write)]) -> HTTPExchange {
    let texts = parts.map { id, write in
      // It is not documented whether the tag needs quotes; the sample has none.
      let condition = write.token.map { ",\"ifMatch\":\(JSONValue.string($0).text())" } ?? ""
      return "{\"id\":\"\(id)\",\"path\":\"/\(site.resource.name)/\(write.recordID.pathSegment)\""
        + ",\"operation\":\"update\"\(condition),\"payload\":\(write.body)}"
    }
    return exchange(
      HTTPRequest(
        method: .post, url: site.base,
        // Without bodies the answer would not list the parts, and only a listed part counts as done.
        headers: site.headers() + [("Content-Type", MediaType.batch), ("Expect", "")],
        body: Array("{\"parts\":[\(texts.joined(separator: ","))]}".utf8),
        answerLimits: .batch(of: parts.count), isRepeatable: parts.allSatisfy(\.write.isIdempotent)))
  }

  /// Returns the parts that the error names, if any: `/parts/<index or id>/…`.
  ///
  /// This form is unconfirmed, and so only a hint.
  private func suspects(among parts: ArraySlice<Int>, _ error: JSONValue?) -> [Int] {
    var suspects: [Int] = []
    for detail in error?["o:errorDetails"]?.array ?? [] {
      let steps = (detail["o:errorPath"]?.string ?? "").split(separator: "/")
      guard steps.count > 1, steps[0] == "parts" else { continue }
      let byID = parts.first { Self.partID($0) == steps[1] }
      let byPlace = Int(steps[1]).flatMap { (0..<parts.count).contains($0) ? parts.startIndex + $0 : nil }
      guard let suspect = byID ?? byPlace.map({ parts[$0] }), !suspects.contains(suspect) else { continue }
      suspects.append(suspect)
    }
    return suspects
  }
}

/// The answer of a batch that was carried out.
private struct BatchAnswer {
  private struct Part {
    /// Indicates that its precondition, if it had one, was met.
    var isMet: Bool
    var item: FusionItem?
  }

  private var parts: [String: Part] = [:]
  private let resource: ResourceType

  init(_ json: JSONValue?, _ resource: ResourceType) {
    self.resource = resource
    for part in json?["parts"]?.array ?? [] {
      guard let id = part["id"]?.string ?? part["id"]?.integer.map({ String($0) }) else { continue }
      parts[id] = Part(
        isMet: part["preconditionSucceeded"] != false,
        item: part["payload"]?.object.map { FusionItem(object: $0) })
    }
  }

  func exchange(of id: String, _ write: Write, _ whole: Exchange) -> Exchange {
    var exchange = whole
    guard let part = parts[id] else {
      exchange.outcome = .unknown(
        Refusal(
          status: whole.status, code: "not-listed", message: "the answer to the batch does not list this part"
        ))
      return exchange
    }
    exchange.image = part.item?.image(of: write, resource)
    if !part.isMet {
      exchange.outcome = .conflict(Refusal(status: whole.status, code: "", message: "").asChangedMeanwhile)
    } else if exchange.image == nil || part.item?.confirms(write, resource) == false {
      exchange.outcome = .unknown(.unconfirmedPart(status: whole.status))
    }
    return exchange
  }
}
