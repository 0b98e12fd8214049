import Catalog
import JSON
import Patches
import Records
import Sites
import Staging

/// Decides from the current record what becomes of a row: sent, with a snapshot; or settled without.
///
/// Pure except for `read`, which asks the site.
struct RowDecision: Sendable {
  let resource: ResourceType
  /// Reads every record before it is written; otherwise only those that may have been written already.
  let takesSnapshots: Bool
  /// Carries out an approved dry run: a row goes out only if its changes still are as planned.
  var followsPlan = false
  /// Restores values in a rollback even if others have changed them since.
  var overwritesOthers = false
  /// The job's conditions on records.
  var conditions = RowConditions()
  /// What rows take from their records.
  var completion = RowCompletion()
  /// The remaining steps of a rollback at a record; `nil` for other runs.
  var steps: RollbackSteps?

  /// The number of looks for a write before it counts as never carried out.
  static let looks = 2

  /// The number of reads of a single record before it counts as one that the site does not show.
  static let tries = 5

  /// Returns the error of a row whose record the site does not show as requested.
  static func unreadable(_ refusal: Refusal) -> String { "its record cannot be read: \(refusal.message)" }

  /// A decision, with the snapshot to keep if the row is sent, and its remaining part if that is not all of it.
  typealias Decision = (look: RunState.Look, snapshot: Snapshot?, narrowing: RowNarrowing?)

  /// Returns the decision about a row.
  ///
  /// - Parameter changes: the row's changes.
  func decide(
    _ order: RunState.LookOrder, _ changes: PatchChanges, image: RecordImage?, refusal: Refusal? = nil
  ) -> Decision {
    guard !completion.isEmpty, order.row.expected == nil, refusal == nil, let image else {
      return decideConditionally(order, changes, image: image, refusal: refusal)
    }
    return completing(order, changes, on: image)
  }

  /// Returns the decision about a row whose changes are known, under the job's conditions.
  func decideConditionally(
    _ order: RunState.LookOrder, _ changes: PatchChanges, image: RecordImage?, refusal: Refusal? = nil
  ) -> Decision {
    let decision = decideUnconditionally(order, changes, image: image, refusal: refusal)
    guard !conditions.isEmpty, order.row.expected == nil, refusal == nil, let image else { return decision }
    switch decision.look {
    case .send, .settle(.unchanged, _, _), .settle(.conflict, "changed-since-plan", _): break
    // It may have been sent, or cannot be sent at all.
    default: return decision
    }
    return decide(order, changes, under: conditions, image)
  }

  private func decideUnconditionally(
    _ order: RunState.LookOrder, _ changes: PatchChanges, image: RecordImage?, refusal: Refusal?
  ) -> Decision {
    let row = order.row
    guard needsImage(row) else { return (.send(Delivery(row, changes)), nil, nil) }
    if let refusal {
      let state = row.isInDoubt ? RowState.unknown : .failed
      return (.settle(state, code: refusal.code, error: RowDecision.unreadable(refusal)), nil, nil)
    }
    if let absence = absence(for: row, changes, in: image) {
      return (.settle(.failed, code: "not-found", error: absence), nil, nil)
    }
    guard let image else { return (.send(Delivery(row, changes)), nil, nil) }
    var isStillInDoubt = false
    if row.isInDoubt, let before = row.snapshot {
      let fate = changes.fate(before: before, now: image, in: resource)
      isStillInDoubt = fate == .withoutTrace
      let canTell = fate != .untraceable || order.lastWord?.refusal.isCertain == true
      let lastWord = fate == .inPart ? order.lastWord?.ofAPart : order.lastWord
      if fate != .carriedOut, canTell, let word = lastWord, !order.wasLost {
        return (.settle(word.state, code: word.refusal.code, error: word.refusal.message), nil, nil)
      }
      switch fate {
      case .carriedOut: return (.settle(.applied, code: nil, error: nil), nil, nil)
      // A row is not final while a request of it can still take effect.
      case .changedByOthers where order.mayStillCome, .untraceable where order.mayStillCome:
        return (.lookAgain, nil, nil)
      case .changedByOthers:
        let error = "its answer was lost, and another client has changed the record since"
        return (.settle(.conflict, code: "changed-meanwhile", error: error), nil, nil)
      case .untraceable:
        let error = "its answer was lost, and its additions cannot be told apart from those of other clients"
        return (.settle(.unknown, code: "untraceable", error: error), nil, nil)
      case .notFound, .withoutTrace, .inPart:
        let isDangerous = row.mustNotOverlap || !changes.creations.isEmpty
        if order.mayStillCome, isDangerous || lastWord != nil { return (.lookAgain, nil, nil) }
        if order.isLate || !changes.creations.isEmpty, order.looks + 1 < RowDecision.looks {
          return (.lookAgain, nil, nil)
        }
        if let word = lastWord {
          return (.settle(word.state, code: word.refusal.code, error: word.refusal.message), nil, nil)
        }
        if resource.isUnlisted, !before.isCertainlyOf(image, in: resource) {
          let error =
            "its answer was lost, and it is not repeated: what that does to \(resource.name) is not known"
          return (.settle(.unknown, code: "not-repeated", error: error), nil, nil)
        }
        if fate == .inPart { return rest(of: row, changes, since: before, on: image) }
      }
    } else if row.expected == nil, changes.areMet(by: image, in: resource) {
      // An earlier lost request may have taken effect since; then the change is ours.
      let isFound =
        order.wasLost
        && row.snapshot.map { changes.fate(before: $0, now: image, in: resource) } == .carriedOut
      return (.settle(row.isInDoubt || isFound ? .applied : .unchanged, code: nil, error: nil), nil, nil)
    } else if followsPlan {
      let agreement = PlanAgreement(row: row, changes: changes, rewriting: completion.rewriting)
      if let objection = agreement.objection(to: image) {
        return (.settle(.conflict, code: "changed-since-plan", error: objection), nil, nil)
      }
    }
    if let expected = row.expected { return rollBack(row, changes, expected, image) }
    let snapshot = changes.snapshot(of: image, row: row.number, in: resource)
    var delivery = Delivery(row, changes, token: image.token)
    delivery.isInDoubt = isStillInDoubt
    return (.send(delivery), snapshot, nil)
  }

  /// Decides about a row that would go out, under the job's conditions.
  ///
  /// The part that goes out becomes durable with the intent, so that a lost answer is judged by what was really sent.
  private func decide(
    _ order: RunState.LookOrder, _ changes: PatchChanges, under conditions: RowConditions,
    _ image: RecordImage
  ) -> Decision {
    switch conditions.judge(changes, on: image) {
    case .unmet(let code, let reason): return (.settle(.skipped, code: code, error: reason), nil, nil)
    case .undecided(let reason):
      return (.settle(.failed, code: RowConditions.requirementCode, error: reason), nil, nil)
    case .met(_, dropped: []):
      return decideUnconditionally(order, changes, image: image, refusal: nil)
    case .met(let left, let dropped):
      var order = order
      order.row.patch = order.row.patch(without: dropped)
      var decision = decideUnconditionally(order, left, image: image, refusal: nil)
      if case .send = decision.look {
        decision.narrowing = RowNarrowing(number: order.row.number, patch: order.row.patch, kept: [])
      }
      return decision
    }
  }

  /// Decides about a rollback's row, part by part.
  private func rollBack(
    _ row: StagedRow, _ changes: PatchChanges, _ expected: ExpectedState, _ image: RecordImage
  ) -> Decision {
    let reversal = reversal(of: row, changes, expected, image)
    let body = reversal.changes.body(for: row.element)
    guard !body.isEmpty else {
      let narrowing =
        reversal.kept == row.kept ? nil : RowNarrowing(number: row.number, patch: nil, kept: reversal.kept)
      guard reversal.kept.holdSomething else {
        return (.settle(.unchanged, code: nil, error: nil), nil, narrowing)
      }
      return (
        .settle(.conflict, code: KeptChange.errorCode, error: reversal.kept.text), nil, narrowing
      )
    }
    var sent = row
    sent.patch = JSONValue.object(body).text()
    sent.kept = reversal.kept
    let isWhole = sent.patch == row.patch && sent.kept == row.kept
    return (
      .send(Delivery(sent, reversal.changes, token: image.token)),
      reversal.changes.snapshot(of: image, row: row.number, in: resource),
      isWhole ? nil : RowNarrowing(number: row.number, patch: sent.patch, kept: sent.kept)
    )
  }

  /// Returns the part of a rollback's row that is restored.
  func reversal(
    of row: StagedRow, _ changes: PatchChanges, _ expected: ExpectedState, _ image: RecordImage
  ) -> Reversal {
    Reversal(
      changes, expected: expected, earlier: row.kept, image: image, resource: resource,
      steps: steps?.after(row) ?? .none, isForced: overwritesOthers)
  }

  /// Returns what a row needs and the record lacks, in words.
  func absence(for row: StagedRow, _ changes: PatchChanges, in image: RecordImage?) -> String? {
    guard let image else { return "there is no \(resource.singular) with \(resource.key) \(row.recordID)" }
    // What a rollback no longer finds was removed by others; `Reversal` reports that.
    guard row.expected == nil else { return nil }
    return changes.missingElement(in: image).map {
      "\(resource.singular) \(row.recordID) has no \($0.singular(in: resource))"
    }
  }

  /// Returns whether rows go out as they were staged, whatever their patches set.
  func areSentAsStaged(_ orders: [RunState.LookOrder]) -> Bool {
    !orders.isEmpty && orders.allSatisfy { !needsImage($0.row) } && !resource.hasEnclosures
  }

  /// Returns whether the record of a row must be read.
  func needsImage(_ row: StagedRow) -> Bool {
    takesSnapshots || row.isInDoubt && row.snapshot != nil
  }
}

extension Snapshot {
  /// Returns whether the record has certainly not been written since: in Fusion CX every write gives it another token.
  ///
  /// That of B2C Service is a time in whole seconds.
  fileprivate func isCertainlyOf(_ image: RecordImage, in resource: ResourceType) -> Bool {
    resource.dialect == .fusionCX && token != nil && token == image.token
  }
}

extension StagedRow {
  /// Returns its body without the record's attributes at these paths.
  fileprivate func patch(without paths: [String]) -> String {
    guard var body = (try? JSONValue(parsing: patch))?.object else { return patch }
    for path in paths { body.remove(at: path.split(separator: ".")) }
    return JSONValue.object(body).text()
  }
}

extension JSONObject {
  fileprivate mutating func remove(at path: [Substring]) {
    guard let name = path.first.map(String.init) else { return }
    guard path.count > 1, var inner = self[name]?.object else {
      self[name] = nil
      return
    }
    inner.remove(at: Array(path.dropFirst()))
    self[name] = inner.isEmpty ? nil : .object(inner)
  }
}
