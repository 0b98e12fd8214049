import Catalog
import JSON
import Records

/// Finds the address of a write.
extension FusionConnection {
  /// Returns the target of a write; `nil` if it cannot be found, as `last` then says.
  ///
  /// The key of a child in its path is not its id but the one in its `self` link (reference, section 1), so a write
  /// to a child looks it up. The token is the record's. A child has its own tag, so the record is compared just
  /// before, and the write is bound to the child's current tag.
  func target(of write: Write, _ last: inout Exchange) -> Target? {
    let record = "\(site.resource.name)/\(write.recordID.pathSegment)"
    guard let element = write.element else { return Target(path: record, token: write.token) }
    if let token = write.token, !isStill(token, record, &last) { return nil }
    let steps = (element.list.split(separator: "/", omittingEmptySubsequences: false) + ["\(element.id)"])
      .map { String($0) }
    var target = Target(path: record)
    var parent: ChildList?
    for step in stride(from: 0, to: steps.count, by: 2) {
      let list =
        parent.map { $0.list(named: steps[step]) } ?? site.resource.list(named: steps[step])
      guard let list, let selector = list.selector?.path, step + 1 < steps.count,
        let id = Int64(steps[step + 1])
      else {
        last = .refused("unknown-attribute", "\(site.resource.name) have no elements at \(element.list)")
        return nil
      }
      guard let child = child(of: target.path, list.name, selector, id, &last) else { return nil }
      (target, parent) = (child, list)
    }
    if write.token == nil { target.token = nil }
    return target
  }

  private func isStill(_ token: String, _ record: String, _ last: inout Exchange) -> Bool {
    guard let answer = ask("\(record)?fields=\(site.resource.key)&links=self", &last) else { return false }
    guard let now = answer.item?.token else {
      last.refuse(asBadAnswer: "the answer does not show the record's state")
      return false
    }
    if now != token {
      last.outcome = .conflict(
        Refusal(status: last.status, code: "", message: "").asChangedMeanwhile)
    }
    return now == token
  }

  private func child(
    of parent: String, _ list: String, _ selector: String, _ id: Int64, _ last: inout Exchange
  ) -> Target? {
    let path = "\(parent)/child/\(list.percentEncoded)"
    guard
      let items = pages("\(path)?fields=\(selector)&links=self&limit=\(Self.pageSize)", &last)
    else { return nil }
    guard let item = items.first(where: { $0.integer(selector) == id }) else {
      last.outcome = .refused(
        Refusal(status: 404, code: "not-found", message: "\(list) has no element with \(selector) \(id)"))
      return nil
    }
    guard let key = item.pathKey else {
      last.refuse(asBadAnswer: "an element of \(list) has no address")
      return nil
    }
    return Target(path: "\(path)/\(key)", token: item.token)
  }
}
