import Foundation

/// The rule for keeping a job's finished runs (`keep`); a run stays if either limit keeps it.
package struct KeepRule: Equatable {
  /// The number of newest runs to keep.
  var runs: Int?
  /// The number of days for which ended runs are kept.
  var days: Int?

  /// Returns the runs to remove.
  ///
  /// - Parameter ends: the ends of the runs, oldest first.
  /// - Returns: their indices in `ends`.
  func outdated(_ ends: [Date], now: Date) -> [Int] {
    guard runs != nil || days != nil else { return [] }
    return ends.indices.filter { index in
      if let runs, index >= ends.count - runs { return false }
      if let days, ends[index] > now.addingTimeInterval(-Double(days) * 86_400) { return false }
      return true
    }
  }
}
