import Catalog
import Synchronization

/// Nearest names that were looked for before: the rows of a sheet mostly have the same unknown members, and to look
/// at every known name takes longer than all else that is done with a row.
final class RememberedHints: Sendable {
  /// How many findings of one row, or of the header, may come with a nearest name: what has more is no slip of the pen.
  static let perRow = 100

  private static let limit = 1_000

  private let hints = Mutex<[Key: String?]>([:])

  private struct Key: Hashable {
    var path: String
    var name: String
  }

  /// What `NearestNames.hint` says to a name.
  ///
  /// - Parameters:
  ///   - path: where the name stands; it decides about the known names.
  ///   - known: called when this was not asked before.
  func hint(for name: String, at path: String, among known: () -> [String]) -> String? {
    let key = Key(path: path, name: name)
    if let hint = hints.withLock({ $0[key] }) { return hint }
    let hint = NearestNames.hint(for: name, among: known())
    hints.withLock { hints in
      if hints.count < Self.limit { hints[key] = .some(hint) }
    }
    return hint
  }
}
