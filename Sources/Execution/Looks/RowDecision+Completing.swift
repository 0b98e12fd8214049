import JSON
import Patches
import Records
import Sites
import Staging

/// Rows whose changes are known only when their records are read: rewritten texts, and templates with `live`.
extension RowDecision {
  /// Decides about a row by what its record holds now.
  ///
  /// What was sent comes first: a row in doubt is judged by what left, which is durable with its intent. Only a row
  /// that was certainly not carried out is made again.
  func completing(
    _ order: RunState.LookOrder, _ changes: PatchChanges, on image: RecordImage
  ) -> Decision {
    var order = order
    if order.row.isInDoubt || order.wasLost {
      let decision = decideConditionally(order, changes, image: image)
      switch decision.look {
      case .send(let delivery) where !delivery.isInDoubt: break
      case .settle(let state, _, _) where !order.row.isInDoubt && state != .applied: break
      default: return decision
      }
      (order.row.isInDoubt, order.wasLost) = (false, false)
    }
    let staged = order.row.patch
    let completed: RowChanges
    do throws(RowCompletion.Obstacle) { completed = try self.completed(order.row, on: image) } catch {
      return (.settle(.failed, code: error.code, error: error.message), nil, nil)
    }
    order.row = completed.row
    var decision = decideConditionally(order, completed.changes, image: image)
    if case .send(let delivery) = decision.look, decision.narrowing == nil, delivery.row.patch != staged {
      decision.narrowing = RowNarrowing(number: order.row.number, patch: delivery.row.patch, kept: [])
    }
    return decision
  }

  /// Returns a row with the changes that come from its record.
  ///
  /// - Throws: `Obstacle` if they cannot be made.
  func completed(_ row: StagedRow, on image: RecordImage) throws(RowCompletion.Obstacle) -> RowChanges {
    guard let body = (try? JSONValue(parsing: row.live ?? row.patch))?.object else {
      return RowChanges(row, in: resource)
    }
    var row = row
    row.patch = JSONValue.object(try completion.completed(body, on: image)).text()
    return RowChanges(row, in: resource)
  }
}

extension RowCompletion {
  /// Adds what rows take from their records to what is read of them.
  func add(to request: inout ReadRequest) {
    for attribute in attributes {
      if !request.attributes.contains(attribute.path) { request.attributes.append(attribute.path) }
      if let kind = attribute.kind, request.kinds[attribute.path] == nil {
        request.kinds[attribute.path] = kind
      }
    }
    guard let rewriting else { return }
    if !request.lists[rewriting.list, default: []].contains(rewriting.attribute) {
      request.lists[rewriting.list, default: []].append(rewriting.attribute)
    }
  }
}
