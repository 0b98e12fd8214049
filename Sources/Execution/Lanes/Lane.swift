import Dispatch
import Sites
import Staging

/// One lane: a connection with at most one request on its way, and the rows in its hand.
///
/// It belongs to the thread of its group, except while it is away: then its own queue has it, to wait for what takes
/// several requests. The bell passes it back.
final class Lane: @unchecked Sendable {
  let number: Int
  let connection: any SiteConnection
  let turnstile: LaneTurnstile
  /// The time at which it asks again, if it waits for one.
  var wakes: Duration?
  /// The deliveries of the current step, the number of them that have left, and the outcomes that are known.
  private var deliveries: [Delivery] = []
  private var departed = 0
  private(set) var sent: [RunState.SingleRequest] = []
  private(set) var requests: [(requests: [RequestRecord], purpose: RequestPurpose)] = []
  private(set) var isBatch = false
  private var began = Duration.zero
  private var sentAt = Duration.zero
  private(set) lazy var queue = DispatchQueue(label: "bulkpatch.lane.\(number)")

  init(_ number: Int, of executor: RunExecutor) {
    self.number = number
    connection = executor.site.makeConnection()
    turnstile = LaneTurnstile(executor: executor, lane: number)
    connection.keep(to: turnstile)
  }

  /// Indicates that it has something to report.
  var hasSent: Bool { !sent.isEmpty }

  /// Indicates that its site is so slow that it is not to wait for other lanes, which would save some work.
  ///
  /// All answers that have come are reported together otherwise. The next requests then leave so close together that
  /// their answers come faster than they are taken in.
  var hasWaitedLong: Bool { sent.last.map { $0.exchange.duration > .milliseconds(10) } ?? false }

  /// Takes up a step with deliveries.
  func take(_ deliveries: [Delivery], isBatch: Bool, now: Duration) {
    self.deliveries = deliveries
    self.isBatch = isBatch
    departed = 0
    sent.reserveCapacity(deliveries.count)
    requests.reserveCapacity(deliveries.count)
    began = now
  }

  /// How a delivery leaves: at once, or in a way that takes several requests or has to wait.
  enum Departure {
    case begun(Transfer)
    case takesLonger(Write)
  }

  /// Makes the next delivery the one that leaves now, and begins with it.
  func begin(now: Duration) -> Departure {
    departed += 1
    sentAt = now
    turnstile.grant(isAlone: true, at: now)
    let write = Write(deliveries[departed - 1])
    return connection.begin(write).map(Departure.begun) ?? .takesLonger(write)
  }

  /// Takes in the outcome of the delivery that left last.
  func ended(_ exchange: Exchange) {
    note(exchange, of: departed - 1, sentAt)
  }

  /// Returns the outcome of an exchange for the delivery that left last.
  func confirmed(_ exchange: Exchange, by executor: RunExecutor) -> Exchange {
    // Most answers are empty, and so are spared a copy of each.
    exchange.image == nil ? exchange : executor.decision.confirmed(exchange, of: deliveries[departed - 1])
  }

  /// Begins with the next delivery, and then takes in the outcome of the last: the site works meanwhile.
  func follow(_ exchange: Exchange, now: Duration) -> Departure {
    let (last, lastSentAt) = (departed - 1, sentAt)
    let departure = begin(now: now)
    note(exchange, of: last, lastSentAt)
    return departure
  }

  private func note(_ exchange: Exchange, of index: Int, _ sentAt: Duration) {
    sent.append(RunState.SingleRequest(row: deliveries[index].row.number, exchange: exchange, sentAt: sentAt))
    requests.append((connection.takeRequests(), .write([SentRow(deliveries[index])])))
  }

  /// Sends all deliveries in one request, and waits for their outcomes.
  func sendBatch(for executor: RunExecutor, now: Duration) {
    turnstile.grant(isAlone: false, at: now)
    let exchanges = connection.send(batch: deliveries.map(Write.init))
    requests.append((connection.takeRequests(), .write(deliveries.map(SentRow.init))))
    for (delivery, exchange) in zip(deliveries, exchanges) {
      sent.append(
        RunState.SingleRequest(
          row: delivery.row.number, exchange: executor.decision.confirmed(exchange, of: delivery), sentAt: now
        ))
    }
  }

  /// Indicates that a delivery is left which may follow the last one without asking, at this time.
  func mayFollow(_ exchange: Exchange, longest: Duration, now: Duration) -> Bool {
    departed < deliveries.count && exchange.isPlain && now - began < longest
  }

  /// Tells the state what was sent, and forgets it.
  func report(to state: inout RunState, now: Duration) -> RunState.Effects {
    defer {
      deliveries.removeAll(keepingCapacity: true)
      sent.removeAll(keepingCapacity: true)
      requests.removeAll(keepingCapacity: true)
    }
    if isBatch || deliveries.count == 1 {
      return state.finished(sent.map { ($0.row, $0.exchange) }, lane: number, now: now)
    }
    return state.finishedEach(sent, unsent: deliveries[sent.count...], lane: number, now: now)
  }
}
