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
  private var poll = TransferPoll()

  /// Returns the number of groups for a number of lanes: no more than there are processors for their threads.
  static func count(of lanes: Int) -> Int { min(lanes, Processors.count) }

  init(_ index: Int, of executor: RunExecutor) {
    self.executor = executor
    bell = executor.bells[index]
    groups = executor.bells.count
    lanes = stride(from: index, to: executor.laneCount, by: groups).map { Lane($0, of: executor) }
  }

  /// Runs the lanes until there are no more steps for any of them.
  mutating func run() {
    while true {
      report()
      var transfers: [Transfer] = []
      var senders: [Lane] = []
      var wakes: Duration?
      var isAtWork = false
      for lane in lanes {
        switch lane.phase {
        case .sending(let transfer):
          transfers.append(transfer)
          senders.append(lane)
        case .waiting(let until):
          isAtWork = true
          if let until { wakes = min(wakes ?? until, until) }
        case .asking, .away: isAtWork = true
        case .left: break
        }
      }
      guard isAtWork || !senders.isEmpty else { return }
      let isRung = wait(for: transfers, until: wakes)
      for (lane, transfer) in zip(senders, transfers) where transfer.isDone {
        conclude(lane, now: executor.now)
        if lane.hasWaitedLong { report() }
      }
      wake(bell.take(isHeard: isRung), at: executor.now)
    }
  }

  private mutating func wait(for transfers: [Transfer], until time: Duration?) -> Bool {
    let isDone = transfers.contains { $0.isDone }
    let mayWait = !isDone && bell.sleeps()
    return poll.wait(for: transfers, bell: bell.listener, until: mayWait ? time.map(executor.instant) : .now)
  }

  /// Makes lanes ask that were woken, or whose time has come, and takes back those that were away.
  private func wake(_ noted: (woken: [Int], returned: [Int]), at now: Duration) {
    for number in noted.woken {
      if case .waiting = lanes[number / groups].phase { lanes[number / groups].phase = .asking }
    }
    for lane in lanes {
      if case .waiting(let until?) = lane.phase, until <= now { lane.phase = .asking }
    }
    for number in noted.returned { takeBack(lanes[number / groups], now: now) }
  }

  // MARK: Steps

  /// Reports what lanes have sent, and takes up their next steps.
  private func report() {
    let asking = lanes.filter { if case .asking = $0.phase { true } else { false } }
    guard !asking.isEmpty else { return }
    let requests = asking.flatMap(\.requests)
    if !requests.isEmpty { executor.count(requests) }
    let reason = executor.reasonToStop()
    let (steps, now) = executor.act { state, now in
      var effects = RunState.Effects()
      for lane in asking where lane.hasSent { effects += lane.report(to: &state, now: now) }
      if let reason, !state.isFinished { state.stop(reason) }
      return ((asking.map { state.next(lane: $0.number, now: now) }, now), Checkpoint(effects))
    }
    for (lane, step) in zip(asking, steps) { take(step, lane, now) }
  }

  private func take(_ step: RunState.Step, _ lane: Lane, _ now: Duration) {
    switch step {
    case .send(let deliveries) where deliveries.count > 1:
      lane.take(deliveries, isBatch: true, now: now)
      lane.goAway(bell) { [executor] in $0.sendBatch(executor.decision, now: now) }
    case .send(let deliveries), .sendEach(let deliveries):
      lane.take(deliveries, isBatch: false, now: now)
      send(lane, now: now)
    case .wait(let until): lane.phase = .waiting(until: until)
    case .exit: lane.phase = .left
    }
  }

  /// Begins with a lane's next delivery.
  private func send(_ lane: Lane, now: Duration) {
    let write = lane.next(now: now)
    if let transfer = lane.connection.begin(write) {
      lane.phase = .sending(transfer)
    } else {
      sendAway(write, lane)
    }
  }

  /// Sends what takes several requests, or has to wait.
  private func sendAway(_ write: Write, _ lane: Lane) {
    lane.goAway(bell) { [executor] in
      $0.ended($0.confirmed($0.connection.send(write), executor.decision))
    }
  }

  /// Takes in that a lane's transfer is done, and goes on with the rows in its hand.
  private func conclude(_ lane: Lane, now: Duration) {
    guard lane.connection.endsPlainly else {
      return lane.goAway(bell) { [executor] in
        $0.ended($0.confirmed($0.connection.end(), executor.decision))
      }
    }
    let exchange = lane.confirmed(lane.connection.end(), executor.decision)
    if mayFollow(exchange, lane, now) {
      if let write = lane.follow(exchange, now: now) { sendAway(write, lane) }
    } else {
      lane.ended(exchange)
      lane.phase = .asking
    }
  }

  /// Takes back a lane that was away.
  private func takeBack(_ lane: Lane, now: Duration) {
    guard !lane.isBatch, let last = lane.sent.last, mayFollow(last.exchange, lane, now) else {
      lane.phase = .asking
      return
    }
    send(lane, now: now)
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
