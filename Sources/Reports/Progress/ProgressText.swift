import JSON
import Staging

/// The words and the bar of a progress display; pure, for tests.
struct ProgressText {
  var snapshot: ProgressSnapshot
  /// Rows per second, once known.
  var rate: Double?
  var isColored = false

  /// The line for a log, without a bar.
  var plain: String {
    if case .preparing = snapshot.phase { return "preparing: \(note ?? "asking the site")" }
    let parts =
      snapshot.isStaging
      ? [stagingText, rateText]
      : ["\(share) of \(Quantity.rows(snapshot.total))", "\(percent) %", rateText, timeLeftText, note]
    let counts = snapshot.isStaging ? [] : self.counts
    return (parts + [counts.isEmpty ? nil : counts.map(\.text).joined(separator: ", ")])
      .compactMap { $0 }.joined(separator: ", ")
  }

  /// The line for a status request, with what is under way at this moment.
  var status: String {
    guard case .executing = snapshot.phase else {
      return snapshot.isStaging ? "\(plain); nothing has been sent" : plain
    }
    return "\(plain); \(Quantity.count(snapshot.inFlight)) in flight"
  }

  /// Returns a line that fits the columns of a terminal.
  ///
  /// It leaves the last column free, because some terminals wrap when it is written to.
  func line(width: Int) -> String {
    let room = max(0, width - 1)
    if case .preparing = snapshot.phase { return String(plain.prefix(room)) }
    for (parts, isWithCounts) in candidates {
      let states = isWithCounts ? counts : []
      let words = parts.joined(separator: "  ")
      let stateText = states.map(\.text).joined(separator: ", ")
      let length = words.count + (states.isEmpty ? 0 : stateText.count + 2)
      guard length <= room else { continue }
      let rest = room - length - (2 + 2)
      let shownStates = states.map { isColored ? $0.colored : $0.text }.joined(separator: ", ")
      let text = [words, shownStates].filter { !$0.isEmpty }.joined(separator: "  ")
      // A bar of less than ten characters says less than the percentage beside it.
      return rest >= 10 && !snapshot.isStaging ? "[\(bar(min(rest, 30)))]  \(text)" : text
    }
    return String((snapshot.isStaging ? stagingText : "\(percent) %").prefix(room))
  }

  /// The possible lines, from the fullest to the shortest; the first one that fits is used.
  private var candidates: [(parts: [String], isWithCounts: Bool)] {
    func known(_ parts: String?...) -> [String] { parts.compactMap { $0 } }
    guard !snapshot.isStaging else {
      return [(known(stagingText, rateText), false), ([stagingText], false)]
    }
    let percent = "\(percent) %"
    let share = "\(share)/\(Quantity.rows(snapshot.total))"
    return [
      (known(percent, share, rateText, timeLeftText, note), true),
      (known(percent, share, timeLeftText, note), true),
      (known(percent, timeLeftText, note), true),
      (known(percent, timeLeftText), true),
      (known(percent, share, timeLeftText), false),
      (known(percent, timeLeftText), false),
      ([percent], false),
    ]
  }

  // MARK: Parts

  private var stagingText: String { "staging: \(Quantity.rows(snapshot.done))" }

  private var share: String { Quantity.count(snapshot.done) }

  /// The percentage; never 100 before the last row is done.
  private var percent: Int {
    guard snapshot.total > 0 else { return 0 }
    return min(100, snapshot.done * 100 / snapshot.total)
  }

  private var rateText: String? { rate.map(Quantity.rate) }

  private var timeLeftText: String? {
    let left = snapshot.total - snapshot.done
    guard let rate, rate > 0, left > 0 else { return nil }
    return "\(Quantity.duration(.seconds(Double(left) / rate))) left"
  }

  /// The note without anything that could move the cursor.
  private var note: String? { snapshot.note?.printable() }

  /// The states that have rows, the good ones first.
  ///
  /// Staged rows are the rest, which the percentage shows.
  private var counts: [(text: String, colored: String)] {
    let order: [(RowState, color: String?)] = [
      (.applied, nil), (.unchanged, nil), (.failed, "31"), (.conflict, "31"), (.unknown, "33"),
      (.rejected, "33"), (.blocked, "33"), (.skipped, nil),
    ]
    return order.filter { snapshot.counts[$0.0] > 0 }.map { state, color in
      let text = "\(Quantity.count(snapshot.counts[state])) \(state.rawValue)"
      return (text, color.map { "\u{1B}[\($0)m\(text)\u{1B}[0m" } ?? text)
    }
  }

  private func bar(_ width: Int) -> String {
    let filled = snapshot.total > 0 ? snapshot.done * width / snapshot.total : 0
    guard filled < width else { return String(repeating: "=", count: width) }
    return String(repeating: "=", count: filled) + ">"
      + String(repeating: " ", count: width - filled - 1)
  }
}
