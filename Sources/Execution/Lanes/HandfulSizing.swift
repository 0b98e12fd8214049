import Sites
import Staging

/// The number of rows that a lane takes at once, to send them one after the other.
///
/// A lane asks and reports once for each handful, under the lock that all lanes share. So handfuls are for sites that
/// answer faster than that: what a lane has in hand is unreported, and out of reach of other lanes, for a short time.
struct HandfulSizing: Sendable {
  /// The largest number; 1 means that each row is asked for.
  private let limit: Int
  /// The intended duration of a handful, in seconds.
  private let target: Double
  /// The age at which a lane gives back the rest.
  let longest: Duration
  /// The usual duration of a request, in seconds.
  private var usual: Double
  /// The largest number of rows that take no longer than intended.
  private(set) var size: Int

  /// - Parameter usual: the duration of a request, as long as none is known.
  init(
    limit: Int, target: Duration = .milliseconds(3), longest: Duration = .milliseconds(50),
    usual: Duration = .seconds(1)
  ) {
    self.limit = limit
    self.target = target / .seconds(1)
    self.longest = longest
    self.usual = usual / .seconds(1)
    size = 1
    measure()
  }

  /// Takes in the duration of a request that was served.
  mutating func served(in duration: Duration) {
    guard limit > 1 else { return }
    usual += (duration / .seconds(1) - usual) / 8
    measure()
  }

  private mutating func measure() {
    size = usual > 0 ? max(Int(min(target / usual, Double(limit))), 1) : limit
  }
}

extension RunState {
  /// Indicates that nothing slows the run down, nor is there a sign that something will: a lane with several rows in
  /// hand may send the next one without asking.
  var mayContinue: Bool { stopReason == nil && !isHeld && throttle.isFree }

  /// Returns the number of rows for a lane to take: a part of those that are ready, so that few lanes go without.
  ///
  /// Those that do wait no longer than a handful takes, about three milliseconds.
  func handful(_ now: Duration) -> Int {
    guard handfuls.size > 1, mayContinue, now >= throttle.gate else { return 1 }
    return max(min(handfuls.size, queues.readyCount / min(2 * lanes.count, 8)), 1)
  }

  /// The number of lanes that the rows which are ready keep busy.
  var lanesOfUse: Int {
    guard mayContinue else { return queues.readyCount }
    return (queues.readyCount + handfuls.size - 1) / max(handfuls.size, 1)
  }

  /// Takes back the rows that a lane has not sent, to be the next ones.
  mutating func requeue(_ deliveries: ArraySlice<Delivery>) {
    for delivery in deliveries.reversed() {
      let number = delivery.row.number
      guard let entry = entries[number], entry.phase == .inFlight else {
        preconditionFailure("row \(number) comes back without being in flight")
      }
      entry.phase = .ready
      entry.exchanges -= 1
      if entry.exchanges == 0 { entry.firstSent = nil }
      queues.putReadyFirst(number)
    }
  }
}

extension Exchange {
  /// Indicates that the site has done its part and asks for nothing: the next request may follow at once.
  var isPlain: Bool { outcome == .applied && nextRequestAfter == nil }
}
