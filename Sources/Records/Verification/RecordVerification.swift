package import Catalog
import JSON

/// Compares the rows of one record with the current record; pure.
///
/// The last row must come first. The values it sets hide those of earlier rows, and its snapshot shows which elements
/// were created before it.
package struct RecordVerification {
  /// A row that is done or in doubt.
  package struct Done {
    var number: Int
    var changes: PatchChanges
    /// The record right before it; `nil` if it was not looked at.
    var snapshot: Snapshot?
    var isInDoubt: Bool

    package init(number: Int, changes: PatchChanges, snapshot: Snapshot?, isInDoubt: Bool) {
      self.number = number
      self.changes = changes
      self.snapshot = snapshot
      self.isInDoubt = isInDoubt
    }
  }

  package let recordID: RecordID
  private let resource: ResourceType

  /// The values set by later rows.
  private var later: [AttributePlace: LaterRow] = [:]
  /// The highest id of each list at a later row's look: elements above it are not an earlier row's.
  private var ends: [String: Int64] = [:]
  /// The elements that a later row has created.
  private var taken: [String: Set<Int64>] = [:]

  private enum LaterRow {
    case done
    case inDoubt(Int)
  }

  package init(of recordID: RecordID, resource: ResourceType) {
    self.recordID = recordID
    self.resource = resource
  }

  /// Returns the verdict on a row; `nil` for one in doubt, for which there is no expectation.
  ///
  /// - Parameters:
  ///   - image: the current record; `nil` if it does not exist.
  ///   - refusal: the reason the site does not show the record, in words, if it does not.
  package mutating func judge(
    _ row: Done, _ image: RecordImage?, refusal: String? = nil
  ) -> VerifiedRow? {
    defer { pass(row) }
    guard !row.isInDoubt else { return nil }
    var findings = Findings()
    let whole = AttributePlace(resource.key)
    if let refusal {
      findings.unreadable = [
        VerifiedRow.Difference(whole, asked: recordID.json, actual: nil, doubt: refusal)
      ]
      return findings.verified(row.number)
    }
    guard let image else {
      findings.isMissing = true
      findings.differences = [VerifiedRow.Difference(whole, asked: recordID.json, actual: nil)]
      return findings.verified(row.number)
    }
    for held in row.changes.held(against: image) { compare(held, &findings) }
    for list in Set(row.changes.creations.map(\.list)).sorted() {
      compare(
        row.changes.creations.filter { $0.list == list }, in: list, row.snapshot, image, &findings)
    }
    return findings.verified(row.number)
  }

  /// Remembers the values by which the row hides earlier ones.
  private mutating func pass(_ row: Done) {
    for placed in row.changes.placed {
      if !row.isInDoubt {
        later[placed.place] = .done
      } else if later[placed.place] == nil {
        later[placed.place] = .inDoubt(row.number)
      }
    }
    for (list, _) in row.snapshot?.lists ?? JSONObject() {
      ends[list] = row.snapshot?.highWaterMark(of: list)
    }
  }
}

/// The findings about one row.
private struct Findings {
  var differences: [VerifiedRow.Difference] = []
  var isMissing = false
  /// Indicates that anything could be compared.
  var hasCompared = false
  /// The values that cannot be read: they only matter if nothing else does.
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

// MARK: - Changed attributes and elements

extension RecordVerification {
  private func compare(_ held: HeldChange, _ findings: inout Findings) {
    switch held.sight {
    case .unreadable(let reason):
      findings.unreadable.append(
        VerifiedRow.Difference(held.place, asked: held.change.value, actual: nil, doubt: reason.words))
    case .noElement:
      guard let element = held.element else { return }
      findings.isMissing = true
      let missing = VerifiedRow.Difference(
        AttributePlace(element.selector, list: element.list, element: element.key), asked: element.key,
        actual: nil)
      // Once for all its changes.
      if findings.differences.last != missing { findings.differences.append(missing) }
    case .value(let actual):
      findings.hasCompared = true
      findings.differences += difference(held, actual).map { [$0] } ?? []
    }
  }

  private func difference(_ held: HeldChange, _ actual: JSONValue?) -> VerifiedRow.Difference? {
    // The value set by a later row hides this one.
    if case .done? = later[held.place] { return nil }
    let change = held.change
    var doubt: String?
    switch Agreement(wanted: change.value, actual: actual, kind: change.kind) {
    case .same: return nil
    case .different: if change.value.isLikeText(actual) { return nil }
    case .undecided: doubt = "the site shows only the id of a value requested by name"
    }
    if case .inDoubt(let row)? = later[held.place] {
      doubt = "row \(row) may have changed it: its outcome is unknown"
    }
    return VerifiedRow.Difference(held.place, asked: change.value, actual: actual, doubt: doubt)
  }
}

extension Unreadable {
  fileprivate var words: String {
    switch self {
    case .command: "a command leaves nothing to read"
    case .bytes: "the bytes of a file are not read"
    case .belowAnElement: "lists below an element are not read"
    }
  }
}

// MARK: - Created elements

extension RecordVerification {
  /// Finds an element for each one that the row created.
  ///
  /// It searches between the elements before the row and those at the next row's look, so that the same text from two
  /// rows must exist twice.
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
        let doubt = list.contains("/") ? Unreadable.belowAnElement.words : "nothing in it can be read"
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

  /// Returns the element that another client has probably changed: the most similar one with the same text.
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
