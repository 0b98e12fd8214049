import Dispatch
import Sites
import Staging
import Synchronization

// MARK: - Lanes

extension RunExecutor {
  /// Runs one lane: gets a step, does it, reports it, until there are no more.
  func work(_ lane: Int) {
    let connection = site.makeConnection()
    let turnstile = LaneTurnstile(executor: self, lane: lane)
    connection.keep(to: turnstile)
    while true {
      let reason = reasonToStop()
      let step = act { state, now in
        if let reason, !state.isFinished { state.stop(reason) }
        return (state.next(lane: lane, now: now), Checkpoint())
      }
      switch step {
      case .send(let deliveries):
        turnstile.grant(isAlone: deliveries.count == 1)
        let writes = deliveries.map(Write.init)
        let exchanges =
          writes.count == 1 ? [connection.send(writes[0])] : connection.send(batch: writes)
        count([(connection.takeRequests(), .write(deliveries.map(SentRow.init)))])
        let results = zip(deliveries, exchanges).map {
          (row: $0.row.number, exchange: decision.confirmed($1, of: $0))
        }
        act { state, now in ((), Checkpoint(state.finished(results, lane: lane, now: now))) }
      case .sendEach(let deliveries):
        sendEach(deliveries, through: connection, turnstile, lane)
      case .wait(let until):
        if let until {
          _ = bells[lane].wait(timeout: .now() + (until - now).dispatchInterval)
        } else {
          bells[lane].wait()
        }
      case .exit:
        return
      }
    }
  }

  /// Sends deliveries one after the other, and reports them together.
  ///
  /// Only a plain yes is followed by the next request without asking; everything else is for all lanes to know.
  private func sendEach(
    _ deliveries: [Delivery], through connection: any SiteConnection, _ turnstile: LaneTurnstile, _ lane: Int
  ) {
    var sent: [RunState.SingleRequest] = []
    sent.reserveCapacity(deliveries.count)
    var requests: [(requests: [RequestRecord], purpose: RequestPurpose)] = []
    requests.reserveCapacity(deliveries.count)
    let began = now
    for delivery in deliveries {
      let sentAt = now
      turnstile.grant(isAlone: true)
      let exchange = decision.confirmed(connection.send(Write(delivery)), of: delivery)
      sent.append(RunState.SingleRequest(row: delivery.row.number, exchange: exchange, sentAt: sentAt))
      requests.append((connection.takeRequests(), .write([SentRow(delivery)])))
      guard exchange.isPlain, mayContinue.load(ordering: .relaxed), now - began < handful.longest,
        reasonToStop() == nil
      else { break }
    }
    count(requests)
    let unsent = deliveries[sent.count...]
    act { state, now in
      ((), Checkpoint(state.finishedEach(sent, unsent: unsent, lane: lane, now: now)))
    }
  }
}
