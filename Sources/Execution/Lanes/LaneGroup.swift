import Dispatch
import Sites
import Staging
import Synchronization

/// The lanes of one thread, which starts their requests and waits for all their answers at once.
///
/// A thread for each lane would be put to sleep and woken for every request. What cannot be done without waiting, such
/// as a look-up or a new login, a lane does on a queue of its own, so that no lane waits for another.
struct LaneGroup: ~Copyable {
  private let executor: RunExecutor
  private let bell: LaneBell
  /// The lanes, and the number of the groups among which all lanes are dealt out.
  private let lanes: [Lane]
  private let groups: Int
  // The lanes by what they do. One that is away is in none of these.
  private var asking: [Lane]
  private var waiting: [Lane] = []
  private var sending: [Lane] = []
  /// What the lanes that send wait for, in the same order.
  private var transfers: [Transfer] = []
  private var awayCount = 0
  private var poll = TransferPoll()

  /// The most lanes of a group: with more, the answers of a slow site that come together wait for each other.
  private static let mostLanes = 16

  /// Returns the number of groups for a number of lanes: as many as there are processors, or as are needed to hold them.
  static func count(of lanes: Int) -> Int {
    max(min(lanes, Processors.count), (lanes + mostLanes - 1) / mostLanes)
  }

  init(_ index: Int, of executor: RunExecutor) {
    self.executor = executor
    bell = executor.bells[index]
    groups = executor.bells.count
    lanes = stride(from: index, to: executor.laneCount, by: groups).map { Lane($0, of: executor) }
    asking = lanes
  }

  /// Runs the lanes until there are no more steps for any of them.
  mutating func run() {
    while true {
      report()
      if sending.isEmpty, waiting.isEmpty, awayCount == 0 { return }
      let isRung = wait()
      goOn()
      wake(bell.take(isHeard: isRung), at: executor.now)
    }
  }

  /// Waits until there is something to do.
  private mutating func wait() -> Bool {
    let isDone = transfers.contains { $0.isDone }
    guard !isDone, bell.sleeps() else { return poll.wait(for: transfers, bell: bell.listener, until: .now) }
    let time = waiting.compactMap(\.wakes).min()
    return poll.wait(for: transfers, bell: bell.listener, until: time.map(executor.instant))
  }

  /// Takes in what has been answered.
  private mutating func goOn() {
    guard transfers.contains(where: { $0.isDone }) else { return }
    let (senders, ended) = (sending, transfers)
    sending.removeAll(keepingCapacity: true)
    transfers.removeAll(keepingCapacity: true)
    for (lane, transfer) in zip(senders, ended) {
      guard transfer.isDone else {
        add(lane, transfer)
        continue
      }
      conclude(lane, now: executor.now)
      if lane.hasWaitedLong { report() }
    }
  }

  private mutating func add(_ lane: Lane, _ transfer: Transfer) {
    sending.append(lane)
    transfers.append(transfer)
  }

  /// Makes lanes ask that were woken, or whose time has come, and takes back those that were away.
  private mutating func wake(_ noted: (woken: [Int], returned: [Int]), at now: Duration) {
    if !waiting.isEmpty {
      let isOver = { (lane: Lane) in
        noted.woken.contains(lane.number) || lane.wakes.map { $0 <= now } ?? false
      }
      asking += waiting.filter(isOver)
      waiting.removeAll(where: isOver)
    }
    for number in noted.returned { takeBack(lanes[number / groups], now: now) }
  }

  // MARK: Steps

  /// Reports what lanes have sent, and takes up their next steps.
  private mutating func report() {
    guard !asking.isEmpty else { return }
    let asking = self.asking
    self.asking.removeAll(keepingCapacity: true)
    for lane in asking where lane.hasSent { executor.count(lane.requests) }
    let reason = executor.reasonToStop()
    let (steps, now) = executor.act { state, now in
      var effects = RunState.Effects()
      for lane in asking where lane.hasSent { effects += lane.report(to: &state, now: now) }
      if let reason, !state.isFinished { state.stop(reason) }
      return ((asking.map { state.next(lane: $0.number, now: now) }, now), Checkpoint(effects))
    }
    for (lane, step) in zip(asking, steps) { take(step, lane, now) }
  }

  private mutating func take(_ step: RunState.Step, _ lane: Lane, _ now: Duration) {
    switch step {
    case .send(let deliveries) where deliveries.count > 1:
      lane.take(deliveries, isBatch: true, now: now)
      sendAway(lane) { lane, executor in lane.sendBatch(for: executor, now: now) }
    case .send(let deliveries), .sendEach(let deliveries):
      lane.take(deliveries, isBatch: false, now: now)
      send(lane, lane.begin(now: now))
    case .wait(let until):
      lane.wakes = until
      waiting.append(lane)
    case .exit: break
    }
  }

  /// Waits for a lane's delivery that has begun to leave, or lets the lane send it.
  private mutating func send(_ lane: Lane, _ departure: Lane.Departure) {
    switch departure {
    case .begun(let transfer): add(lane, transfer)
    case .takesLonger(let write):
      sendAway(lane) { lane, executor in lane.ended(lane.confirmed(lane.connection.send(write), by: executor))
      }
    }
  }

  /// Lets a lane work on its own queue, which may wait as long as it takes.
  private mutating func sendAway(_ lane: Lane, _ work: @escaping @Sendable (Lane, RunExecutor) -> Void) {
    awayCount += 1
    lane.queue.async { [executor, bell] in
      work(lane, executor)
      bell.bringBack(lane.number)
    }
  }

  /// Takes in that a lane's transfer is done, and goes on with the rows in its hand.
  private mutating func conclude(_ lane: Lane, now: Duration) {
    guard lane.connection.endsPlainly else {
      return sendAway(lane) { lane, executor in
        lane.ended(lane.confirmed(lane.connection.end(), by: executor))
      }
    }
    let exchange = lane.confirmed(lane.connection.end(), by: executor)
    if mayFollow(exchange, lane, now) {
      send(lane, lane.follow(exchange, now: now))
    } else {
      lane.ended(exchange)
      asking.append(lane)
    }
  }

  /// Takes back a lane that was away.
  private mutating func takeBack(_ lane: Lane, now: Duration) {
    awayCount -= 1
    if !lane.isBatch, let last = lane.sent.last, mayFollow(last.exchange, lane, now) {
      send(lane, lane.begin(now: now))
    } else {
      asking.append(lane)
    }
  }

  /// Only a plain yes is followed by the next request without asking; everything else is for all lanes to know.
  private func mayFollow(_ exchange: Exchange, _ lane: Lane, _ now: Duration) -> Bool {
    lane.mayFollow(exchange, longest: executor.handful.longest, now: now)
      && executor.mayContinue.load(ordering: .relaxed) && executor.reasonToStop() == nil
  }
}

extension RunState.Effects {
  fileprivate static func += (left: inout RunState.Effects, right: RunState.Effects) {
    left.outcomes += right.outcomes
    left.attempts += right.attempts
  }
}
