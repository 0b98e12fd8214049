import Catalog
import Synchronization

/// Remembers nearest names: the rows of a sheet mostly have the same unknown members.
///
/// Comparing with every known name takes longer than the rest of a row.
final class RememberedHints: Sendable {
  /// The number of findings of one row or header with a nearest name; more are no typos.
  static let perRow = 100

  private static let limit = 1_000

  private let hints = Mutex<[Key: String?]>([:])

  private struct Key: Hashable {
    var path: String
    var name: String
  }

  /// Returns the hint of `NearestNames.hint` for a name.
  ///
  /// - Parameters:
  ///   - path: the place of the name, which decides the known names.
  ///   - known: called if the hint is not remembered.
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
