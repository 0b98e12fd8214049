import Foundation

/// How many of a job's finished runs are kept (`keep`); what any of them says is kept.
package struct KeepRule: Equatable {
  /// The newest so many.
  var runs: Int?
  /// Those that ended in the last so many days.
  var days: Int?

  /// Which runs are to go.
  ///
  /// - Parameter ends: when each run ended, the oldest first.
  /// - Returns: their places in `ends`.
  func outdated(_ ends: [Date], now: Date) -> [Int] {
    guard runs != nil || days != nil else { return [] }
    return ends.indices.filter { index in
      if let runs, index >= ends.count - runs { return false }
      if let days, ends[index] > now.addingTimeInterval(-Double(days) * 86_400) { return false }
      return true
    }
  }
}
