import Records
import Sites
import Staging

@testable import Execution

// MARK: - Looking at records

extension Simulation {
  func look(at orders: [RunState.LookOrder], in life: Life) {
    referee.looks(at: orders)
    if !life.looker.next.isEmpty { referee.fault("a group of looks is lost") }
    life.looker.next = orders
    if !life.looker.isBusy { agenda.add(.look, after: jitter) }
  }

  func takeGroup() {
    guard let life, !life.looker.isBusy, !life.looker.next.isEmpty else { return }
    (life.looker.group, life.looker.next) = (life.looker.next, [])
    life.looker.tries = 0
    if asksSite(life.looker.group) { askForLeave() } else { agenda.add(.read, after: jitter) }
  }

  func asksSite(_ orders: [RunState.LookOrder]) -> Bool {
    scenario.takesSnapshots || orders.contains { $0.row.isInDoubt && $0.row.snapshot != nil }
  }

  /// The read leaves when the throttle lets it, as with `LaneTurnstile`.
  func askForLeave() {
    guard let life else { return }
    switch life.state.admit(lane: nil, now: now) {
    case .admitted:
      referee.leaves(at: agenda.now, lane: nil)
      life.looker.tries += 1
      agenda.add(.read, after: drawLatency())
    case .wait(let until):
      let pause = until.inMicroseconds - now.inMicroseconds
      agenda.add(.ask, after: min(max(pause, 0) + 1, 100_000) + jitter)
    case .refused:
      let refusal = Refusal(status: nil, code: "not-sent", message: "the run stopped before this was sent")
      life.looker.reading = RecordReading(exchange: Exchange(outcome: .retryLater(after: nil, refusal)))
      agenda.add(.lookAnswer, after: jitter)
    }
  }

  /// The site reads the records, at one moment.
  func read() {
    guard let life else { return }
    let reader = SimulatedReader(site, trouble: drawLookTrouble())
    life.looker.reading = decision.read(
      life.looker.group.map { RowChanges($0.row, in: decision.resource) }, through: reader)
    note(
      "records of \(life.looker.group.map(\.row.number)) are read: \(life.looker.reading.exchange.outcome.words)"
    )
    referee.reads(site.records, at: agenda.now)
    agenda.add(.lookAnswer, after: reader.wasAsked ? drawLatency() : jitter)
  }

  /// A read that is one of several is asked for again at once, when the site had no time.
  private func isAskedForAgain(_ life: Life) -> Bool {
    guard case .retryLater(let after, let refusal) = life.looker.reading.exchange.outcome,
      refusal.status != nil,
      life.looker.tries < 5, dice.happens(50)
    else { return false }
    referee.hears([life.looker.reading.exchange], at: agenda.now, lane: nil, life)
    var isWorthwhile = false
    act { state, now in
      isWorthwhile = state.readRefused(after: after, lane: nil, now: now)
      return Checkpoint()
    }
    return isWorthwhile
  }

  func looked() {
    guard let life else { return }
    if isAskedForAgain(life) { return askForLeave() }
    let (orders, reading) = (life.looker.group, life.looker.reading)
    let exchange = reading.exchange
    let numbers = orders.map(\.row.number)
    life.looker.group = []
    life.looker.reading = RecordReading()
    defer { if !life.looker.next.isEmpty { agenda.add(.look, after: jitter) } }
    referee.hears([exchange], at: agenda.now, lane: nil, life)
    guard case .applied = exchange.outcome else {
      return act { state, now in
        state.lookFailed(numbers, exchange.outcome, now: now)
        return Checkpoint()
      }
    }
    var looks: [Int: RunState.Look] = [:]
    var snapshots: [Snapshot] = []
    for order in orders {
      let (look, snapshot, _) = decision.decide(
        order, RowChanges(order.row, in: decision.resource).changes,
        image: reading.images[order.row.recordID], refusal: reading.refusals[order.row.number])
      looks[order.row.number] = look
      note("row \(order.row.number)\(order.row.isInDoubt ? " in doubt" : ""): \(look.words)")
      // For a record that is not shown, nothing tells whether it is as asked.
      if reading.refusals[order.row.number] == nil { referee.decides(order, look, site) }
      if let snapshot { snapshots.append(snapshot) }
    }
    act { state, now in
      var checkpoint = Checkpoint(
        state.looked(looks, snapshots: snapshots, isAnswer: exchange.status != nil, now: now))
      checkpoint.snapshots = snapshots
      checkpoint.announced = numbers.filter { if case .send = looks[$0] { true } else { false } }
      if checkpoint.announced.isEmpty { state.lookEnded() }
      return checkpoint
    }
  }
}

/// A connection that reads what a simulated site holds at this moment, and does nothing else.
private final class SimulatedReader: SiteConnection {
  private let site: SimulatedDesk
  private let trouble: Outcome?
  private(set) var wasAsked = false

  init(_ site: SimulatedDesk, trouble: Outcome?) {
    self.site = site
    self.trouble = trouble
  }

  func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
    wasAsked = true
    if let trouble { return (Exchange(outcome: trouble), [:]) }
    var images: [RecordID: RecordImage] = [:]
    for id in request.ids { images[id] = site.records[(Int(id.text) ?? 0) - 1].image(id: id, for: request) }
    return (Exchange(outcome: .applied, status: 200), images)
  }

  func check() -> Exchange { Exchange(outcome: .applied) }
  func send(_ write: Write) -> Exchange { Exchange(outcome: .refused(.no)) }
  func keep(to pacing: any RequestPacing) {}
  func takeRequests() -> [RequestRecord] { [] }
  func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
    (Exchange(outcome: .refused(.no)), [:])
  }
}
