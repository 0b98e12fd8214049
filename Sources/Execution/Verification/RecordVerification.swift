import Catalog
import JSON
import Sites
import Staging

/// Holds the rows of one record against what the record is now; pure.
///
/// The last row is to come first: what it sets hides what the rows before it asked for, and what it found when it was
/// looked at says which elements were made before it.
struct RecordVerification {
  let resource: ResourceType
  let customKinds: [String: Field.Kind]
  let recordID: Int64

  /// What rows after the one at hand set.
  private var later: [AttributePlace: LaterRow] = [:]
  /// The highest id of each list when a later row was looked at: what came after is not of an earlier row.
  private var ends: [String: Int64] = [:]
  /// Elements that a later row has been found to have made.
  private var taken: [String: Set<Int64>] = [:]

  private enum LaterRow {
    case done
    case inDoubt(Int)
  }

  init(of recordID: Int64, resource: ResourceType, customKinds: [String: Field.Kind]) {
    self.recordID = recordID
    self.resource = resource
    self.customKinds = customKinds
  }

  /// What came of a row; `nil` of one in doubt, of which nobody knows what to expect.
  ///
  /// - Parameters:
  ///   - image: the record as it is now; `nil` when it is not there.
  ///   - refusal: the site's own word when it does not show the record.
  mutating func judge(
    _ row: StagedRow, _ changes: PatchChanges, _ image: RecordImage?, refusal: Refusal? = nil
  ) -> VerifiedRow? {
    defer { pass(row, changes) }
    guard !row.isInDoubt else { return nil }
    var findings = Findings()
    if let refusal {
      findings.unreadable = [
        VerifiedRow.Difference(
          AttributePlace(resource.key), asked: .integer(recordID), actual: nil,
          doubt: RowDecision.unreadable(refusal))
      ]
      return findings.verified(row.number)
    }
    guard let image else {
      findings.isMissing = true
      findings.differences = [
        VerifiedRow.Difference(AttributePlace(resource.key), asked: .integer(recordID), actual: nil)
      ]
      return findings.verified(row.number)
    }
    for change in changes.attributes {
      compare(change, at: AttributePlace(change.path), image.values[change.path], &findings)
    }
    for update in changes.updates { compare(update, image, &findings) }
    for list in Set(changes.creations.map(\.list)).sorted() {
      compare(changes.creations.filter { $0.list == list }, in: list, row.snapshot, image, &findings)
    }
    return findings.verified(row.number)
  }

  /// Remembers what the row hides of those before it.
  private mutating func pass(_ row: StagedRow, _ changes: PatchChanges) {
    let inElements = changes.updates.flatMap { update in
      update.attributes.map { update.place(of: $0.path) }
    }
    for place in changes.attributes.map({ AttributePlace($0.path) }) + inElements {
      if !row.isInDoubt {
        later[place] = .done
      } else if later[place] == nil {
        later[place] = .inDoubt(row.number)
      }
    }
    for (list, _) in row.snapshot?.lists ?? JSONObject() {
      ends[list] = row.snapshot?.highWaterMark(of: list)
    }
  }
}

/// What was found about one row.
private struct Findings {
  var differences: [VerifiedRow.Difference] = []
  var isMissing = false
  /// Whether anything could be compared.
  var hasCompared = false
  /// What leaves nothing to read: it says something only where nothing else does.
  var unreadable: [VerifiedRow.Difference] = []

  func verified(_ number: Int) -> VerifiedRow {
    var differences = differences
    if !hasCompared { differences += unreadable }
    let verdict: Verdict =
      if isMissing { .missing } else if differences.contains(where: { $0.doubt == nil }) {
        .different
      } else { differences.isEmpty ? .asAsked : .undecided }
    return VerifiedRow(number: number, verdict: verdict, differences: differences)
  }
}

// MARK: - Attributes and elements that were changed

extension RecordVerification {
  private func compare(
    _ change: AttributeChange, at place: AttributePlace, _ actual: JSONValue?, _ findings: inout Findings
  ) {
    guard !change.isTrigger, !change.isEnclosure else {
      let doubt = change.isTrigger ? "a command leaves nothing to read" : "the bytes of a file are not read"
      findings.unreadable.append(
        VerifiedRow.Difference(place, asked: change.value, actual: nil, doubt: doubt))
      return
    }
    findings.hasCompared = true
    // What a later row has set hides what this one did.
    if case .done? = later[place] { return }
    let kind = change.kind ?? customKinds[change.path]
    var doubt: String?
    switch Agreement(wanted: change.value, actual: actual, kind: kind) {
    case .same: return
    case .different: if change.value.isLikeText(actual) { return }
    case .undecided: doubt = "the site tells only the id of what was asked for by name"
    }
    if case .inDoubt(let row)? = later[place] {
      doubt = "row \(row) may have changed it: its outcome is not known"
    }
    findings.differences.append(
      VerifiedRow.Difference(place, asked: change.value, actual: actual, doubt: doubt))
  }

  private func compare(_ update: ElementUpdate, _ image: RecordImage, _ findings: inout Findings) {
    guard !update.list.contains("/") else {
      for change in update.attributes {
        findings.unreadable.append(
          VerifiedRow.Difference(
            update.place(of: change.path), asked: change.value, actual: nil,
            doubt: RecordVerification.belowAnElement))
      }
      return
    }
    guard let element = update.element(in: image.lists) else {
      findings.isMissing = true
      findings.differences.append(
        VerifiedRow.Difference(update.place(of: update.selector), asked: update.key, actual: nil))
      return
    }
    for change in update.attributes {
      compare(
        change, at: update.place(of: change.path),
        element.value(at: change.path.split(separator: ".")), &findings)
    }
  }

  private static let belowAnElement = "lists below an element are not read"
}

// MARK: - Elements that were made

extension RecordVerification {
  /// Looks for an element for each one that the row made: between what there was before the row and what there was
  /// when the next row was looked at, so that the same text from two rows has to be there twice.
  private mutating func compare(
    _ creations: [ElementCreation], in list: String, _ before: Snapshot?, _ image: RecordImage,
    _ findings: inout Findings
  ) {
    let wanted = creations.map { $0.comparable(in: resource) }
    let isOfReferences = resource.list(at: list)?.isOfReferences == true
    let low = isOfReferences ? 0 : before?.highWaterMark(of: list) ?? 0
    let high = isOfReferences ? .max : ends[list] ?? .max
    let candidates = image.elements(of: list, above: low, upTo: high, in: resource)
      .filter { isOfReferences || taken[list]?.contains($0.id) != true }
    var matching = Matching(
      wanted.map { attributes in
        candidates.indices.filter { index in
          !attributes.isEmpty && attributes.allSatisfy { $0.isLike(candidates[index].element[$0.name]) }
        }
      }, candidates: candidates.count)
    for (index, creation) in creations.enumerated() {
      let asked = JSONValue.object(creation.attributes)
      let place = AttributePlace(nil, list: list)
      if list.contains("/") || wanted[index].isEmpty {
        let doubt = list.contains("/") ? RecordVerification.belowAnElement : "nothing of it can be read"
        findings.unreadable.append(VerifiedRow.Difference(place, asked: asked, actual: nil, doubt: doubt))
        continue
      }
      findings.hasCompared = true
      if let found = matching.partner(of: index) {
        taken[list, default: []].insert(candidates[found].id)
      } else if let near = nearest(to: wanted[index], candidates, matching.free) {
        matching.take(near)
        taken[list, default: []].insert(candidates[near].id)
        for attribute in wanted[index] where !attribute.isLike(candidates[near].element[attribute.name]) {
          findings.differences.append(
            VerifiedRow.Difference(
              AttributePlace(attribute.name, list: list, element: .integer(candidates[near].id)),
              asked: attribute.value,
              actual: candidates[near].element[attribute.name]))
        }
      } else {
        findings.isMissing = true
        findings.differences.append(VerifiedRow.Difference(place, asked: asked, actual: nil))
      }
    }
  }

  /// The element that somebody has probably changed since: one with the same text, the most alike.
  private func nearest(
    to wanted: [ElementCreation.Comparable], _ candidates: [(id: Int64, element: JSONObject)],
    _ free: [Int]
  ) -> Int? {
    func alike(_ index: Int) -> [ElementCreation.Comparable] {
      wanted.filter { $0.isLike(candidates[index].element[$0.name]) }
    }
    return free.filter { index in alike(index).contains { $0.value.string != nil } }
      .max { alike($0).count < alike($1).count }
  }
}

/// As many pairs as there can be between what is wanted and what is there, by augmenting paths.
private struct Matching {
  private var partners: [Int?]
  private var isTaken: [Bool]

  /// - Parameter edges: for each that is wanted, which candidates would do.
  init(_ edges: [[Int]], candidates: Int) {
    var owner = [Int?](repeating: nil, count: candidates)
    func place(_ index: Int, _ seen: inout Set<Int>) -> Bool {
      for candidate in edges[index] where seen.insert(candidate).inserted {
        if let other = owner[candidate], !place(other, &seen) { continue }
        owner[candidate] = index
        return true
      }
      return false
    }
    for index in edges.indices {
      var seen: Set<Int> = []
      _ = place(index, &seen)
    }
    partners = edges.map { _ in nil }
    for (candidate, index) in owner.enumerated() { if let index { partners[index] = candidate } }
    isTaken = owner.map { $0 != nil }
  }

  func partner(of index: Int) -> Int? { partners[index] }
  /// The candidates that nobody has.
  var free: [Int] { isTaken.indices.filter { !isTaken[$0] } }
  mutating func take(_ candidate: Int) { isTaken[candidate] = true }
}
