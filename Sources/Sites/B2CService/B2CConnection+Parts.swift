import Catalog
import JSON
import Records

/// Writes elements that are identified by values of their own, each at its own address.
///
/// "An UPDATE request needs to be sent to the specific email address resource", and a DELETE request removes it (answer
/// 10785, "Working with contact email addresses through the REST API").
extension B2CConnection {
  /// Sends the parts of a body one after the other.
  ///
  /// Each of them may be repeated. If one fails after another was carried out, the row is in doubt, or carried out in
  /// part for good.
  func send(_ write: Write, in parts: [BodyPart]) -> Exchange {
    var sofar = Exchange(outcome: .unchanged)
    for (index, part) in parts.enumerated() {
      sofar.waitAsAsked(handle.pacing)
      var exchange = send(part, of: write)
      exchange.duration += sofar.duration
      guard exchange.isApplied else { return index == 0 ? exchange : exchange.afterAPart }
      sofar = exchange
    }
    return sofar
  }

  private func send(_ part: BodyPart, of write: Write) -> Exchange {
    var write = write
    write.body = JSONValue.object(part.body).text()
    guard let element = part.element else { return send(.patch, write) }
    guard let id = element.id else {
      return .refused(
        "no-id", "the site did not tell the id of \(element.key.text()), which is a part of the address")
    }
    write.element = ElementAddress(list: element.list, id: id)
    let exchange = send(element.isRemoved ? .delete : .patch, write)
    guard exchange.refusal?.status == 404 else { return exchange }
    exchange.waitAsAsked(handle.pacing)
    let values = part.body.filter { !$0.value.isNull }.map { ($0.name, $0.value) }
    if element.isRemoved || values.isEmpty { return confirmsRecord(of: write, exchange) }
    write.body = JSONValue.object(JSONObject([(element.selector, element.key)] + values)).text()
    return send(.post, write)
  }

  /// Asks for a record without an element that is to have no values: if there is one, nothing is left to do.
  private func confirmsRecord(of write: Write, _ exchange: Exchange) -> Exchange {
    var last = exchange
    let resource = service.resource
    guard ask("\(resource.name)/\(write.recordID.pathSegment)?fields=\(resource.key)", &last) != nil else {
      return last
    }
    last.outcome = .applied
    return last
  }
}

extension Exchange {
  /// The exchange of a request that was to follow one which was carried out.
  fileprivate var afterAPart: Exchange {
    var exchange = self
    switch outcome {
    case .refused(let refusal) where refusal.isCertain: exchange.outcome = .conflict(refusal.afterAPart)
    case .refused(let refusal): exchange.outcome = .unknown(refusal)
    case .conflict(let refusal): exchange.outcome = .conflict(refusal.afterAPart)
    case .retryLater(let after, let refusal): exchange.outcome = .unknown(after: after, refusal)
    case .loginRefused(var refusal):
      refusal.isCertain = false
      exchange.outcome = .loginRefused(refusal)
    case .applied, .unchanged, .unknown, .foreign: break
    }
    return exchange
  }
}
