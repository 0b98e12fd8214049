import Sites
import Staging

@testable import Execution

/// A request on its way: the site works on it whether or not the process lives.
struct Request {
  let deliveries: [Delivery]
  let fate: Fate
  let sentAt: Int
  /// The site's result for each delivery, once there is one.
  var results: [Outcome] = []
}

// MARK: - Lanes

extension Simulation {
  /// Rings a lane's bell: a bell that no lane waits for is heard later.
  func ring(_ lane: Int, of life: Life) {
    guard life.lanes[lane].isAsleep else {
      life.lanes[lane].bell += 1
      return
    }
    wakeSoon(lane, of: life)
  }

  private func wakeSoon(_ lane: Int, of life: Life) {
    life.lanes[lane].isAsleep = false
    life.lanes[lane].turn += 1
    agenda.add(.lane(lane, turn: life.lanes[lane].turn), after: jitter)
  }

  /// A lane's turn, unless another reason has woken it meanwhile.
  func wake(_ lane: Int, turn: Int) {
    guard let life, life.lanes[lane].turn == turn, !life.lanes[lane].hasLeft else { return }
    life.lanes[lane].isAsleep = false
    life.lanes[lane].turn += 1
    var step = RunState.Step.exit
    let wasOpen = life.state.throttle.breaker.isOpen
    act { state, now in
      step = state.next(lane: lane, now: now)
      return Checkpoint()
    }
    switch step {
    case .send(let deliveries):
      if wasOpen { referee.questions(life, lane: lane) }
      send(deliveries, lane, life)
    case .sendEach(let deliveries):
      if wasOpen { referee.fault("lane \(lane) takes several rows to ask whether the site answers") }
      life.lanes[lane].hand = Life.Hand(deliveries: deliveries, began: agenda.now)
      send([deliveries[0]], lane, life)
    case .exit:
      note("lane \(lane) leaves")
      life.lanes[lane].hasLeft = true
    case .wait(let until):
      guard life.lanes[lane].bell == 0 else {
        life.lanes[lane].bell -= 1
        return wakeSoon(lane, of: life)
      }
      life.lanes[lane].isAsleep = true
      guard let until else { return }
      let pause = until.inMicroseconds - (agenda.now - life.began)
      // A timer may be late and is never early.
      agenda.add(.lane(lane, turn: life.lanes[lane].turn), after: max(pause, 0) + 1 + jitter)
    }
  }

  private func send(_ deliveries: [Delivery], _ lane: Int, _ life: Life) {
    let fate = drawFate(deliveries, life)
    note("lane \(lane) sends \(deliveries.map(\.row.number)): \(fate.words)")
    referee.leaves(at: agenda.now, lane: lane)
    referee.sends(deliveries, at: agenda.now, lane: lane, life, store)
    life.lanes[lane].request = requests.count
    if let carriedOut = fate.carriedOutAfter {
      agenda.add(.carryOut(request: requests.count), after: carriedOut)
    }
    agenda.add(.answer(lane: lane), after: fate.answeredAfter)
    requests.append(Request(deliveries: deliveries, fate: fate, sentAt: agenda.now))
  }

  /// The answer to a lane's request is there, or the lane has stopped waiting.
  func answered(_ lane: Int) {
    guard let life, let number = life.lanes[lane].request else { return }
    let request = requests[number]
    life.lanes[lane].request = nil
    var results: [(row: Int, exchange: Exchange)] = []
    for (place, delivery) in request.deliveries.enumerated() {
      let outcome = request.fate.outcome ?? request.results[place]
      let exchange = Exchange(
        outcome: outcome, status: outcome.status, duration: Duration(micro: agenda.now - request.sentAt),
        nextRequestAfter: request.fate.nextRequestAfter.map { Duration(micro: $0) })
      results.append((delivery.row.number, exchange))
    }
    note("lane \(lane) hears \(results.map { "\($0.row): \($0.exchange.outcome.words)" })")
    referee.hears(results.map(\.exchange), at: agenda.now, lane: lane, life)
    if life.lanes[lane].hand != nil {
      guard !goesOn(lane, life, results[0].exchange, sentAt: request.sentAt) else { return }
    } else {
      act { state, now in Checkpoint(state.finished(results, lane: lane, now: now)) }
    }
    life.lanes[lane].turn += 1
    agenda.add(.lane(lane, turn: life.lanes[lane].turn), after: jitter)
  }
}

// MARK: - Several rows in hand

extension Simulation {
  /// Takes the answer to the row in hand, and sends the next or reports, as `RunExecutor.sendEach` does.
  ///
  /// - Returns: whether another row is on its way.
  private func goesOn(_ lane: Int, _ life: Life, _ exchange: Exchange, sentAt: Int) -> Bool {
    guard var hand = life.lanes[lane].hand else { return false }
    hand.sent.append(
      RunState.SingleRequest(
        row: hand.deliveries[hand.sent.count].row.number, exchange: exchange,
        sentAt: Duration(micro: sentAt - life.began)))
    let rest = hand.deliveries[hand.sent.count...]
    let age = Duration(micro: agenda.now - hand.began)
    if exchange.isPlain, life.mayContinue, age < life.handful.longest, let next = rest.first {
      life.lanes[lane].hand = hand
      send([next], lane, life)
      return true
    }
    life.lanes[lane].hand = nil
    note("lane \(lane) gives back \(rest.map(\.row.number))")
    act { state, now in Checkpoint(state.finishedEach(hand.sent, unsent: rest, lane: lane, now: now)) }
    return false
  }
}

extension Outcome {
  fileprivate var status: Int? {
    switch self {
    case .applied, .unchanged: 200
    default: refusal?.status
    }
  }
}
