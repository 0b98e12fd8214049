/// How the last exchanges ended, and for which rows: whether a row's trouble is its own or everybody's.
struct TroubleHistory: Sendable {
  private static let length = 100
  /// So many troubles of others in that many exchanges are no chance.
  private static let shared = 3

  private var exchanges: [(row: Int, isTrouble: Bool)] = []
  private var oldest = 0

  mutating func put(_ row: Int, isTrouble: Bool) {
    if exchanges.count < Self.length { return exchanges.append((row, isTrouble)) }
    exchanges[oldest] = (row, isTrouble)
    oldest = (oldest + 1) % Self.length
  }

  /// Whether other rows have had trouble as well.
  func areShared(besides row: Int) -> Bool {
    exchanges.count { $0.isTrouble && $0.row != row } >= Self.shared
  }
}
