/// The ends of the last exchanges with their rows, to tell a row's own trouble from everybody's.
struct TroubleHistory: Sendable {
  private static let length = 100
  /// The troubles of other rows among the last exchanges that are no coincidence.
  private static let shared = 3

  private var exchanges: [(row: Int, isTrouble: Bool)] = []
  private var oldest = 0

  mutating func put(_ row: Int, isTrouble: Bool) {
    if exchanges.count < Self.length { return exchanges.append((row, isTrouble)) }
    exchanges[oldest] = (row, isTrouble)
    oldest = (oldest + 1) % Self.length
  }

  /// Returns whether other rows have had trouble as well.
  func areShared(besides row: Int) -> Bool {
    exchanges.count { $0.isTrouble && $0.row != row } >= Self.shared
  }
}
