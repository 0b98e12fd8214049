import Foundation

/// The rule for keeping a job's finished runs (`keep`); a run stays if either limit keeps it.
package struct KeepRule: Equatable {
  /// The days for which ended runs are kept if nothing is asked for.
  static let usualDays = 90

  /// The number of newest runs to keep.
  var runs: Int?
  /// The number of days for which ended runs are kept; `never` removes none.
  var days: Limit?

  /// Indicates that nothing is asked for.
  ///
  /// Then a run with conflicts stays as well, since the user has not said that it may go.
  var isUsual: Bool { runs == nil && days == nil }

  /// The days that count; `nil` for no limit.
  private var dayLimit: Int? {
    if case .at(let days)? = days { return days }
    return isUsual ? KeepRule.usualDays : nil
  }

  /// Indicates that a run that began this long ago or later is never removed.
  func keepsAll(since began: Date, now: Date) -> Bool {
    if days == .never { return true }
    guard runs == nil, let dayLimit else { return false }
    return began > now.addingTimeInterval(-Double(dayLimit) * 86_400)
  }

  /// Returns the runs to remove.
  ///
  /// - Parameter ends: the ends of the runs, oldest first.
  /// - Returns: their indices in `ends`.
  func outdated(_ ends: [Date], now: Date) -> [Int] {
    guard days != .never else { return [] }
    return ends.indices.filter { index in
      if let runs, index >= ends.count - runs { return false }
      if let dayLimit, ends[index] > now.addingTimeInterval(-Double(dayLimit) * 86_400) { return false }
      return true
    }
  }
}
