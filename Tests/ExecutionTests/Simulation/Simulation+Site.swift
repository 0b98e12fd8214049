import Patches
import Sites
import Staging

@testable import Execution

/// The fate of one request, drawn when it leaves.
struct Fate {
  /// The time when the site applies it; `nil` for never.
  var carriedOutAfter: Int?
  var answeredAfter: Int
  /// The answer that the process gets; `nil` for the site's true answer.
  var outcome: Outcome?
  var nextRequestAfter: Int?
}

// MARK: - The site

extension Simulation {
  func drawLatency() -> Int {
    let usual = 1 + dice.below(scenario.latency)
    return dice.below(scenario.slowAnswers) == 0 ? usual * 10 : usual
  }

  func drawFate(_ deliveries: [Delivery], _ life: Life) -> Fate {
    let there = drawLatency()
    var fate = Fate(carriedOutAfter: there, answeredAfter: there + drawLatency(), outcome: nil)
    if fate.answeredAfter > scenario.timeOut { fate.answeredAfter = scenario.timeOut }
    if dice.happens(3) { fate.nextRequestAfter = dice.below(300_000) }
    guard !isHealed else { return fate }
    if let outage = outage {
      fate.carriedOutAfter = nil
      (fate.answeredAfter, fate.outcome) = answer(in: outage)
      return fate
    }
    guard dice.happens(scenario.trouble) else { return fate }
    switch dice.below(20) {
    case 0...2: fate = Fate(answeredAfter: there, outcome: .retryLater(after: nil, .busy))
    case 3, 4: fate = Fate(answeredAfter: there, outcome: .retryLater(after: drawWait(), .busy))
    case 5, 6: fate = Fate(answeredAfter: there, outcome: .retryLater(after: nil, .closed))
    case 7...9: fate = Fate(answeredAfter: there, outcome: .unknown(.lost))
    // The answer is lost after the commit, or cut.
    case 10...13: fate.outcome = .unknown(.lost)
    // The site is still working after its client has stopped waiting.
    case 14, 15:
      fate.carriedOutAfter = scenario.timeOut + dice.below(scenario.settle)
      fate.answeredAfter = scenario.timeOut
      fate.outcome = .unknown(.lost)
    // A gateway between has given up on the site, or never asked it, and answers in its place.
    case 16:
      fate.carriedOutAfter = dice.happens(70) ? dice.below(scenario.timeOut + scenario.settle) : nil
      fate.answeredAfter = min(there, scenario.timeOut)
      fate.outcome = .unknown(.gateway)
    case 17: fate = Fate(answeredAfter: scenario.timeOut, outcome: .unknown(.lost))
    case 18:
      fate = Fate(answeredAfter: there, outcome: dice.happens(30) ? .loginRefused(.no) : .unknown(.lost))
    default: break
    }
    return fate
  }

  func drawLookTrouble() -> Outcome? {
    guard !isHealed else { return nil }
    if let outage { return answer(in: outage).outcome }
    guard dice.happens(scenario.lookTrouble) else { return nil }
    return switch dice.below(12) {
    case 0...3: .retryLater(after: nil, .busy)
    case 4, 5: .retryLater(after: drawWait(), .busy)
    case 6, 7: .retryLater(after: nil, .closed)
    case 8: dice.happens(30) ? .loginRefused(.no) : .refused(.no)
    default: .unknown(.lost)
    }
  }

  private func drawWait() -> Duration { Duration(micro: dice.below(dice.one(of: [1_000, 2_000_000]))) }

  private var outage: Scenario.Outage? {
    scenario.outages.first { $0.from <= agenda.now && agenda.now < $0.to }
  }

  private func answer(in outage: Scenario.Outage) -> (after: Int, outcome: Outcome) {
    switch outage.kind {
    case .closed: (100, .retryLater(after: nil, .closed))
    case .busy: (100, .retryLater(after: nil, .busy))
    case .busyAndSaysWhen: (100, .retryLater(after: Duration(micro: outage.to - agenda.now), .busy))
    case .silent: (scenario.timeOut, .unknown(.lost))
    }
  }

  /// The site applies a request, each of its parts in whole or not at all.
  func carryOut(_ number: Int) {
    for delivery in requests[number].deliveries {
      let row = delivery.row.number
      let result = carryOut(delivery)
      note("the site: row \(row): \(result.words)")
      requests[number].results.append(result)
    }
  }

  private func carryOut(_ delivery: Delivery) -> Outcome {
    let number = delivery.row.number
    let row = scenario.rows[number - 1]
    if delivery.body != row.patch.body || delivery.row.element != row.patch.element {
      referee.fault("row \(number) went out as \(delivery.body)")
    }
    if isRefused[number] { return .refused(.no) }
    if scenario.isFusion, let token = delivery.token, token != String(site.records[row.record].version) {
      return .conflict(Refusal(status: 412, code: "changed-meanwhile", message: "changed"))
    }
    guard site.carryOut(row: number, row.patch, record: row.record) else { return .refused(.no) }
    referee.carriesOut(number, site)
    // An answer to a batch may leave a part out.
    let isListed = delivery.fitsABatch && !isHealed && dice.happens(scenario.trouble / 5)
    return isListed ? .unknown(.lost) : .applied
  }
}
