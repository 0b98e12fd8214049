import JSON
import Staging

/// The changes of one attribute on a page: from → to, or a few examples if nearly every change differs.
struct PageMatrix {
  private static let rows = 8
  private static let columns = 6

  let attribute: PageTally.Attribute
  let tally: PageTally

  /// The values for the template.
  var context: [String: Any] {
    var context: [String: Any] = [
      "attribute": attribute.name.printable(), "count": Quantity.count(attribute.changes),
      "plural": attribute.changes == 1 ? "change" : "changes",
    ]
    if isVaried {
      let known = attribute.pairs.count
      context["examples"] =
        [
          "count": (attribute.others > 0 ? "more than " : "") + Quantity.count(known),
          "pairs": attribute.first.map {
            ["from": name($0.from), "to": name($0.to), "hasFrom": !$0.from.isEmpty]
          },
        ] as [String: Any]
    } else {
      context["matrix"] = matrix
    }
    return context
  }

  /// Indicates that hardly two changes are equal.
  private var isVaried: Bool {
    attribute.others > 0 || attribute.pairs.count > 8 && attribute.pairs.count * 2 > attribute.changes
  }

  private func name(_ text: String) -> String {
    tally.named(text, of: attribute.name.replacing(" (added)", with: ""))
  }

  private var matrix: [String: Any] {
    // A created element had no value before: then the rows are its values.
    let isAddition = attribute.pairs.allSatisfy { $0.key.from.isEmpty }
    let pairs = attribute.pairs.map { pair, count in
      isAddition ? (from: pair.to, to: "added", count) : (from: name(pair.from), to: name(pair.to), count)
    }
    let from = Axis(pairs.map { ($0.from, $0.2) }, limit: PageMatrix.rows)
    let to = Axis(pairs.map { ($0.to, $0.2) }, limit: PageMatrix.columns)
    var cells = [[Int]](repeating: [Int](repeating: 0, count: to.size), count: from.size)
    for (one, another, count) in pairs { cells[from.place(of: one)][to.place(of: another)] += count }
    let most = cells.joined().max() ?? 1
    let rows = cells.enumerated().map { index, counts in
      [
        "from": from.label(index), "sum": Quantity.count(counts.reduce(0, +)),
        "cells": counts.map { count in
          ["count": count == 0 ? "·" : Quantity.count(count), "shade": shade(count, of: most)]
        },
      ] as [String: Any]
    }
    return [
      "columns": (0..<to.size).map { ["to": to.label($0)] }, "rows": rows,
      "hasSum": to.size > 1, "corner": isAddition ? "what" : "from ↓ to →",
    ]
  }

  private func shade(_ count: Int, of most: Int) -> String {
    count == 0 ? "none" : "shade\(min(4, 1 + count * 4 / max(1, most + 1)))"
  }

  /// The values of one side, the most frequent first, with one entry for all others.
  private struct Axis {
    private let values: [String]
    private let places: [String: Int]
    private let others: Int

    init(_ counts: [(String, Int)], limit: Int) {
      var sums: [String: Int] = [:]
      for (value, count) in counts { sums[value, default: 0] += count }
      let sorted = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      // One entry for one other value would say less than the value.
      let shown = sorted.count == limit + 1 ? sorted[...] : sorted.prefix(limit)
      values = Array(shown)
      places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
      others = sorted.count - shown.count
    }

    var size: Int { values.count + (others > 0 ? 1 : 0) }

    func place(of value: String) -> Int { places[value] ?? values.count }

    func label(_ index: Int) -> String {
      index < values.count ? values[index] : "\(Quantity.count(others)) others"
    }
  }
}
